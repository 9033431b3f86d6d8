import type { Change, Column, GivenTable, GoogleSql, Type, Value } from './googlesql.js'

type Rows = readonly (readonly Value[])[]

interface Table {
  readonly kind: 'TABLE'
  readonly columns: readonly Column[]
  readonly rows: Rows
}

interface View {
  readonly kind: 'VIEW'
  readonly select: string
}

/** What a statement gave: rows of a query, or how many it changed. */
export interface Outcome {
  readonly columns: readonly Column[]
  readonly rows: Rows
  readonly affected?: number
}

const NOTHING: Outcome = { columns: [], rows: [] }

/** Datasets in memory, whose statements GoogleSQL computes; of DDL what cdp writes is understood. */
export class Datasets {
  readonly #datasets = new Map<string, Map<string, Table | View>>()

  constructor(private readonly sql: GoogleSql) {}

  has(dataset: string): boolean {
    return this.#datasets.has(dataset)
  }

  names(): readonly string[] {
    return [...this.#datasets.keys()]
  }

  /** Of a dataset: its tables and views, in their order. */
  entries(dataset: string): readonly (readonly [name: string, kind: 'TABLE' | 'VIEW'])[] {
    return [...(this.#datasets.get(dataset) ?? [])].map(([name, { kind }]) => [name, kind])
  }

  async columns(dataset: string, name: string): Promise<readonly Column[] | undefined> {
    const found = this.#datasets.get(dataset)?.get(name)
    return found && (await this.#content(found)).columns
  }

  async execute(statement: string): Promise<Outcome> {
    const text = statement.trim()
    for (const [pattern, run] of this.#statements) {
      const found = pattern.exec(text)
      if (found) return (await run(found, text)) ?? NOTHING
    }
    const { columns, rows } = await this.sql.query(...(await this.#given(text)))
    return { columns, rows }
  }

  /** Adds rows of texts, which the types of the columns read. */
  async load(
    dataset: string,
    name: string,
    rows: readonly Readonly<Record<string, string | null>>[],
  ): Promise<void> {
    const { columns, rows: old } = this.#table(dataset, name)
    const texts = rows.map((row) => columns.map((column) => text(row[column.name] ?? null)))
    const types = columns.map(({ name: column, type }) => `cast(\`${column}\` as ${sqlType(type)})`)
    const given = columns.map((column) => ({ name: column.name, type: { type_kind: 'TYPE_STRING' } }))
    const isText = columns.every(({ type }) => type.type_kind === 'TYPE_STRING')
    const loaded = { name: 'loaded', columns: given, rows: texts }
    const read = isText
      ? texts
      : (await this.sql.query(`select ${types.join(', ')} from loaded`, [loaded])).rows
    this.#put(dataset, name, { kind: 'TABLE', columns, rows: [...old, ...read] })
  }

  readonly #statements: readonly (readonly [
    RegExp,
    (found: RegExpExecArray, text: string) => Outcome | undefined | Promise<Outcome | undefined>,
  ])[] = [
    [
      /^create schema if not exists `([^`]+)`$/,
      ([, dataset = '']) => {
        if (!this.has(dataset)) this.#datasets.set(dataset, new Map())
        return undefined
      },
    ],
    [
      /^create or replace table `([^`]+)`\.`([^`]+)` copy `([^`]+)`\.`([^`]+)`$/,
      ([, dataset = '', name = '', from = '', copied = '']) => {
        this.#put(dataset, name, this.#table(from, copied))
        return undefined
      },
    ],
    [
      /^create table `([^`]+)`\.`([^`]+)` as\s([\s\S]*)$/,
      async ([, dataset = '', name = '', select = '']) => {
        if (this.#datasets.get(dataset)?.has(name))
          throw new Error(`Already Exists: Table ${dataset}.${name}`)
        const { columns, rows } = await this.sql.query(...(await this.#given(select)))
        this.#put(dataset, name, { kind: 'TABLE', columns, rows })
        return undefined
      },
    ],
    [
      /^create table (if not exists )?`([^`]+)`\.`([^`]+)` \(([\s\S]*)\)$/,
      ([, isOptional, dataset = '', name = '', body = '']) => {
        if (isOptional && this.#datasets.get(dataset)?.has(name)) return undefined
        const columns = [...body.matchAll(/`([^`]+)` (\w+)/g)].map(([, column = '', type = '']) => ({
          name: column,
          type: { type_kind: `TYPE_${type.toUpperCase()}`.replace('FLOAT64', 'DOUBLE') },
        }))
        this.#put(dataset, name, { kind: 'TABLE', columns, rows: [] })
        return undefined
      },
    ],
    [
      /^create or replace view `([^`]+)`\.`([^`]+)` as\s([\s\S]*)$/,
      async ([, dataset = '', name = '', select = '']) => {
        const view: View = { kind: 'VIEW', select }
        await this.#content(view)
        this.#put(dataset, name, view)
        return undefined
      },
    ],
    [
      /^drop (?:table|view) if exists `([^`]+)`\.`([^`]+)`$/,
      ([, dataset = '', name = '']) => {
        this.#datasets.get(dataset)?.delete(name)
        return undefined
      },
    ],
    [
      /^alter table `([^`]+)`\.`([^`]+)` rename to `([^`]+)`$/,
      ([, dataset = '', name = '', to = '']) => {
        const table = this.#table(dataset, name)
        this.#datasets.get(dataset)?.delete(name)
        this.#put(dataset, to, table)
        return undefined
      },
    ],
    [/^alter (?:table|view) `[^`]+`\.`[^`]+` (?:alter column `[^`]+` )?set options \(/, () => undefined],
    [
      /^insert into `([^`]+)`\.`([^`]+)`( \([^)]*\))?\s+([\s\S]*)$/,
      async ([, dataset = '', name = '', names = '', source = ''], text) => {
        const { columns, rows } = this.#table(dataset, name)
        const added = await this.#inserted(`${dataset}.${name}`, names, source, text)
        this.#put(dataset, name, { kind: 'TABLE', columns, rows: [...rows, ...added] })
        return { ...NOTHING, affected: added.length }
      },
    ],
    [
      /^(?:update|delete from) `([^`]+)`\.`([^`]+)`/,
      async ([, dataset = '', name = ''], text) => {
        const { columns, rows } = this.#table(dataset, name)
        const changes = await this.sql.modify(...(await this.#given(text, `${dataset}.${name}`)))
        const byRow = new Map(changes.map((change) => [String(change.key?.int64_value), change]))
        const left = rows.flatMap((row, i) => {
          const change = byRow.get(String(i))
          if (!change) return [row]
          return change.operation === 'DELETE' ? [] : [change.values.slice(0, columns.length)]
        })
        this.#put(dataset, name, { kind: 'TABLE', columns, rows: left })
        return { ...NOTHING, affected: changes.length }
      },
    ],
  ]

  /**
   * The statement, and the tables that it names, as GoogleSQL takes them: with one name each. One that is `changed` has a
   * column more, which tells its rows apart.
   */
  async #given(statement: string, changed?: string): Promise<[sql: string, tables: readonly GivenTable[]]> {
    const named = new Set<string>()
    const datasets = this.names().join('|') || '-'
    const sql = statement.replaceAll(
      new RegExp(
        `(\\b(?:from|join|update|into)\\s+)\`?(${datasets})\`?\\.\`?([^\`\\s);]+)\`?(\\s+as\\b)?`,
        'g',
      ),
      (_, before: string, dataset: string, name: string, as: string | undefined) => {
        named.add(`${dataset}.${name}`)
        const alias = as ?? (before.startsWith('into') ? '' : ` as \`${name}\``)
        return `${before}\`${dataset}.${name}\`${alias}`
      },
    )
    const tables: GivenTable[] = []
    for (const name of named) {
      const [dataset = '', table = ''] = name.split(/\.(.*)/s)
      const found = this.#datasets.get(dataset)?.get(table)
      if (!found) throw new Error(`Not found: Table ${name}`)
      const { columns, rows } = await this.#content(found)
      tables.push(name === changed ? numbered(name, columns, rows) : { name, columns, rows })
    }
    return [sql, tables]
  }

  /** In two steps where rows come from a query: GoogleSQL's INSERT knows no WITH. */
  async #inserted(into: string, names: string, source: string, statement: string): Promise<Rows> {
    if (/^values\b/.test(source)) return valuesOf(await this.sql.modify(...(await this.#given(statement))))
    const { columns, rows } = await this.sql.query(...(await this.#given(source)))
    const found = columns.map(({ type }, i) => ({ name: `c${i}`, type }))
    const [sql, tables] = await this.#given(`insert into ${quoted(into)}${names} select * from found`)
    return valuesOf(await this.sql.modify(sql, [...tables, { name: 'found', columns: found, rows }]))
  }

  async #content(of: Table | View): Promise<Pick<Table, 'columns' | 'rows'>> {
    return of.kind === 'TABLE' ? of : this.sql.query(...(await this.#given(of.select)))
  }

  #table(dataset: string, name: string): Table {
    const found = this.#datasets.get(dataset)?.get(name)
    if (found?.kind !== 'TABLE') throw new Error(`Not found: Table ${dataset}.${name}`)
    return found
  }

  #put(dataset: string, name: string, content: Table | View): void {
    const tables = this.#datasets.get(dataset)
    if (!tables) throw new Error(`Not found: Dataset ${dataset}`)
    tables.set(name, content)
  }
}

const valuesOf = (changes: readonly Change[]): Rows => changes.map(({ values }) => values)

const quoted = (name: string) =>
  name
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.')

const text = (value: string | null): Value => (value === null ? {} : { string_value: value })

function numbered(name: string, columns: readonly Column[], rows: Rows): GivenTable {
  return {
    name,
    columns: [...columns, { name: 'row of the double', type: { type_kind: 'TYPE_INT64' } }],
    rows: rows.map((row, i) => [...row, { int64_value: i }]),
    key: columns.length,
  }
}

function sqlType({ type_kind }: Type): string {
  return type_kind.replace('TYPE_', '').replace('DOUBLE', 'FLOAT64')
}
