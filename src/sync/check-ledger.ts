import { desiredTable, ledger } from '../compile/syncs/sync-scope.js'
import { state } from '../program/scope.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName } from '../state/sync-tables.js'
import type { PlanFigures } from './result.js'
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

/**
 * Stops a run whose ledger has keys more than once, so that rows of its source count as often. Keys are counted only where
 * that shows: in more rows than there are, or in duplicates.
 */
export async function checkLedgerKeys(warehouse: SyncWarehouse, figures: PlanFigures): Promise<void> {
  const { scope } = warehouse
  const rows = await count(
    warehouse,
    sql`select count(*) as ${name('found')} from ${from(desiredTable(scope))}`,
  )
  if (rows === figures.source_rows && figures.invalid === 0) return
  const repeated = sql`
    select count(*) as ${name('found')}
    from (
      select ${name('audience')}, ${name('row_key')}
      from ${ledger(scope)}
      group by ${name('audience')}, ${name('row_key')}
      having count(*) > 1
    ) as ${name('repeated')}
  `
  const keys = await count(warehouse, repeated)
  if (keys === 0) return
  const what = keys === 1 ? 'has one key more than once' : `has ${keys} keys more than once`
  throw changedByHand(scope.sync.name, what, 'Leave one row of each key there')
}

async function count(warehouse: SyncWarehouse, query: Sql): Promise<number> {
  const [row] = await warehouse.query(print(query, warehouse.store.dialect))
  return Number(row?.found ?? 0)
}

const changedByHand = (sync: string, what: string, remedy: string): SyncStopped =>
  new SyncStopped(
    'guard',
    `the ledger of ${sync}, the table ${ledgerName(sync)}, ${what}: it was changed by hand`,
    `${remedy}; or drop the table: then cdp sync resync ${sync} --reconcile sends everything, and takes away what the log says was ever sent.`,
  )
