import { traitLevels } from '../../graph/trait-order.js'
import { typeOfTrait } from '../../graph/types.js'
import type { Entity } from '../../language/entity.js'
import type { Trait } from '../../language/trait.js'
import type { CompiledNode, PublishedView } from '../../program/compiled-node.js'
import type { Context, NodeOf } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { cast, current, next, published, type Scope, scratch } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { onlyWhere } from '../../sql/conditional-aggregates.js'
import { anyOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { customersTable, identifiersTable } from '../../staging/customer-tables.js'
import { attributesTable } from '../profile/profile-tables.js'
import { passValue } from './pass-values.js'
import { profileFragment } from './profile-fragment.js'
import type { AggregateTrait } from './row-values.js'
import { tooLargeChecks } from './too-large.js'
import { countedSteps, isCounted, passesOf, passSteps } from './trait-passes.js'
import { countedName, latestName, passName, profilesTable } from './trait-tables.js'

/** Traits of an entity, one pass over each group of sources, and the wide table that holds all that is known of a customer. */
export function compileTraits(context: Context, node: NodeOf<'traits'>): CompiledNode {
  const { entity, traits } = node
  const { scope } = context
  const aggregates = aggregatesOf(traits)
  const passes = passesOf(aggregates)
  const counted = aggregates.filter(isCounted)
  return {
    id: node.id,
    kind: 'traits',
    description: `Traits and the wide table of every ${entity.name}.`,
    inputs: node.inputs,
    steps: [
      ...latestIdentifiers(scope, entity),
      ...passes.flatMap((pass) => passSteps(context, entity, pass)),
      ...counted.flatMap((one) => countedSteps(context, entity, one)),
      ...wideTable(context, entity, traits),
      ...tooLargeChecks(context, entity, passes, traits),
    ],
    tables: [profilesTable(entity.name)],
    scratch: [
      latestName(entity.name),
      ...passes.map((pass) => passName(entity.name, pass.n)),
      ...counted.map(({ trait }) => countedName(entity.name, trait.name)),
    ],
    follows: `identity.${entity.name}`,
    views: [profileView(scope, entity, traits)],
    kept: [],
    state: [],
  }
}

function aggregatesOf(traits: readonly Trait[]): readonly AggregateTrait[] {
  return traits.flatMap((trait) =>
    trait.definition.kind === 'aggregate' ? [{ trait, definition: trait.definition }] : [],
  )
}

/**
 * Of each identifier type the value seen last; among equals the least: where, in the order of the customer, the type changes.
 * A window for each customer and type would have to tell text from text, and takes half as long again.
 */
function latestIdentifiers(scope: Scope, entity: Entity): StatementStep[] {
  const columns = entity.identifiers.map((identifier) =>
    as(
      sql`max(${onlyWhere(sql`${name('identifier')} = ${identifier.name}`, name('value'))})`,
      identifier.name,
    ),
  )
  const select = sql`
    with ${name('ordered')} as (
      select
        ${name('customer_id')},
        ${name('identifier')},
        ${name('strength')},
        ${name('value')},
        lag(${name('strength')}) over (
          partition by ${name('customer_id')}
          order by ${name('strength')}, ${name('last_seen_at')} desc nulls last, ${name('value')}
        ) as ${name('strength_before')}
      from ${from(current(scope, identifiersTable(entity.name)))}
    )
    select
      ${lines([name('customer_id'), ...columns])}
    from ${name('ordered')}
    where ${name('strength_before')} is null or ${name('strength_before')} <> ${name('strength')}
    group by ${name('customer_id')}
  `
  const title = 'The latest value of each identifier type.'
  return createTable(scope, title, scratch(scope, latestName(entity.name)), select)
}

/** Names of the wide table's columns after the id, in their fixed order. */
export function profileColumns(entity: Entity, traits: readonly Trait[]): readonly string[] {
  return [
    ...entity.identifiers.map((i) => i.name),
    ...entity.attributes.map((a) => a.name),
    ...traits.map((t) => t.name),
    'is_known',
    'first_seen_at',
    'last_seen_at',
    'record_count',
    'event_count',
  ]
}

function wideTable(context: Context, entity: Entity, traits: readonly Trait[]): StatementStep[] {
  const { scope } = context
  const known = anyOf(entity.known.map((type) => sql`${name('l', type)} is not null`))
  const own = ['first_seen_at', 'last_seen_at', 'record_count', 'event_count'].map((column) =>
    name('c', column),
  )
  const base = [
    name('c', 'customer_id'),
    ...entity.identifiers.map((i) => name('l', i.name)),
    ...entity.attributes.map((a) => name('a', a.name)),
    as(sql`${known}`, 'is_known'),
    ...own,
  ]
  const { joins, columns } = aggregateJoins(context, entity, traits)
  const levels = traitLevels(traits, scope.dialect.lexicon)
    .map((level) => level.filter((trait) => trait.definition.kind !== 'aggregate'))
    .filter((level) => level.length > 0)
  const start = sql`
    select
      ${lines([...base, ...columns])}
    from ${from(current(scope, customersTable(entity.name)))} as ${name('c')}
    left join ${from(scratch(scope, latestName(entity.name)))} as ${name('l')} on ${name('l', 'customer_id')} = ${name('c', 'customer_id')}
    ${list(
      [
        sql`left join ${from(current(scope, attributesTable(entity.name)))} as ${name('a')} on ${name('a', 'customer_id')} = ${name('c', 'customer_id')}`,
        ...joins,
      ],
      '\n',
    )}
  `
  const ctes = levels.map((level, i) =>
    levelCte(context, entity, level, i, columnsBefore(traits, levels, i, entity)),
  )
  const select = sql`
    with ${name('level_0')} as (
      ${start}
    )${list(ctes, '')}
    select
      ${lines([name('customer_id'), ...profileColumns(entity, traits).map((column) => name(column))])}
    from ${name(`level_${levels.length}`)}
  `
  const title = `All that is known of each ${entity.name}: identifiers, golden values, traits.`
  return createTable(scope, title, next(scope, profilesTable(entity.name)), select)
}

/** Columns that exist before a level: all but the traits of this and later levels. */
function columnsBefore(
  traits: readonly Trait[],
  levels: readonly (readonly Trait[])[],
  i: number,
  entity: Entity,
): readonly string[] {
  const later = new Set(levels.slice(i).flatMap((level) => level.map((trait) => trait.name)))
  return ['customer_id', ...profileColumns(entity, traits).filter((column) => !later.has(column))]
}

function levelCte(
  context: Context,
  entity: Entity,
  level: readonly Trait[],
  i: number,
  before: readonly string[],
): Sql {
  const columns = [
    ...before.map((column) => name(column)),
    ...level.map((trait) => as(derived(context, entity, trait), trait.name)),
  ]
  return sql`, ${name(`level_${i + 1}`)} as (
      select
        ${lines(columns)}
      from ${name(`level_${i}`)}
    )`
}

/** A trait over other traits and attributes of the same profile. */
function derived(context: Context, entity: Entity, trait: Trait): Sql {
  const { scope } = context
  const { definition } = trait
  switch (definition.kind) {
    case 'ratio':
      return scope.dialect.functions.divide(name(definition.numerator), name(definition.denominator))
    case 'sql':
      return cast(scope, profileFragment(scope, entity, definition.sql), definition.type)
    case 'aggregate':
      return name(trait.name)
  }
}

function aggregateJoins(
  context: Context,
  entity: Entity,
  traits: readonly Trait[],
): { joins: readonly Sql[]; columns: readonly Sql[] } {
  const { scope } = context
  const aggregates = aggregatesOf(traits)
  const joins: Sql[] = []
  const join = (table: string, alias: string) =>
    joins.push(
      sql`left join ${from(scratch(scope, table))} as ${name(alias)} on ${name(alias, 'customer_id')} = ${name('c', 'customer_id')}`,
    )
  const columns: Sql[] = []
  for (const pass of passesOf(aggregates)) {
    const alias = `pass_${pass.n}`
    join(passName(entity.name, pass.n), alias)
    columns.push(
      ...pass.traits.map((one) =>
        as(withDefault(context, one, passValue(context, alias, one)), one.trait.name),
      ),
    )
  }
  for (const one of aggregates.filter(isCounted)) {
    const alias = `counted_${one.trait.name}`
    join(countedName(entity.name, one.trait.name), alias)
    columns.push(as(withDefault(context, one, name(alias, one.trait.name)), one.trait.name))
  }
  return { joins, columns }
}

/** Counts are 0 and `exists` false where there is no row; the others null, unless the trait has a default. */
function withDefault(context: Context, { trait, definition }: AggregateTrait, value: Sql): Sql {
  const type = typeOfTrait(trait, context.project)
  if (definition.default !== undefined) {
    return sql`coalesce(${value}, ${context.scope.dialect.functions.typedLiteral(String(definition.default), type, context.scope.timezone)})`
  }
  if (definition.aggregate === 'count' || definition.aggregate === 'count_distinct')
    return sql`coalesce(${value}, 0)`
  return definition.aggregate === 'exists' ? sql`coalesce(${value}, false)` : value
}

function profileView(scope: Scope, entity: Entity, traits: readonly Trait[]): PublishedView {
  const described = [...entity.identifiers, ...entity.attributes, ...traits]
  const columns = profileColumns(entity, traits)
  return {
    schema: 'public',
    name: `${entity.name}_profiles`,
    description: entity.description ?? `All that is known of each ${entity.name}.`,
    select: sql`
      select
        ${lines([as(name('customer_id'), entity.idColumn), ...columns.map((column) => name(column))])}
      from ${from(published(scope, profilesTable(entity.name)))}
    `,
    columns: [
      { name: entity.idColumn, description: `The ${entity.name}: opaque and stable.` },
      ...columns.map((column) => {
        const description = described.find((d) => d.name === column)?.description
        return description === undefined ? { name: column } : { name: column, description }
      }),
    ],
  }
}
