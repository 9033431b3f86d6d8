import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import { constantOf, isEventSource, type Source } from '../language/source.js'
import type { ConditionScope } from './check-condition.js'
import type { Checking } from './checking.js'
import { aboutEntity, rowFields } from './declarations.js'
import { checkFragment } from './fragments.js'
import { aType, commonType, timesOf, typeOfRowField } from './types.js'

/** Rows of sources as a trait or an event condition of an entity sees them. */
export interface RowsOf {
  readonly entity: string
  readonly sources: readonly Source[]
  /** False where one of the sources is not known: what is missed may be there. */
  readonly isComplete: boolean
}

/** Resolves the sources of a `from`; says which are unknown, and which are not about the entity. */
export function resolveSources(
  checking: Checking,
  entity: string,
  names: readonly string[],
  origin: Origin,
  needsEvents: boolean,
): RowsOf {
  const sources = names.flatMap((name, index) => {
    const source = resolveSource(checking, entity, name, at(origin, index), needsEvents)
    return source ? [source] : []
  })
  return { entity, sources, isComplete: sources.length === names.length }
}

function resolveSource(
  checking: Checking,
  entity: string,
  name: string,
  place: Origin,
  needsEvents: boolean,
): Source | undefined {
  const { declarations, findings } = checking
  const source = declarations.sources.get(name)
  const possible = needsEvents ? declarations.eventSourcesOf(entity) : declarations.sourcesOf(entity)
  const candidates = possible.map((s) => s.name)
  if (!source) {
    if (declarations.models.has(name)) {
      findings.error('CDP9001', place, 'traits over models are not built yet', {
        hint: `declare a source with "model: ${name}" and read that`,
      })
    } else findings.unknown(place, { kind: 'source', name, candidates })
    return undefined
  }
  const expected = candidates.length === 0 ? undefined : `one of ${candidates.join(', ')}`
  if (!aboutEntity(source, entity)) {
    if (findings.isBroken('entity', entity)) return undefined
    const hint = source.entities.length === 0 ? `declare identifiers of ${entity} in it` : undefined
    findings.error('CDP3004', place, `the rows of ${name} are not about ${entity}`, { expected, hint })
    return undefined
  }
  if (!needsEvents || isEventSource(source)) return source
  findings.error('CDP3004', place, `${name} has no events`, {
    expected,
    hint: 'a source with "event" and "timestamp" has',
  })
  return undefined
}

/** The type of a property or attribute over all sources; says where it is missing or they do not agree. */
export function resolveField(
  checking: Checking,
  rows: RowsOf,
  name: string,
  place: Origin,
): LogicalType | undefined {
  const { declarations, findings } = checking
  const found = rows.sources.map((source) => ({
    source: source.name,
    type: typeOfRowField(declarations.project, source, rows.entity, name),
  }))
  const missing = found.filter((one) => !one.type).map((one) => one.source)
  if (missing.length > 0) {
    if (findings.isBroken('attribute', name)) return undefined
    const lacking = rows.sources.filter((source) => missing.includes(source.name))
    const candidates = commonNames(lacking, rows.entity)
    findings.unknown(place, {
      kind: 'property',
      name,
      called: 'property or attribute',
      message: `${missing.join(' and ')} ${missing.length === 1 ? 'has' : 'have'} no property or attribute ${JSON.stringify(name)}`,
      candidates,
    })
    return undefined
  }
  let type = found[0]?.type
  for (const other of found.slice(1)) {
    const common = type && other.type && commonType(type, other.type)
    if (!common && type && other.type) {
      findings.error(
        'CDP4001',
        place,
        `${name} is ${aType(type)} in ${found[0]?.source}, ${aType(other.type)} in ${other.source}`,
        {
          expected: 'one type over all sources',
        },
      )
      return undefined
    }
    type = common
  }
  return type
}

function fieldNames(source: Source, entity: string): readonly string[] {
  return [...rowFields(source, entity).map((field) => field.name), ...timesOf(source)]
}

/** Names that each of the sources has. */
export function commonNames(sources: readonly Source[], entity: string): readonly string[] {
  const [first, ...others] = sources.map((source) => [...new Set(fieldNames(source, entity))])
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)))
}

/** The `event` of a trait or condition: possible in one of the sources at least. */
export function checkEventName(checking: Checking, rows: RowsOf, event: string, place: Origin): void {
  if (!rows.isComplete || rows.sources.length === 0) return
  const names = rows.sources.map((source) => (source.event ? constantOf(source.event) : undefined))
  if (names.some((name) => name === undefined || String(name) === event)) return
  checking.findings.unknown(place, {
    kind: 'property',
    name: event,
    called: 'event',
    message: `${rows.sources.map((source) => source.name).join(' and ')} never has an event ${JSON.stringify(event)}`,
    candidates: [...new Set(names.map(String))],
  })
}

/** The condition of a trait or of counted events sees the row: its properties and its attributes. */
export function rowConditionScope(checking: Checking, rows: RowsOf, called: string): ConditionScope {
  return {
    called,
    subjects: ['property'],
    typeOf: (subject, place) => resolveField(checking, rows, subject.name, place),
    fragment: (sql, place) => {
      const names = commonNames(rows.sources, rows.entity)
      const scope = rows.isComplete ? { names, called: 'condition on rows', sees: 'row' } : undefined
      checkFragment(checking, sql, place, scope)
    },
  }
}
