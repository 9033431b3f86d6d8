import type { Row } from '../../engines/connection.js'
import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { published } from '../../program/scope.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { rawColumn, refusedColumn } from '../../staging/rows.js'
import { ask, type Inspected } from '../inspected.js'
import type { Decisions } from './decisions.js'
import type { CommonValue } from './explanation.js'
import {
  apartCtes,
  effectiveNodes,
  nodeNumber,
  type ReadSource,
  type Sides,
  sidesCte,
  touchedCte,
  withAll,
} from './read-sources.js'

/** Most values that are told. */
const MOST = 1000

/** Values that rows of both have and that join nobody, because they are shared or blocked. */
export async function setAsideOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  sides: Sides,
): Promise<readonly CommonValue[]> {
  const joining = sources.filter((s) => s.item.source.identity === 'join' && s.mayStandApart.size > 0)
  if (joining.length === 0) return []
  const nodes = await ask(inspected, nodesOfBoth(inspected, input, joining, sides))
  if (nodes.length === 0) return []
  const carried = carriersOf(
    inspected,
    input,
    joining,
    sides,
    nodes.map(({ node }) => String(node)),
  )
  const both = ofBoth(await ask(inspected, carried))
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

/** Nodes that stand in rows of both customers and join nobody: found in the tuples, which are few beside the rows. */
function nodesOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
): Sql {
  const touched = sources.map((source, i) => ({ source, name: `tuples_${i + 1}` }))
  const carriers = touched.flatMap(({ source, name: table }) => {
    const { from: rows, hub } = effectiveNodes(source, table)
    return source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map(
        ({ column }) => sql`
          select
            ${lines([as(name('t', column), 'node'), name('c', 'side')])}
          from ${rows}
          join ${name('component')} as ${name('c')} on ${name('c', 'node')} = ${hub}
          where ${isIn(name('t', column), 'apart')}
        `,
      )
  })
  return sql`
    ${withAll(inspected, [
      sidesCte(inspected, input, sides),
      ...touched.map(({ source, name: table }) => touchedCte(source, source.tuples, [], table)),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    select ${name('node')}
    from ${name('carriers')}
    group by ${name('node')}
    having min(${name('side')}) <> max(${name('side')})
    order by ${name('node')}
    limit ${MOST}
  `
}

/** The rows of both that carry some nodes in vain: `side`, `identifier`, `value`, `rule` (none yet), a row, and how many. */
function carriersOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
  nodes: readonly string[],
): Sql {
  const wanted = list(nodes.map(nodeNumber))
  const touched = sources.flatMap((source, i) =>
    source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map((column, k) => ({ source, column, name: `rows_${i + 1}_${k + 1}` })),
  )
  const carriers = touched.map(({ source, column, name: table }) =>
    carrier(source, table, sql`${column.type}`, name('t', column.value), sql`''`),
  )
  return sql`
    ${withAll(inspected, [
      sidesCte(inspected, input, sides),
      ...touched.map(({ source, column, name: table }) =>
        touchedCte(source, source.rows, ['record_key', column.value], table, [
          sql`${name(column.column)} in (${wanted})`,
        ]),
      ),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    ${summed()}
  `
}

function isIn(node: Sql, table: string): Sql {
  return sql`${node} in (select ${name('node')} from ${name(table)})`
}

/** Rows of either customer that carry a value. */
function carrier(source: ReadSource, table: string, identifier: Sql, value: Sql, rule: Sql): Sql {
  const { from: rows, hub } = effectiveNodes(source, table)
  return sql`
    select
      ${lines([
        name('c', 'side'),
        as(identifier, 'identifier'),
        as(value, 'value'),
        as(rule, 'rule'),
        as(sql`${source.item.source.name}`, 'source'),
        name('t', 'record_key'),
      ])}
    from ${rows}
    join ${name('component')} as ${name('c')} on ${name('c', 'node')} = ${hub}
  `
}

/** One row of each side and value: the first by source, then by key. */
function summed(): Sql {
  const keys = list(['side', 'identifier', 'rule', 'value'].map((key) => name(key)))
  const told = ['side', 'identifier', 'value', 'rule', 'source', 'record_key']
  return sql`
    select ${list([...told, 'row_count'].map((column) => name(column)))}
    from (
      select
        ${lines([
          ...told.map((column) => name(column)),
          as(sql`count(*) over (partition by ${keys})`, 'row_count'),
          as(
            sql`row_number() over (partition by ${keys} order by ${name('source')}, ${name('record_key')})`,
            'place',
          ),
        ])}
      from ${name('carriers')}
    ) as ${name('ranked')}
    where ${name('place')} = 1
    order by ${keys}
    limit ${MOST * 10}
  `
}

function ofBoth(rows: readonly Row[]): readonly CommonValue[] {
  const keyOf = (row: Row) => `${row.identifier} ${row.rule} ${alike(row.value)}`
  const rowOf = (row: Row) => ({ source: String(row.source), record_key: String(row.record_key) })
  const others = new Map(rows.filter((row) => Number(row.side) === 1).map((row) => [keyOf(row), row]))
  return rows.flatMap((row): CommonValue[] => {
    const other = Number(row.side) === 0 ? others.get(keyOf(row)) : undefined
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
  sides: Sides,
): Promise<readonly CommonValue[]> {
  const refusing: { source: ReadSource; refused: Refused; name: string }[] = []
  for (const source of sources) {
    if (source.item.source.identity !== 'join') continue
    for (const refused of await refusedIn(inspected, source))
      refusing.push({ source, refused, name: `rows_${refusing.length + 1}` })
  }
  if (refusing.length === 0) return []
  const carriers = refusing.map(({ source, refused: { type, rule, text }, name: table }) =>
    carrier(source, table, sql`${type}`, text, name('t', rule)),
  )
  const rows = await ask(
    inspected,
    sql`
      ${withAll(inspected, [
        sidesCte(inspected, input, sides),
        ...refusing.map(({ source, refused: { rule, columns }, name: table }) =>
          touchedCte(source, source.rows, ['record_key', ...columns], table, [
            sql`${name(rule)} is not null`,
          ]),
        ),
        ...apartCtes(inspected, input, refusing),
        { name: 'carriers', select: unionAll(carriers) },
      ])}
      ${summed()}
    `,
  )
  const both = ofBoth(rows)
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
