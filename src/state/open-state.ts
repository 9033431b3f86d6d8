import { WarehouseError } from '../diagnostics/errors.js'
import { sql } from '../sql/fragment.js'
import { relation } from '../sql/relation.js'
import { MIGRATIONS, type Migration } from './migrations.js'
import { checkOwner } from './owner.js'
import { execute, insert, query, type StateStore, stateTable } from './store.js'
import { metaTable, STATE_TABLES, STATE_VERSION } from './tables.js'

export interface OpenStateOptions {
  readonly cdpVersion: string
  /** Name of the project. */
  readonly project: string
  /** False where the schemas are made by somebody else. */
  readonly createSchemas: boolean
  /** Those of this cdp by default. */
  readonly migrations?: readonly Migration[]
}

/**
 * Makes the schemas and the state tables where they are missing, and brings those of an older cdp up to date, in one
 * transaction. Those of a newer cdp are left alone and refused: this one would not understand them. So are those of another
 * project: the two would take each other's tables for leftovers of their own.
 */
export async function openState(store: StateStore, options: OpenStateOptions): Promise<void> {
  const found = await readStateVersion(store)
  refuseNewer(store, found)
  if (found?.version === STATE_VERSION) return checkOwner(store, found.project, options.project)
  await alone(store, () => makeState(store, options))
}

/** Throws where a newer cdp has used the schema: this one would misunderstand its tables, whether it writes or reads. */
export function refuseNewer(store: StateStore, found: FoundState | undefined): void {
  if (found && found.version > STATE_VERSION) {
    throw new WarehouseError(
      `the schema ${store.internalSchema} was last used by a newer cdp (${found.cdpVersion}): its state has version ${found.version}, this cdp knows ${STATE_VERSION}`,
      `Use cdp ${found.cdpVersion} or later, or another schema.`,
    )
  }
}

/** Work on the state that no other process may do at the same time: what is missing is made once. */
export function alone<T>({ connection, internalSchema }: StateStore, work: () => Promise<T>): Promise<T> {
  return connection.exclusively ? connection.exclusively(internalSchema, work) : work()
}

async function makeState(store: StateStore, options: OpenStateOptions): Promise<void> {
  const found = await readStateVersion(store)
  if (found?.version === STATE_VERSION) return checkOwner(store, found.project, options.project)
  if (options.createSchemas) {
    await execute(store, store.dialect.statements.createSchema(store.publicSchema))
    await execute(store, store.dialect.statements.createSchema(store.internalSchema))
  }
  await store.connection.transaction(async () => {
    if (found) await migrate(store, found.version, options.migrations ?? MIGRATIONS)
    for (const table of STATE_TABLES) {
      const { createEmptyTable } = store.dialect.statements
      await execute(store, createEmptyTable(relation(store.internalSchema, table.name), [...table.columns]))
    }
    await execute(store, sql`delete from ${stateTable(store, metaTable)} where true`)
    await insert(store, metaTable, [[STATE_VERSION, options.cdpVersion, options.project]])
  })
}

export interface FoundState {
  readonly version: number
  readonly cdpVersion: string
  /** Name of the project whose it is; absent before version 4. */
  readonly project?: string
}

/** Undefined where cdp has never used the schema. Reads only. */
export async function readStateVersion(store: StateStore): Promise<FoundState | undefined> {
  const columns = await store.connection.describeTable(relation(store.internalSchema, metaTable.name))
  if (!columns) return undefined
  if (!columns.some((column) => column.name.toLowerCase() === 'state_version')) {
    throw new WarehouseError(
      `${store.internalSchema}.${metaTable.name} exists, but cdp did not make it`,
      'Choose another `internal_schema` for the target.',
    )
  }
  const [row] = await query(store, sql`select * from ${stateTable(store, metaTable)}`)
  if (!row) return undefined
  const { state_version: written, cdp_version: cdpVersion, project } = row
  const version = Number(written ?? Number.NaN)
  if (!Number.isInteger(version) || version < 1) {
    throw new WarehouseError(
      `${store.internalSchema}.${metaTable.name} was changed by hand: its state_version is ${written ?? 'null'}`,
      `Set it to that of the cdp that ran here last, or restore the schema from a backup; this cdp writes ${STATE_VERSION}.`,
    )
  }
  return {
    version,
    cdpVersion: String(cdpVersion),
    ...(typeof project === 'string' && { project }),
  }
}

async function migrate(store: StateStore, from: number, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    if (migration.to <= from) continue
    for (const statement of await migration.statements(store)) await execute(store, statement)
  }
}
