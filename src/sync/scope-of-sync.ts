import type { SyncScope } from '../compile/syncs/sync-scope.js'
import { InternalError } from '../diagnostics/errors.js'
import type { Graph, SyncNode } from '../graph/graph.js'
import { operationsOf } from '../graph/operations.js'
import { type Synced, syncedBy } from '../graph/synced.js'
import type { Scope } from '../program/scope.js'
import { mappingOf } from './sync-job.js'
import type { ColumnTypes } from './synced-columns.js'

/** What a sync of a project without mistakes reads, and the entity that its rows are about. */
export function syncedOf({ project }: Graph, { id, sync }: SyncNode): Synced {
  const synced = syncedBy(sync, project)
  if (!synced) throw new InternalError(`${id} is not whole`)
  if (sync.from.kind !== 'model') return synced
  // A model is about the entity whose purpose is asked for, or whose id it has.
  const purpose = purposeOf(project, sync)
  const entity = purpose ? project.entities.find(({ name }) => name === purpose.entity) : project.entities[0]
  return { ...synced, ...(entity && { entity }) }
}

/** Everything that the SQL of a sync is made from, in the project and of a run. */
export function scopeOfSync(
  graph: Graph,
  node: SyncNode,
  scope: Scope,
  { columns, run }: { readonly columns: ColumnTypes; readonly run: string },
): SyncScope {
  const { id, sync, destination, connector } = node
  if (!destination || !connector) throw new InternalError(`${id} is not whole`)
  const purpose = purposeOf(graph.project, sync)
  return {
    scope,
    sync,
    connector,
    operations: operationsOf(sync, connector),
    synced: syncedOf(graph, node),
    columns,
    run,
    mapping: mappingOf(sync, destination),
    ...(purpose && { purpose }),
  }
}

function purposeOf({ purposes }: Graph['project'], { purpose }: SyncNode['sync']) {
  return purposes.find(({ name }) => purpose?.kind === 'purpose' && name === purpose.name)
}
