import type { Declaration } from '../language/declaration.js'
import { at, type Origin } from '../language/origin.js'
import type { Source } from '../language/source.js'
import type { Claim } from './claim.js'
import type { Declarations } from './declarations.js'

/** Public tables and views of an entity, by what follows its name and `_`. */
export const ENTITY_TABLES = [
  'profiles',
  'attributes',
  'identifiers',
  'records',
  'events',
  'segments',
  'segment_history',
  'provenance',
  'id_changes',
  'id_aliases',
  'refused_edges',
  'proposals',
  'identity_sizes',
  'largest_profiles',
  'bridges',
  'identity_suspects',
  'consents',
] as const

/** Public tables over all sources. */
export const SHARED_TABLES = ['rejected_records', 'rejected_values', 'rejected_identifiers'] as const

/** Public tables of projects that have syncs. */
export const SYNC_LOGS = ['sync_runs', 'sync_batches', 'sync_rows'] as const

/** Tables of the internal schema, by what goes before `_` and the name of a source, an entity or a segment. */
const OF_SOURCES = ['rejected_records']
const OF_STAGED_SOURCES = ['rows', 'aside', 'cursor', 'rejected_values', 'rejected_identifiers']
const OF_ENTITIES = [
  'identifiers',
  'customers',
  'ids',
  'changes',
  'id_changes',
  'shared_values',
  'shared_nodes',
  'sizes',
  'refused_edges',
  'records',
  'id_aliases',
  'proposals',
  'rules',
  'identity_sizes',
  'largest_profiles',
  'bridges',
  'held_edges',
  'identity_suspects',
  'attributes',
  'candidates',
  'profiles',
  'segment_history',
]
const OF_SEGMENTS = ['members']
const OF_SYNCS = ['ledger']

/** Ends of names that tables have while a run, or a sync, works. */
const TRANSIENT = /__(next|scratch|sync|view)$/

/** Declarations whose name is cdp's own: of a table that is being built, or of its state. */
export function reservedNames(declarations: Declarations): readonly Claim[] {
  const { sources, entities, segments, models } = declarations
  const tables = [...sources.values(), ...entities.values(), ...segments.values()]
  const reserved = [
    ...tables.filter(({ name }) => TRANSIENT.test(name)),
    ...[...models.values()].filter(({ name }) => TRANSIENT.test(name) || name.startsWith('cdp_')),
  ]
  return reserved.map(({ name, origin }) => ({ name, by: '', origin: at(origin, 'name') }))
}

/** Every name in the public schema, and what takes it. */
export function publicTables(declarations: Declarations): readonly Claim[] {
  return [
    ...SHARED_TABLES.map((name) => ({ name, by: 'the table that every project has' })),
    ...(declarations.syncs.size === 0 ? [] : SYNC_LOGS).map((name) => ({ name, by: 'the log of syncs' })),
    ...[...declarations.entities.values()].flatMap((e) => entityTables(e.name, at(e.origin, 'name'))),
    ...staged(declarations).map((source) => ({
      name: `enriched_${source.name}`,
      by: `the view of the source ${source.name}`,
      origin: at(source.origin, 'name'),
    })),
    ...[...declarations.segments.values()].map((segment) => ({
      name: `segment_${segment.name}`,
      by: `the view of the segment ${segment.name}`,
      origin: at(segment.origin, 'name'),
    })),
    ...[...declarations.models.values()]
      .filter((model) => model.public)
      .map((model) => ({
        name: model.name,
        by: 'the public model',
        origin: at(model.origin, 'name'),
      })),
  ]
}

/** Names in the internal schema: of all models, and of what cdp makes. */
export function internalTables(declarations: Declarations): readonly Claim[] {
  const entities = [...declarations.entities.values()]
  return [
    ...[...declarations.sources.values()].flatMap((source) =>
      OF_SOURCES.map((prefix) => internal(prefix, 'source', source)),
    ),
    ...staged(declarations).flatMap((source) =>
      OF_STAGED_SOURCES.map((prefix) => internal(prefix, 'source', source)),
    ),
    ...entities.flatMap((entity) => [
      ...OF_ENTITIES.map((prefix) => internal(prefix, 'entity', entity)),
      ...declarations
        .sourcesOf(entity.name)
        .map((source) => internal(`tuples_${entity.name}`, 'source', source)),
      ...entity.attributes.map((attribute) => internal(`golden_${entity.name}`, 'attribute', attribute)),
    ]),
    ...[...declarations.segments.values()].flatMap((segment) =>
      OF_SEGMENTS.map((prefix) => internal(prefix, 'segment', segment)),
    ),
    ...[...declarations.syncs.values()].flatMap((sync) =>
      OF_SYNCS.map((prefix) => internal(prefix, 'sync', sync)),
    ),
    ...models(declarations),
  ]
}

function internal(prefix: string, kind: string, { name, origin }: Declaration): Claim {
  return {
    name: `${prefix}_${name}`,
    by: `what cdp keeps of the ${kind} ${name}`,
    origin: at(origin, 'name'),
  }
}

/** What `{{ref}}` can mean: tables of entities, and models that are not public (public ones clash with the tables anyway). */
export function referableTables(declarations: Declarations): readonly Claim[] {
  const entities = [...declarations.entities.values()]
  return [
    ...entities.flatMap((entity) => entityTables(entity.name, at(entity.origin, 'name'))),
    ...models(declarations).filter((claim) => !declarations.models.get(claim.name)?.public),
  ]
}

function entityTables(entity: string, origin: Origin): readonly Claim[] {
  return ENTITY_TABLES.map((suffix) => ({
    name: `${entity}_${suffix}`,
    by: `the table of the entity ${entity}`,
    origin,
  }))
}

function models(declarations: Declarations): readonly Claim[] {
  return [...declarations.models.values()].map(({ name, origin }) => ({
    name,
    by: 'the model',
    origin: at(origin, 'name'),
  }))
}

/** Sources with rows of an entity; the others are read by models as they are. */
function staged(declarations: Declarations): readonly Source[] {
  return [...declarations.sources.values()].filter((source) => source.entities.length > 0)
}
