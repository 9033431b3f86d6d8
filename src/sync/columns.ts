import type { SyncScope } from '../compile/syncs/sync-scope.js'
import { fieldColumns } from '../compile/syncs/synced-rows.js'
import type { Column } from '../connectors/connector.js'
import { fieldTypeOf } from '../graph/field-types.js'
import { keyFieldsOf } from '../graph/synced.js'

/** Fields of the key first, then those of the map in its order. */
export function columnsOf(scope: SyncScope): readonly Column[] {
  const keys = keyFieldsOf(scope.sync, scope.synced)
  const names = new Set(keys.map(({ field }) => field))
  const keyColumns = keys.map(({ field, column }) => {
    const type = scope.columns.get(column)
    return { name: field, type: type ? fieldTypeOf(type) : ('string' as const), isKey: true }
  })
  const others = fieldColumns(scope)
    .filter(({ field }) => !names.has(field.name))
    .map(({ field, type }) => ({ name: field.name, type: fieldTypeOf(type), isKey: false }))
  return [...keyColumns, ...others]
}
