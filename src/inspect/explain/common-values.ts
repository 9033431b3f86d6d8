import type { Row } from '../../engines/connection.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import type { CommonValue } from './explanation.js'
import { effectiveNodes, type ReadSource } from './read-sources.js'

/** Most values that are told. */
export const MOST = 1000

/** Rows of either customer that carry a value. */
export function carrier(source: ReadSource, table: string, identifier: Sql, value: Sql, rule: Sql): Sql {
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
export function summed(): Sql {
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

export function ofBoth(rows: readonly Row[]): readonly CommonValue[] {
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
