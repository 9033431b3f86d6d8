import type { PreparedAudience } from '../connectors/connector.js'
import { name, sql } from '../sql/fragment.js'
import { execute, insert, query, type StateStore, stateTable } from '../state/store.js'
import { syncAudiencesTable } from '../state/sync-tables.js'

/** What destinations called the audiences of a sync when rows were put into them last: name → id. */
export async function rememberedAudiences(
  store: StateStore,
  sync: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await query(
    store,
    sql`
      select
        ${name('audience')},
        ${name('audience_id')}
      from ${stateTable(store, syncAudiencesTable)}
      where ${name('sync_name')} = ${sync}
    `,
  )
  return new Map(rows.map((row) => [String(row.audience), String(row.audience_id)]))
}

/** Part of the transaction that marks a plan: from here on rows may be in these. */
export async function rememberAudiences(
  store: StateStore,
  sync: string,
  audiences: ReadonlyMap<string, PreparedAudience>,
): Promise<void> {
  for (const audience of audiences.keys())
    await execute(
      store,
      sql`
        delete from ${stateTable(store, syncAudiencesTable)}
        where ${name('sync_name')} = ${sync} and ${name('audience')} = ${audience}
      `,
    )
  await insert(
    store,
    syncAudiencesTable,
    [...audiences].map(([audience, { id }]) => [sync, audience, id]),
  )
}
