import type { Row } from '../engines/connection.js'
import { SMALL } from '../identity/bridge-walk.js'
import type { Entity } from '../language/entity.js'
import { name, sql } from '../sql/fragment.js'
import type { IdentityHealth, NamedValue } from './health.js'
import { ask, entityTable, type Inspected } from './inspected.js'
import { shownTime } from './shown-value.js'

/** How many bridges are told. */
const BRIDGES = 10

/** The bridges of the largest customers, and which of them were not searched for any. */
export async function readBridges(
  inspected: Inspected,
  entity: Entity,
): Promise<Pick<IdentityHealth, 'bridges' | 'not_searched'>> {
  const bridges = await ask(
    inspected,
    sql`
      select
        ${name(entity.idColumn)} as id, identifier, ${name('value')}, other_identifier, other_value,
        smaller_count, larger_count, row_count, first_seen_at
      from ${entityTable(inspected, entity, 'bridges')}
      order by place
      limit ${BRIDGES}
    `,
  )
  const notSearched = await ask(
    inspected,
    sql`
      select ${name(entity.idColumn)} as id, identifier_count
      from ${entityTable(inspected, entity, 'largest_profiles')}
      where identifier_count > ${SMALL} and bridge_count is null
      order by place
    `,
  )
  return {
    bridges: bridges.map((row) => ({
      customer_id: String(row.id),
      ends: [end(row, 'identifier', 'value'), end(row, 'other_identifier', 'other_value')],
      smaller: Number(row.smaller_count),
      larger: Number(row.larger_count),
      rows: Number(row.row_count),
      first_seen_at: shownTime(row.first_seen_at),
    })),
    not_searched: notSearched.map((row) => ({
      customer_id: String(row.id),
      identifiers: Number(row.identifier_count),
    })),
  }
}

const end = (row: Row, identifier: string, value: string): NamedValue => ({
  identifier: String(row[identifier]),
  value: String(row[value]),
})
