import { keyOf } from '../../graph/synced.js'
import type { MappedField } from '../../language/sync.js'
import type { SyncScope } from './sync-scope.js'

/** Columns of what is synced that rows need, each once; those of the key first. */
export function neededColumns({ sync, synced, purpose }: SyncScope): readonly string[] {
  const mapped = sync.map.flatMap((field) => {
    if (field.kind === 'column') return [field.column]
    return field.kind === 'template'
      ? field.parts.flatMap((part) => ('column' in part ? [part.column] : []))
      : []
  })
  const asked = purpose?.appliesTo === undefined ? [] : [purpose.appliesTo]
  return [...new Set([...keyOf(sync, synced), ...mapped, ...asked])]
}

/** The column of the inner rows that holds a column of what is synced. */
export const columnOf = (scope: SyncScope, column: string): string =>
  `c_${neededColumns(scope).indexOf(column) + 1}`

/** The column of the inner rows that holds the value of a SQL expression. */
export const fragmentOf = (scope: SyncScope, field: MappedField): string =>
  `x_${scope.sync.map.indexOf(field) + 1}`

/** Columns of the inner rows besides audience and customer_id. */
export function innerColumns(scope: SyncScope): readonly string[] {
  return [
    ...neededColumns(scope).map((column) => columnOf(scope, column)),
    ...scope.sync.map.filter((field) => field.kind === 'sql').map((field) => fragmentOf(scope, field)),
  ]
}
