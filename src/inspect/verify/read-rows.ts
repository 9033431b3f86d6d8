import type { Row } from '../../engines/connection.js'
import type { IdentityInput, SourceAbout } from '../../identity/graph-tables.js'
import { isEventSource } from '../../language/source.js'
import { published } from '../../program/scope.js'
import { anyOf, as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { type NodeColumn, nodeColumns } from '../../staging/node-columns.js'
import { attributeColumn, rowsTable } from '../../staging/rows.js'
import { ask, type Inspected, textOf, textOrNull } from '../inspected.js'
import type { Chosen, RowValue, StagedRow } from './batch.js'

/** A source whose rows the last run staged as the project says. */
export interface VerifiedSource {
  readonly item: SourceAbout
  readonly columns: readonly NodeColumn[]
}

/** The sources, or what keeps one from being verified: the project has changed since the last run. */
export async function verifiedSources(
  { scope, connection }: Inspected,
  input: IdentityInput,
): Promise<{ readonly sources: readonly VerifiedSource[]; readonly changed: readonly string[] }> {
  const sources: VerifiedSource[] = []
  const changed: string[] = []
  for (const item of input.sources) {
    const columns = nodeColumns(input.entity, item.about)
    if (columns.length === 0) continue
    const table = await connection.describeTable(published(scope, rowsTable(item.source.name)))
    const there = new Set(table?.map((column) => column.name))
    const needed = [
      ...columns.map(({ column }) => column),
      ...item.about.attributes.map((field) => attributeColumn(input.entity.name, field.name)),
    ]
    if (needed.every((column) => there.has(column))) sources.push({ item, columns })
    else changed.push(item.source.name)
  }
  return { sources, changed }
}

const PARTIES = { first: 1, second: 2, third: 3 } as const

/** Every row that has an identifier of the chosen customers. */
export async function readRows(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly VerifiedSource[],
  chosen: Chosen,
): Promise<readonly StagedRow[]> {
  const found: StagedRow[] = []
  for (const verified of sources)
    for (const row of await ask(inspected, rowsWith(inspected, input, verified, chosen)))
      found.push(staged(verified, row))
  return found
}

function rowsWith(
  { scope }: Inspected,
  { entity }: IdentityInput,
  { item, columns }: VerifiedSource,
  chosen: Chosen,
): Sql {
  const { source, about } = item
  const attributes = about.attributes.map((field) => {
    const type = entity.attributes.find((one) => one.name === field.name)?.type ?? { kind: 'string' as const }
    const column = name(attributeColumn(entity.name, field.name))
    return as(scope.dialect.functions.display(column, type), `attribute ${field.name}`)
  })
  const nodes = sql`
    select node
    from ${from(published(scope, identifiersTable(entity.name)))}
    where ${chosen(name('customer_id'))}
  `
  return sql`
    select
      ${lines([
        ...['record_key', 'first_seen_at', 'last_seen_at', 'observed_at'].map((column) => name(column)),
        as(source.versions === 'all' ? name('is_latest') : sql`true`, 'is latest'),
        ...columns.flatMap(({ column, value }, i) => [
          as(name(column), `node ${i}`),
          as(name(value), `value ${i}`),
        ]),
        ...attributes,
      ])}
    from ${from(published(scope, rowsTable(source.name)))}
    where ${anyOf(columns.map(({ column }) => sql`${name(column)} in (${nodes})`))}
  `
}

function staged({ item, columns }: VerifiedSource, row: Row): StagedRow {
  const { source, about } = item
  return {
    source: source.name,
    key: String(row.record_key),
    joins: source.identity === 'join',
    isEvent: isEventSource(source),
    isLatest: row['is latest'] === true,
    party: PARTIES[source.party],
    first: textOrNull(row, 'first_seen_at'),
    last: textOrNull(row, 'last_seen_at'),
    at: textOrNull(row, 'observed_at'),
    values: columns.flatMap(({ type }, i): RowValue[] => {
      const node = textOf(row, `node ${i}`)
      return node === undefined ? [] : [{ node, type, value: String(row[`value ${i}`]) }]
    }),
    attributes: new Map(
      about.attributes.flatMap((field): [string, string][] => {
        const value = textOf(row, `attribute ${field.name}`)
        return value === undefined ? [] : [[field.name, value]]
      }),
    ),
  }
}
