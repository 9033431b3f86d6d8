import { type Part, rowsIn, type Table } from '../program/scope.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'

/**
 * The staged rows of a source, table `rows_<source>`: one row a key (with `versions: all`, one a key and time), cleaned,
 * faulty rows taken out. Everything that is computed about customers reads these and never the source itself.
 *
 *   record_key     text, never null
 *   observed_at    timestamp: `updated_at`, else the event's time: when the row was last true; null where it is undated
 *   occurred_at    timestamp: the event's time; event sources only
 *   first_seen_at  timestamp: `created_at`, else `observed_at`
 *   last_seen_at   timestamp: `observed_at`, else `created_at`
 *   event          text; event sources only
 *   is_latest      boolean; sources with `versions: all` only: the row that gives attributes and properties
 *   partition__<entity>  text; of entities with a partition only
 *   id__<entity>__<type>__<n>     text: the n-th occurrence of the identifier, accepted and normalised, else null
 *   node__<entity>__<type>__<n>   bigint: its fingerprint, the node of the graph
 *   attr__<entity>__<attribute>   of the attribute's type: cast and cleaned
 *   prop__<property>              of the property's type
 *   loaded_at                     timestamp; sources with a cursor only
 *   change_hash                   of all columns of the source, in the engine's own type, see changed.ts
 *   raw__<column>                 text: the source's own column as it came, where no other column holds it unchanged
 *   refused__<column of these>    text: the rule that refused the value; only where one can
 */
export function rowsTable(source: string): Table {
  return { node: `source.${source}`, name: `rows_${source}`, part: changedKeys(source) }
}

/** Scratch: keys of rows that changed since the last run, `record_key`, null where a row without one did, see changed.ts. */
export const changedName = (source: string) => `changed_${source}`

/** The part of a source's tables that an incremental run builds anew. */
export function changedKeys(source: string): Part {
  return rowsIn(changedName(source), ['record_key'])
}

/** The same of rows that may have no key: nothing tells these apart, and they are made anew every time. */
export function changedOrWithoutKey(source: string): Part {
  return (scope, row) => sql`${name(row, 'record_key')} is null or ${changedKeys(source)(scope, row)}`
}

export const partitionColumn = (entity: string) => `partition__${entity}`
export const idColumn = (entity: string, type: string, n: number) => `id__${entity}__${type}__${n}`
export const nodeColumn = (entity: string, type: string, n: number) => `node__${entity}__${type}__${n}`
export const attributeColumn = (entity: string, attribute: string) => `attr__${entity}__${attribute}`
export const propertyColumn = (property: string) => `prop__${property}`
export const rawColumn = (column: string) => `raw__${column}`
export const refusedColumn = (column: string) => `refused__${column}`

/** A column of `rows_<source>` with its type. */
export interface TypedColumn {
  readonly column: Sql
  readonly type: LogicalType
}
