import { readRelation } from '../compile/syncs/synced-rows.js'
import { closest } from '../diagnostics/closest.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { UsageError } from '../diagnostics/errors.js'
import type { Connection } from '../engines/connection.js'
import type { SyncNode } from '../graph/graph.js'
import { keyOf, type Synced } from '../graph/synced.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import type { Positions } from '../language/positions.js'
import { didYouMean } from '../language/problem.js'
import type { Sync } from '../language/sync.js'
import type { Scope } from '../program/scope.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'

export type ColumnTypes = ReadonlyMap<string, LogicalType | undefined>

/**
 * The columns of what a sync reads, as the last run left them. Names are those that the sync writes: engines compare
 * without regard to case. A column that is declared but not there yet means that the project has changed since.
 */
export async function syncedColumns(
  sync: Sync,
  synced: Synced,
  scope: Scope,
  connection: Connection,
  positions: Positions,
): Promise<{ readonly columns: ColumnTypes } | { readonly diagnostics: readonly Diagnostic[] }> {
  const found = await connection.describeTable(readRelation({ scope, sync }))
  if (!found)
    throw new UsageError(
      `${sync.name} reads what was never built: ${readRelation({ scope, sync }).parts.join('.')}`,
      `cdp run builds it, cdp build builds it and syncs.`,
    )
  const types = new Map(found.map(({ name, type }) => [name.toLowerCase(), scope.dialect.readType(type)]))
  const { columns, unknown } = typed(sync, synced, types)
  const names = found.map(({ name }) => name)
  const diagnostics = unknown.map(([column, place]) => missing(column, names, positions, place))
  return diagnostics.length > 0 ? { diagnostics } : { columns }
}

/**
 * The same without a connection: of models as the catalog has them, of all else as the project declares it. Undefined where
 * it is not known.
 */
export function knownColumns(
  { sync }: SyncNode,
  synced: Synced,
  catalog: Catalog | undefined,
  dialect: Dialect,
): ColumnTypes | undefined {
  const seen = sync.from.kind === 'model' ? catalog?.models?.[`model.${sync.from.model}`] : undefined
  const types: ColumnTypes | undefined = seen
    ? new Map(seen.map(({ name, type }) => [name.toLowerCase(), dialect.readType(type)]))
    : synced.columns
  const found = types && typed(sync, synced, types)
  return found && found.unknown.length === 0 ? found.columns : undefined
}

/** The columns that a sync needs, with their types, and those that are not there. `types` has names in lower case. */
function typed(
  sync: Sync,
  synced: Synced,
  types: ColumnTypes,
): { readonly columns: ColumnTypes; readonly unknown: readonly (readonly [string, Origin])[] } {
  const columns = new Map<string, LogicalType | undefined>()
  const unknown: (readonly [string, Origin])[] = []
  const { idColumn } = synced.entity ?? {}
  const added = sync.from.kind === 'segments' && sync.from.several ? ['segment'] : []
  for (const [column, place] of namedColumns(sync, synced)) {
    if (added.includes(column)) columns.set(column, { kind: 'string' })
    else if (types.has(column.toLowerCase())) columns.set(column, types.get(column.toLowerCase()))
    else unknown.push([column, place])
  }
  if (idColumn !== undefined && types.has(idColumn)) columns.set(idColumn, types.get(idColumn))
  return { columns, unknown }
}

function missing(column: string, names: readonly string[], positions: Positions, place: Origin): Diagnostic {
  const hint = didYouMean(closest(column, names))
  return {
    code: 'CDP3005',
    severity: 'error',
    message: `what is synced has no column ${JSON.stringify(column)}`,
    span: positions.span(place),
    ...(hint === undefined ? { hint: 'if the project has changed, build it first: cdp run' } : { hint }),
  }
}

/** Columns that a sync names, and where. */
function namedColumns(sync: Sync, synced: Synced): readonly (readonly [string, Origin])[] {
  const keys = keyOf(sync, synced).map(
    (column, index) => [column, sync.key.length > 0 ? at(sync.origin, 'key', index) : sync.origin] as const,
  )
  const mapped = sync.map.flatMap((field): (readonly [string, Origin])[] => {
    if (field.kind === 'column') return [[field.column, field.origin]]
    if (field.kind !== 'template') return []
    return field.parts.flatMap((part) => ('column' in part ? [[part.column, field.origin] as const] : []))
  })
  return [...keys, ...mapped]
}
