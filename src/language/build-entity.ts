import { type Render, tableName } from './build-source-input.js'
import { attributeCleaning, identifierCleaning } from './cleaning.js'
import { declaration } from './declaration.js'
import { defined } from './defined.js'
import type {
  Attribute,
  AttributeInput,
  Entity,
  EntityInput,
  Identifier,
  IdentifierInput,
  MatchRule,
  MatchRuleInput,
} from './entity.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import { itemsOf } from './salvage.js'
import { unique } from './unique.js'

/** An entity with what is declared of it, and the attributes to which sources may give a type. */
export interface BuiltEntity {
  readonly entity: Entity
  readonly untyped: ReadonlySet<string>
}

export function buildEntity(
  input: EntityInput,
  origin: Origin,
  report: Reporter,
  render: Render,
): BuiltEntity {
  const table = input.overrides_from?.table
  const overridesFrom =
    table === undefined ? undefined : tableName(table, at(origin, 'overrides_from', 'table'), report, render)
  const identifiers = parts(input.identifiers, at(origin, 'identifiers'), report, 'identifier', identifier)
  const rules = parts(input.match, at(origin, 'match'), report, 'match', matchRule)
  const attributes = parts(input.attributes, at(origin, 'attributes'), report, 'attribute', attribute)
  const names = identifiers.map((one) => one.name)
  const untyped = new Set(itemsOf(input.attributes).flatMap(({ item }) => (item.type ? [] : [item.name])))
  const entity: Entity = {
    ...declaration(input, origin),
    idColumn: input.id_column ?? `${input.name}_id`,
    ...defined({ partition: input.partition }),
    identifiers,
    match: rules.filter((rule) => !rule.proposes).map(({ proposes: _, ...rule }) => rule),
    proposals: rules.filter((rule) => rule.proposes).map(({ proposes: _, ...rule }) => rule),
    attributes,
    known: input.known ?? (names.length > 1 ? names.slice(0, -1) : names),
    maxProfileShare: input.max_profile_share ?? 0.01,
    ...defined({ maxProfileSize: input.max_profile_size, overridesFrom }),
    keepApart: input.keep_apart ?? [],
    onConflict: input.on_conflict ?? 'keep_best',
  }
  return { entity, untyped }
}

/** Parts of an entity: enabled ones, each name once. */
function parts<
  I extends { name: string; enabled?: boolean | undefined },
  T extends { name: string; origin: Origin },
>(
  input: readonly I[] | undefined,
  origin: Origin,
  report: Reporter,
  kind: 'identifier' | 'match' | 'attribute',
  build: (input: I, origin: Origin, report: Reporter) => T | undefined,
): T[] {
  const built = itemsOf(input).flatMap(({ item, index }) => {
    if (item.enabled === false) {
      report.disabled.add(kind, item.name)
      return []
    }
    const part = build(item, at(origin, index), report)
    if (!part) report.broken.add(kind, item.name)
    return part ? [part] : []
  })
  return unique(built, kind === 'match' ? 'match rule' : kind, report)
}

function identifier(input: IdentifierInput, origin: Origin): Identifier {
  return {
    ...declaration(input, origin),
    cleaning: identifierCleaning(input),
    sharedAbove: input.shared_above ?? {},
    ...defined({ pii: input.pii, maxPerProfile: input.max_per_profile }),
  }
}

function matchRule(input: MatchRuleInput, origin: Origin): MatchRule & { readonly proposes: boolean } {
  const on = input.on.map((part, index) => {
    const place = at(origin, 'on', index)
    return typeof part === 'string'
      ? { attribute: part, origin: place }
      : { attribute: part.attribute, origin: place, ...defined({ normalize: part.normalize }) }
  })
  const proposes = input.action === 'propose'
  return { ...declaration(input, origin), on, sharedAbove: input.shared_above ?? {}, proposes }
}

function attribute(input: AttributeInput, origin: Origin): Attribute {
  const { pii, from, enrich, expires_after: expiresAfter } = input
  return {
    ...declaration(input, origin),
    type: input.type ?? { kind: 'string' },
    cleaning: attributeCleaning(input),
    merge: input.merge ?? { kind: 'most_recent' },
    provenance: input.provenance ?? true,
    declared: true,
    ...defined({ pii, from, enrich, expiresAfter }),
  }
}
