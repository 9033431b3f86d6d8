import type { LeafScope } from '../../template/leaf-template.js'
import type { OutgoingRow } from '../connector.js'
import type { ScopedRow } from './body-template.js'

/** What templates see as `row`: the mapped fields by name, and what begins with `$`. */
function rowScope(row: OutgoingRow): Readonly<Record<string, unknown>> {
  const all = { ...row.keyFields, ...row.fields }
  const { previous } = row
  return {
    ...all,
    $key: row.key,
    $fields: row.fields,
    $all: all,
    // Vendors echo it as text.
    $seq: String(row.seq),
    ...(row.destinationId !== undefined && { $destination_id: row.destinationId }),
    ...(row.customerId !== undefined && { $customer_id: row.customerId }),
    ...(previous && {
      $previous: {
        key: previous.key,
        ...(previous.destinationId !== undefined && { destination_id: previous.destinationId }),
      },
    }),
  }
}

export function scopedRow(row: OutgoingRow, index: number): ScopedRow {
  return { index, scope: rowScope(row) }
}

/** Where a request is about one row, its row is known everywhere in it. */
export function withOnlyRow(scope: LeafScope, rows: readonly ScopedRow[]): LeafScope {
  const [only] = rows
  return only && rows.length === 1 ? { ...scope, row: only.scope } : scope
}
