import { WarehouseError } from '../diagnostics/errors.js'
import type { Connection } from '../engines/connection.js'
import { print } from '../sql/printer.js'
import { relation } from '../sql/relation.js'
import { readStateVersion } from '../state/open-state.js'
import { lastPublishedRun, type PublishedRun } from '../state/runs.js'
import type { StateStore } from '../state/store.js'
import { STATE_VERSION } from '../state/tables.js'

/** What cdp keeps in a target. `version` undefined: it has never been used. */
export interface KeptState {
  readonly version?: number
  readonly cdpVersion?: string
  /** Name of the project whose it is. */
  readonly project?: string
  /** The version that this cdp knows. */
  readonly known: number
  readonly lastRun?: PublishedRun
}

/** Reads only. Rejects with a `WarehouseError` where the state is not ours, or cannot be read. */
export async function readKeptState(store: StateStore): Promise<KeptState> {
  const found = await readStateVersion(store)
  if (!found) return { known: STATE_VERSION }
  const lastRun = found.version <= STATE_VERSION ? await lastPublishedRun(store) : undefined
  return { ...found, known: STATE_VERSION, ...(lastRun && { lastRun }) }
}

/**
 * Whether a run could make tables in the schema: makes one and takes it back, in a transaction that is never committed.
 * Rejects with a `WarehouseError` where it could not. Nothing remains.
 */
export async function tryToWrite(store: StateStore, schema: string, createSchema: boolean): Promise<void> {
  const { statements } = store.dialect
  const table = relation(schema, 'cdp_debug__scratch')
  const rolledBack = new WarehouseError('rolled back')
  const work = async (connection: Connection): Promise<never> => {
    if (createSchema) await connection.execute(print(statements.createSchema(schema), store.dialect))
    const shape = [{ name: 'one', type: { kind: 'integer' } }] as const
    await connection.execute(print(statements.createEmptyTable(table, [...shape]), store.dialect))
    throw rolledBack
  }
  await store.connection
    .transaction(() => work(store.connection))
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error
    })
}
