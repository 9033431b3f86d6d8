import type { SyncScope } from '../compile/syncs/sync-scope.js'
import { type SyncStage, syncStages } from '../compile/syncs/sync-stages.js'
import type { Graph, SyncNode } from '../graph/graph.js'
import { scopeOf } from '../program/scope.js'
import { groupedSql } from '../run/compiled-sql.js'
import { writeWhole } from '../run/target-folder.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import { scopeOfSync, syncedOf } from './scope-of-sync.js'
import { knownColumns } from './synced-columns.js'

/** In names of tables, where a run has its own: its token stands there. */
const ANY_RUN = 'run'

/** The SQL of a sync as an analyst reads it: every statement under its title, in the order of a run. */
export function compiledSync(node: SyncNode, scope: SyncScope): string {
  const { sync, connector } = scope
  return text(
    node,
    `${sync.mode} to ${sync.to} (${connector.title}).`,
    syncStages({ ...scope, run: ANY_RUN }),
  )
}

/** The same without a connection, which is what a run executes as long as the columns of what it reads stay as they were. */
export function compiledSyncOffline(
  graph: Graph,
  node: SyncNode,
  { dialect, catalog }: { readonly dialect: Dialect; readonly catalog: Catalog | undefined },
): string {
  const { settings } = graph.project
  if (!dialect.facts.leases)
    return text(
      node,
      `Syncs do not run from a target of type ${settings.target.type}: it has no transactions in which sessions take turns.`,
      [],
    )
  const columns = knownColumns(node, syncedOf(graph, node), catalog, dialect)
  if (!columns) return text(node, 'The columns of what it reads are known after a run: cdp run.', [])
  return compiledSync(node, scopeOfSync(graph, node, scopeOf(settings, dialect), { columns, run: ANY_RUN }))
}

/** `target/compiled/sync.<name>.sql`. Throws a `WarehouseError` where the folder cannot be written. */
export function writeCompiledSync(targetDir: string, { id }: SyncNode, sql: string): void {
  writeWhole(targetDir, `compiled/${id}.sql`, sql)
}

function text({ id, inputs }: SyncNode, about: string, stages: readonly SyncStage[]): string {
  const parameters =
    stages.length === 0
      ? ''
      : '\n$run_id and $now are of the run, $fence of its lease; $first, $last and $limit number rows; $job is a job of the destination.'
  return groupedSql(`${id}: ${about}\nAfter: ${inputs.join(', ')}${parameters}`, stages)
}
