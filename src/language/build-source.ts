import { buildCondition } from './build-condition.js'
import { buildField, buildNamedFields } from './build-field.js'
import { buildSourceInput, type Render } from './build-source-input.js'
import { declaration } from './declaration.js'
import { defined } from './defined.js'
import type { Field, FieldInput } from './field.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import type { Source, SourceDeclaration, SourceEntity } from './source.js'

export interface SourceContext {
  readonly report: Reporter
  readonly render: Render
  /** The entity where none is named: the only one of the project; otherwise undefined, which is reported. */
  readonly onlyEntity: (origin: Origin) => string | undefined
  /** The attributes of each match rule of an entity: a row that has all of one is identified by them. */
  readonly matchRules: (entity: string) => readonly (readonly string[])[]
  /** Parts of this source were left out because of mistakes: what is missing now need not be missing. */
  readonly incomplete: boolean
}

const TIMES = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  deleted: 'deleted',
  event: 'event',
  timestamp: 'timestamp',
} as const

/** A source with its sugar expanded; undefined where it cannot be used, which is reported. */
export function buildSource(
  input: SourceDeclaration,
  origin: Origin,
  context: SourceContext,
): Source | undefined {
  const { report } = context
  const rows = buildSourceInput(input, origin, report, context.render)
  const fields = Object.entries(TIMES).map(
    ([name, key]) => [name, optionalField(input[key], at(origin, key), report)] as const,
  )
  const key = keyFields(input.key, at(origin, 'key'), report)
  const loadedAt = loadedAtOf(input, at(origin, 'loaded_at'), report)
  const where = input.where && buildCondition(input.where, at(origin, 'where'), report)
  const entities = entitiesOf(input, origin, context)
  const properties = buildNamedFields(input.properties, at(origin, 'properties'), report, 'property')
  checkEvent(input, origin, report)
  if (input.belongs_to) report.notBuilt(at(origin, 'belongs_to'), '"belongs_to" is')
  if (!rows || key.length === 0) return undefined
  const party = input.party ?? 'first'
  return {
    ...declaration(input, origin),
    input: rows,
    key,
    versions: input.versions ?? 'latest',
    entities,
    properties,
    party,
    identity: input.identity ?? (party === 'first' ? 'join' : 'attach'),
    maxRejected: input.max_rejected ?? 0.5,
    ...defined({ where, loadedAt }),
    ...(defined(Object.fromEntries(fields)) as Partial<Record<keyof typeof TIMES, Field>>),
  }
}

function optionalField(input: FieldInput | undefined, origin: Origin, report: Reporter): Field | undefined {
  return input === undefined ? undefined : buildField(input, origin, report)
}

function keyFields(input: SourceDeclaration['key'], origin: Origin, report: Reporter): Field[] {
  const parts = Array.isArray(input) ? input : [input]
  return parts.flatMap(
    (part, index) => buildField(part, Array.isArray(input) ? at(origin, index) : origin, report) ?? [],
  )
}

function loadedAtOf(input: SourceDeclaration, origin: Origin, report: Reporter): Source['loadedAt'] {
  if (input.loaded_at === undefined) return undefined
  const field = buildField(input.loaded_at, origin, report)
  const lookback = typeof input.loaded_at === 'string' ? undefined : input.loaded_at.lookback
  return field && { field, ...defined({ lookback }) }
}

/** An event source has both a name and a time. */
function checkEvent(input: SourceDeclaration, origin: Origin, report: Reporter): void {
  if (input.event !== undefined && input.timestamp === undefined) {
    report.error('CDP2002', at(origin, 'event'), 'an event source needs a "timestamp"', {
      which: 'key',
      expected: 'the column with the time of the event',
    })
  }
  if (input.event === undefined && input.timestamp !== undefined) {
    report.error('CDP2002', at(origin, 'timestamp'), 'a source with "timestamp" needs an "event"', {
      which: 'key',
      expected: 'the column with the name of the event, or { value: … }',
      hint: 'of rows that are no events, the time is "updated_at"',
    })
  }
}

function entitiesOf(input: SourceDeclaration, origin: Origin, context: SourceContext): SourceEntity[] {
  const { report } = context
  const short = (['entity', 'identifiers', 'attributes', 'partition'] as const).find(
    (key) => input[key] !== undefined,
  )
  if (input.entities) {
    if (short)
      report.error('CDP2006', at(origin, short), `"${short}" excludes "entities"`, {
        which: 'key',
        hint: 'write it below the entity',
      })
    return Object.entries(input.entities).map(([name, part]) =>
      entityPart(name, part, at(origin, 'entities', name), at(origin, 'entities', name), context),
    )
  }
  if (!short || input.belongs_to) return []
  const entity = input.entity ?? context.onlyEntity(origin)
  return entity === undefined
    ? []
    : [entityPart(entity, input, origin, at(origin, input.entity === undefined ? short : 'entity'), context)]
}

type EntityPart = Pick<SourceDeclaration, 'identifiers' | 'attributes' | 'partition'>

function entityPart(
  entity: string,
  input: EntityPart,
  base: Origin,
  origin: Origin,
  { report, incomplete, matchRules }: SourceContext,
): SourceEntity {
  const identifiers = buildNamedFields(input.identifiers, at(base, 'identifiers'), report, 'identifier')
  const attributes = buildNamedFields(input.attributes, at(base, 'attributes'), report, 'attribute')
  const isMatched = matchRules(entity).some((on) => on.every((a) => attributes.some((f) => f.name === a)))
  if (input.identifiers === undefined && !isMatched && !incomplete) {
    report.error('CDP2002', origin, `nothing identifies the ${entity} of a row`, {
      which: 'key',
      expected: 'identifiers: { <type>: <column> }',
    })
  }
  return {
    entity,
    origin,
    identifiers,
    attributes,
    ...defined({ partition: optionalField(input.partition, at(base, 'partition'), report) }),
  }
}
