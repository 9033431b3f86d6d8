import type { PublishedView } from '../../program/compiled-node.js'
import type { Context } from '../../program/context.js'
import { published } from '../../program/scope.js'
import { lines, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import type { StateTable } from '../../state/state-table.js'
import { syncBatchesTable, syncRowsTable, syncRunsTable } from '../../state/sync-tables.js'

/** What syncs did, for everybody to read: `sync_runs`, `sync_batches`, `sync_rows`; of projects that have syncs. */
export function syncLogViews(context: Context): PublishedView[] {
  if (context.project.syncs.length === 0) return []
  return [syncRunsTable, syncBatchesTable, syncRowsTable].map((table) => logView(context, table))
}

function logView({ scope }: Context, table: StateTable): PublishedView {
  return {
    schema: 'public',
    name: table.name.replace(/^cdp_/, ''),
    description: `A row is ${table.row}.`,
    select: sql`
      select
        ${lines(table.columns.map((column) => name(column.name)))}
      from ${from(published(scope, { node: '', name: table.name }))}
    `,
    columns: [],
  }
}
