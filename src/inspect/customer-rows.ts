import type { Entity } from '../language/entity.js'
import { isEventSource, type Source } from '../language/source.js'
import { published } from '../program/scope.js'
import { allOf, as, lines, name, sql } from '../sql/fragment.js'
import { nodeColumns } from '../staging/node-columns.js'
import { latestRows, placedRows } from '../staging/placement.js'
import { propertyColumn, rowsTable } from '../staging/rows.js'
import type { CustomerRow } from './customer.js'
import { ask, type Inspected, textOrNull } from './inspected.js'
import { shownTime, shownValue } from './shown-value.js'

type EventRow = CustomerRow & { readonly event: string | null }

/** The latest records of a customer over all sources, with their properties; undated ones last. */
export function latestRecords(
  inspected: Inspected,
  entity: Entity,
  id: string,
  limit: number,
): Promise<readonly CustomerRow[]> {
  return latest(inspected, entity, id, limit, false).then((rows) => rows.map(({ event: _, ...row }) => row))
}

export function latestEvents(
  inspected: Inspected,
  entity: Entity,
  id: string,
  limit: number,
): Promise<readonly EventRow[]> {
  return latest(inspected, entity, id, limit, true)
}

async function latest(
  inspected: Inspected,
  entity: Entity,
  id: string,
  limit: number,
  events: boolean,
): Promise<readonly EventRow[]> {
  const sources = inspected.project.sources.filter((source) => isEventSource(source) === events)
  const found: EventRow[] = []
  for (const source of sources) found.push(...(await rowsOf(inspected, entity, source, id, limit)))
  return found.sort(latestFirst).slice(0, limit)
}

function latestFirst(a: EventRow, b: EventRow): number {
  const [left, right] = [a.at ?? '', b.at ?? '']
  if (left !== right) return left < right ? 1 : -1
  return `${a.source}/${a.record_key}` < `${b.source}/${b.record_key}` ? -1 : 1
}

/** The rows of one source, as the last run staged them; none where the project has changed too much since. */
async function rowsOf(
  inspected: Inspected,
  entity: Entity,
  source: Source,
  id: string,
  limit: number,
): Promise<readonly EventRow[]> {
  const { scope, connection } = inspected
  const about = source.entities.find((part) => part.entity === entity.name)
  if (!about) return []
  const table = published(scope, rowsTable(source.name))
  const columns = new Map((await connection.describeTable(table))?.map((column) => [column.name, column]))
  const nodes = nodeColumns(entity, about)
  if (nodes.length === 0 || nodes.some((node) => !columns.has(node.column))) return []
  const properties = source.properties.filter((property) => columns.has(propertyColumn(property.name)))
  const placed = placedRows(scope, entity, source, about)
  const event = isEventSource(source)
  const at = name('r', event ? 'occurred_at' : 'last_seen_at')
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines([
          name('r', 'record_key'),
          as(at, 'at'),
          ...(event ? [name('r', 'event')] : []),
          ...properties.map((property) => name('r', propertyColumn(property.name))),
        ])}
      from ${placed.from}
      where ${allOf([sql`${placed.customerId} = ${id}`, ...latestRows(source)])}
      order by ${at} desc nulls last, ${name('r', 'record_key')}
      limit ${limit}
    `,
  )
  return rows.map((row) => ({
    source: source.name,
    record_key: String(row.record_key),
    at: shownTime(row.at),
    event: textOrNull(row, 'event'),
    properties: Object.fromEntries(
      properties.map((property) => {
        const column = propertyColumn(property.name)
        const native = scope.dialect.readType(columns.get(column)?.type ?? '')
        const type = property.type?.kind === 'json' ? property.type : native
        return [property.name, shownValue(row[column], type)]
      }),
    ),
  }))
}
