import { WarehouseError } from '../diagnostics/errors.js'
import type { ExistingRelation } from '../engines/connection.js'
import { list, name, type Sql, sql } from '../sql/fragment.js'
import { type Relation, relation } from '../sql/relation.js'
import { type OwnRelation, relationKey } from './program-relations.js'
import { execute, insert, query, type StateStore, type StateValue, stateTable } from './store.js'
import { relationsTable } from './tables.js'

type Existing = ReadonlyMap<string, ExistingRelation['kind']>

/**
 * Notes, before anything is built, which relations this run will make, so that a run that dies leaves none that the next
 * would take for somebody else's. Rejects where one of them exists already and cdp did not make it.
 */
export async function claimRelations(store: StateStore, wanted: readonly OwnRelation[]): Promise<void> {
  const own = new Map((await readRegistry(store)).map((relation) => [relationKey(relation), relation]))
  const existing = await existingRelations(store)
  const unknown = wanted.filter((relation) => !own.has(relationKey(relation)))
  const foreign = wanted.filter((relation) => {
    const kind = existing.get(relationKey(relation))
    const known = own.get(relationKey(relation))
    // Somebody put a table in the place of a view of ours: what is in it is theirs.
    return kind && (!known || (kind === 'table' && known.kind === 'view' && relation.kind === 'view'))
  })
  if (foreign.length > 0) throw foreignRelations(foreign, existing)
  await insert(
    store,
    relationsTable,
    unknown.map((relation) => rowOf(relation, null)),
  )
}

function foreignRelations(foreign: readonly OwnRelation[], existing: Existing): WarehouseError {
  const names = foreign.map(
    (relation) => `${existing.get(relationKey(relation))} ${relation.schema}.${relation.name}`,
  )
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names
  return new WarehouseError(
    `cdp would replace what it did not make: ${shown.join(', ')}`,
    `Rename or drop ${foreign.length === 1 ? 'it' : 'them'}, or choose another \`schema\` for the target.`,
  )
}

/**
 * Part of the publishing transaction, before its statements: a relation of ours that changes between table and view must
 * go first, and where the whole project was built, so must what is no longer in it. Kept state stays.
 */
export async function dropReplaced(
  store: StateStore,
  wanted: readonly OwnRelation[],
  whole: boolean,
): Promise<readonly OwnRelation[]> {
  const registry = await readRegistry(store)
  const existing = await existingRelations(store)
  const wantedByKey = new Map(wanted.map((relation) => [relationKey(relation), relation]))
  const dropped: OwnRelation[] = []
  for (const own of registry) {
    const now = wantedByKey.get(relationKey(own))
    const kind = existing.get(relationKey(own))
    const changes = now && kind && (now.kind === 'view') !== (kind === 'view')
    const gone = !now && whole && own.kind !== 'state'
    if (kind && (changes || gone)) await execute(store, dropStatement(store, own, kind))
    if (gone) dropped.push(own)
  }
  return dropped
}

/** Part of the publishing transaction, after its statements: the registry says what is now there, and since which run. */
export async function recordRelations(
  store: StateStore,
  made: readonly OwnRelation[],
  dropped: readonly OwnRelation[],
  runId: string,
): Promise<void> {
  const known = new Map((await readRegistry(store)).map((own) => [relationKey(own), own]))
  const keys = [...made, ...dropped].map((r) => sql`(${r.schema.toLowerCase()}, ${r.name.toLowerCase()})`)
  if (keys.length === 0) return
  await execute(
    store,
    sql`
      delete from ${stateTable(store, relationsTable)}
      where (lower(${name('schema_name')}), lower(${name('relation_name')})) in (
        ${list(keys, ',\n')}
      )
    `,
  )
  const rows = made.map((relation) => recordedRow(relation, known.get(relationKey(relation)), runId))
  await insert(store, relationsTable, rows)
}

/** A partial run makes empty tables for nodes that it does not build: they remain, unpublished, tables of those nodes. */
function recordedRow(
  made: OwnRelation,
  known: RegisteredRelation | undefined,
  runId: string,
): readonly StateValue[] {
  if (made.node !== 'publish' || !known || known.node === 'publish') return rowOf(made, runId)
  return rowOf({ ...known, kind: made.kind === 'state' ? known.kind : made.kind }, known.runId ?? null)
}

/** Of the given nodes, those whose tables no published run has made. */
export async function neverPublished(
  store: StateStore,
  nodes: readonly string[],
): Promise<readonly string[]> {
  const published = new Set(
    (await readRegistry(store)).filter((own) => own.runId !== undefined).map((own) => own.node),
  )
  return nodes.filter((node) => !published.has(node))
}

/** A relation that cdp made; `runId` is the run that published it last, absent where none has yet. */
export interface RegisteredRelation extends OwnRelation {
  readonly runId?: string
}

export async function readRegistry(store: StateStore): Promise<readonly RegisteredRelation[]> {
  const rows = await query(
    store,
    sql`
      select schema_name, relation_name, kind, node, run_id
      from ${stateTable(store, relationsTable)}
      order by schema_name, relation_name
    `,
  )
  return rows.map((row) => ({
    schema: String(row.schema_name),
    name: String(row.relation_name),
    kind: row.kind === 'view' || row.kind === 'state' ? row.kind : 'table',
    node: String(row.node),
    ...(row.run_id === null ? {} : { runId: String(row.run_id) }),
  }))
}

/** The tables of kept state that entities have under this name: `ids` of `customer` is `ids_customer`. */
export async function keptTables(store: StateStore, kind: string): Promise<readonly Relation[]> {
  const existing = await existingRelations(store)
  return (await readRegistry(store))
    .filter((own) => own.kind === 'state' && own.name.toLowerCase().startsWith(`${kind}_`))
    .filter((own) => existing.has(relationKey(own)))
    .map((own) => relation(own.schema, own.name))
}

async function existingRelations(store: StateStore): Promise<Existing> {
  const found = new Map<string, ExistingRelation['kind']>()
  for (const schema of new Set([store.publicSchema, store.internalSchema])) {
    for (const one of await store.connection.relations(schema))
      found.set(relationKey({ schema, name: one.name }), one.kind)
  }
  return found
}

function dropStatement(store: StateStore, own: OwnRelation, kind: ExistingRelation['kind']): Sql {
  const { dropTable, dropView } = store.dialect.statements
  return (kind === 'view' ? dropView : dropTable)(relation(own.schema, own.name))
}

function rowOf(relation: OwnRelation, runId: string | null): readonly StateValue[] {
  return [relation.schema, relation.name, relation.kind, relation.node, runId]
}
