import { runTables, type SyncScope } from '../compile/syncs/sync-scope.js'
import { SYNC_SCRATCH } from '../program/scope.js'
import { print } from '../sql/printer.js'
import type { Relation } from '../sql/relation.js'
import type { SyncWarehouse } from './warehouse.js'

/** What tells the tables of one run from those of others: the random end of its id. */
export function tokenOf(runId: string): string {
  return runId.replaceAll('-', '').slice(-TOKEN)
}

const TOKEN = 12
const NAMED = new RegExp(`_([0-9a-f]{${TOKEN}})${SYNC_SCRATCH}$`)

/** Drops the tables of this run. Those of a database in memory go with it. */
export async function dropRunTables({ scope, store }: SyncWarehouse): Promise<void> {
  if (!standBesideOthers(scope)) return
  await drop(store, runTables(scope))
}

/** Drops the tables that runs of this sync left which died. Only who has the lease may: no other run of it goes on then. */
export async function dropAbandonedTables({ scope, store }: SyncWarehouse): Promise<void> {
  if (!standBesideOthers(scope)) return
  const there = new Set((await store.connection.relations(store.internalSchema)).map(({ name }) => name))
  const runs = new Set([...there].flatMap((name) => NAMED.exec(name)?.[1] ?? []))
  runs.delete(scope.run)
  const left = [...runs].flatMap((run) => runTables({ ...scope, run }))
  await drop(
    store,
    left.filter(({ parts }) => there.has(parts.at(-1) ?? '')),
  )
}

function standBesideOthers({ scope }: SyncScope): boolean {
  return scope.dialect.facts.scratchDatabase === undefined
}

async function drop(
  { connection, dialect }: SyncWarehouse['store'],
  tables: readonly Relation[],
): Promise<void> {
  for (const statement of dialect.statements.dropAll('table', tables))
    await connection.execute(print(statement, dialect))
}
