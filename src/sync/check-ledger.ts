import { repeatedKeysQuery } from '../compile/syncs/plan-figures.js'
import { state } from '../program/scope.js'
import { LEDGER_COLUMNS, ledgerName } from '../state/sync-tables.js'
import { SyncStopped } from './stopped.js'
import type { SyncWarehouse } from './warehouse.js'

/** Stops a run whose ledger lacks columns: somebody changed it, or took another table for it. */
export async function checkLedgerColumns({ scope, store }: SyncWarehouse): Promise<void> {
  const found = await store.connection.describeTable(state(scope.scope, ledgerName(scope.sync.name)))
  const there = new Set(found?.map((column) => column.name.toLowerCase()))
  const missing = LEDGER_COLUMNS.filter((column) => !there.has(column.name))
  if (missing.length === 0) return
  const what = `${missing.length === 1 ? 'column' : 'columns'} ${missing.map((c) => c.name).join(', ')}`
  throw changedByHand(scope.sync.name, `has no ${what}`, `Put the ${what} back`)
}

/** Stops a run whose ledger has keys more than once. */
export async function checkLedgerKeys(warehouse: SyncWarehouse): Promise<void> {
  const { scope } = warehouse
  const [row] = await warehouse.query(repeatedKeysQuery(scope).sql)
  const keys = Number(row?.found ?? 0)
  if (keys === 0) return
  const what = keys === 1 ? 'has one key more than once' : `has ${keys} keys more than once`
  throw changedByHand(scope.sync.name, what, 'Leave one row of each key there')
}

const changedByHand = (sync: string, what: string, remedy: string): SyncStopped =>
  new SyncStopped(
    'guard',
    `the ledger of ${sync}, the table ${ledgerName(sync)}, ${what}: it was changed by hand`,
    `${remedy}; or drop the table: then cdp sync resync ${sync} --reconcile sends everything, and takes away what the log says was ever sent (records with allow_delete only).`,
  )
