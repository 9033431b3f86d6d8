import type { Row } from '../../engines/connection.js'
import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { published } from '../../program/scope.js'
import { allOf, as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { rawColumn, refusedColumn } from '../../staging/rows.js'
import { ask, type Inspected } from '../inspected.js'
import type { Decisions } from './decisions.js'
import type { CommonValue } from './explanation.js'
import {
  apartCtes,
  componentCte,
  effectiveNodes,
  type ReadSource,
  touchedCte,
  withAll,
} from './read-sources.js'

/** Most values of one side that are compared. */
const MOST = 10_000

/** Values that rows of both have and that join nobody, because they are shared or blocked. */
export async function setAsideOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  a: string,
  b: string,
): Promise<readonly CommonValue[]> {
  const joining = sources.filter((s) => s.item.source.identity === 'join' && s.mayStandApart.size > 0)
  if (joining.length === 0) return []
  const carried = (id: string) => ask(inspected, setAsideOf(inspected, input, joining, id))
  const both = ofBoth(await carried(a), await carried(b))
  if (both.length === 0) return []
  const rules = await rulesOf(inspected, input, both)
  return both.flatMap((one): CommonValue[] => {
    const rule = rules.get(`${one.identifier} ${one.value}`)
    if (!rule) return []
    const override = decisions.rulings.find(
      ({ kind, holds, identifiers: [only] }) =>
        kind === 'block' && holds && only?.identifier === one.identifier && only.value === one.value,
    )
    return [{ ...one, ...rule, override: rule.rule === 'block' ? (override ?? null) : null }]
  })
}

/** `identifier`, `value`, `source`, `record_key` (the least) and `rule` of what the rows of a customer carry in vain. */
function setAsideOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  id: string,
): Sql {
  const touched = sources.map((source, i) => ({ source, name: `rows_${i + 1}` }))
  const carriers = touched.flatMap(({ source, name: table }) => {
    const { from: rows, hub } = effectiveNodes(source, table)
    return source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map(
        (column) => sql`
          select
            ${lines([
              as(sql`${column.type}`, 'identifier'),
              as(name('t', column.value), 'value'),
              as(sql`${source.item.source.name}`, 'source'),
              name('t', 'record_key'),
              as(sql`''`, 'rule'),
            ])}
          from ${rows}
          where ${allOf([isIn(hub, 'component'), isIn(name('t', column.column), 'apart')])}
        `,
      )
  })
  return sql`
    ${withAll([
      componentCte(inspected, input, id),
      ...touched.map(({ source, name: table }) =>
        touchedCte(source, source.rows, ['record_key', ...source.columns.map(({ value }) => value)], table),
      ),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    ${summed(['identifier', 'value', 'rule'])}
  `
}

function isIn(node: Sql, table: string): Sql {
  return sql`${node} in (select ${name('node')} from ${name(table)})`
}

/** One row of each kind: the first by source, then by key. */
function summed(keys: readonly string[]): Sql {
  const order = sql`partition by ${list(keys.map((key) => name(key)))} order by ${name('source')}, ${name('record_key')}`
  return sql`
    select ${list(['identifier', 'value', 'rule', 'source', 'record_key', 'row_count'].map((c) => name(c)))}
    from (
      select
        ${lines([
          ...['identifier', 'value', 'rule', 'source', 'record_key'].map((c) => name(c)),
          as(sql`count(*) over (partition by ${list(keys.map((key) => name(key)))})`, 'row_count'),
          as(sql`row_number() over (${order})`, 'place'),
        ])}
      from ${name('carriers')}
    ) as ${name('ranked')}
    where ${name('place')} = 1
    order by ${list(keys.map((key) => name(key)))}
    limit ${MOST}
  `
}

function ofBoth(mine: readonly Row[], theirs: readonly Row[]): readonly CommonValue[] {
  const keyOf = (row: Row) => `${row.identifier} ${row.rule} ${alike(row.value)}`
  const rowOf = (row: Row) => ({ source: String(row.source), record_key: String(row.record_key) })
  const others = new Map(theirs.map((row) => [keyOf(row), row]))
  return mine.flatMap((row): CommonValue[] => {
    const other = others.get(keyOf(row))
    if (!other) return []
    return [
      {
        identifier: String(row.identifier),
        value: String(row.value),
        rule: String(row.rule),
        row_count: Number(row.row_count) + Number(other.row_count),
        from: rowOf(row),
        to: rowOf(other),
        override: null,
      },
    ]
  })
}

/** Refused values stand as they came: case and space around them make no difference. */
function alike(value: unknown): string {
  return String(value).trim().toLowerCase()
}

/** Why each value is set aside, and in how many rows it is, of whatever customer. */
async function rulesOf(
  inspected: Inspected,
  input: IdentityInput,
  values: readonly CommonValue[],
): Promise<ReadonlyMap<string, { readonly rule: string; readonly row_count: number }>> {
  const named = list(
    values.map(({ identifier, value }) => sql`(${identifier}, ${value})`),
    ',\n',
  )
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines([name('s', 'identifier'), name('s', 'value'), as(sql`min(${name('s', 'rule')})`, 'rule'), as(sql`sum(${name('s', 'row_count')})`, 'row_count')])}
      from ${from(published(inspected.scope, sharedValuesTable(input.entity.name)))} as ${name('s')}
      join (values ${named}) as ${name('v')} (${name('identifier')}, ${name('value')})
        on ${name('v', 'identifier')} = ${name('s', 'identifier')} and ${name('v', 'value')} = ${name('s', 'value')}
      group by ${name('s', 'identifier')}, ${name('s', 'value')}
    `,
  )
  return new Map(
    rows.map((row) => [
      `${row.identifier} ${row.value}`,
      { rule: String(row.rule), row_count: Number(row.row_count) },
    ]),
  )
}

/** Values that rows of both have and that the rules of their type rejected, as they came. */
export async function rejectedOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  a: string,
  b: string,
): Promise<readonly CommonValue[]> {
  const refusing: { source: ReadSource; refused: readonly Refused[] }[] = []
  for (const source of sources) {
    if (source.item.source.identity !== 'join') continue
    const refused = await refusedIn(inspected, source)
    if (refused.length > 0) refusing.push({ source, refused })
  }
  if (refusing.length === 0) return []
  const carried = (id: string) => ask(inspected, rejectedOf(inspected, input, refusing, id))
  const both = ofBoth(await carried(a), await carried(b))
  const isWord = ({ rule }: CommonValue) => rule === 'default'
  return [...both.filter((one) => !isWord(one)), ...both.filter(isWord)]
}

/** An identifier of a source that can be refused: the column of the rule, and how the value stands in the staged rows. */
interface Refused {
  readonly type: string
  readonly rule: string
  readonly columns: readonly string[]
  readonly text: Sql
}

async function refusedIn(
  { scope, connection }: Inspected,
  { item, columns, rows }: ReadSource,
): Promise<readonly Refused[]> {
  const there = (await connection.describeTable(rows))?.map((column) => column.name) ?? []
  const { functions } = scope.dialect
  return columns.flatMap((column): Refused[] => {
    const field = item.about.identifiers.filter(({ name: type }) => type === column.type)[column.n - 1]
    const rule = refusedColumn(column.value)
    if (!field || !there.includes(rule)) return []
    const place = field.from
    if (place.kind !== 'column' && place.kind !== 'path') return []
    const wanted = rawColumn(place.column)
    const raw =
      there.find((one) => one === wanted) ?? there.find((one) => one.toLowerCase() === wanted.toLowerCase())
    if (raw === undefined) return []
    const value = name('t', raw)
    const text = place.kind === 'path' ? functions.jsonPath(value, place.keys) : functions.nativeText(value)
    return [{ type: column.type, rule, columns: [rule, raw], text }]
  })
}

function rejectedOf(
  inspected: Inspected,
  input: IdentityInput,
  refusing: readonly { readonly source: ReadSource; readonly refused: readonly Refused[] }[],
  id: string,
): Sql {
  const touched = refusing.map(({ source, refused }, i) => ({ source, refused, name: `rows_${i + 1}` }))
  const carriers = touched.flatMap(({ source, refused, name: table }) => {
    const { from: rows, hub } = effectiveNodes(source, table)
    return refused.map(
      ({ type, rule, text }) => sql`
        select
          ${lines([
            as(sql`${type}`, 'identifier'),
            as(text, 'value'),
            as(name('t', rule), 'rule'),
            as(sql`${source.item.source.name}`, 'source'),
            name('t', 'record_key'),
          ])}
        from ${rows}
        where ${allOf([isIn(hub, 'component'), sql`${name('t', rule)} is not null`])}
      `,
    )
  })
  return sql`
    ${withAll([
      componentCte(inspected, input, id),
      ...touched.map(({ source, refused, name: table }) =>
        touchedCte(
          source,
          source.rows,
          ['record_key', ...new Set(refused.flatMap((one) => one.columns))],
          table,
        ),
      ),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    ${summed(['identifier', 'rule', 'value'])}
  `
}
