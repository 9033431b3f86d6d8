import { typeOfTrait } from '../../graph/types.js'
import type { Entity } from '../../language/entity.js'
import type { Trait } from '../../language/trait.js'
import type { Context } from '../../program/context.js'
import type { CheckStep } from '../../program/program.js'
import { next, scratch } from '../../program/scope.js'
import { check } from '../../program/steps.js'
import { anyOf, name, raw, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { from, type Relation } from '../../sql/relation.js'
import { fitsInteger, isIntegerSum, sumColumn, sumType } from './pass-values.js'
import type { AggregateTrait } from './row-values.js'
import type { Pass } from './trait-passes.js'
import { passName, profilesTable } from './trait-tables.js'

/** Warns of customers of whom a sum, mean or ratio is null only because its numbers are too large. */
export function tooLargeChecks(
  context: Context,
  entity: Entity,
  passes: readonly Pass[],
  traits: readonly Trait[],
): CheckStep[] {
  const { scope } = context
  const ofPasses = passes.flatMap((pass) =>
    pass.traits.flatMap((one) => {
      const isTooLarge = sumIsTooLarge(context, one)
      const table = scratch(scope, passName(entity.name, pass.n))
      return isTooLarge ? [customersOf(one.trait, pass.from, table, isTooLarge)] : []
    }),
  )
  const ofRatios = traits.flatMap((trait) => {
    if (trait.definition.kind !== 'ratio') return []
    const { numerator, denominator } = trait.definition
    const parts = [numerator, denominator].filter((part) => {
      const of = traits.find((one) => one.name === part)
      return of && canBeBeyondRange(typeOfTrait(of, context.project))
    })
    if (parts.length === 0) return []
    const table = next(scope, profilesTable(entity.name))
    const isTooLarge = anyOf(parts.map((part) => isBeyondRange(name(part))))
    return [customersOf(trait, [numerator, denominator], table, isTooLarge)]
  })
  const selects = [...ofPasses, ...ofRatios]
  if (selects.length === 0) return []
  return [
    check(
      scope,
      'Traits that are null because their numbers are too large.',
      sql`
        select *
        from (
          ${unionAll(selects)}
        ) as ${name('too_large')}
        where ${name('customers')} > 0
        order by ${name('trait')}
      `,
      {
        message: 'Numbers are too large to be added up or divided: these traits are null for some customers.',
        remedy: `Look for values that are no amounts, such as ids, and refuse them where they are declared (max:). Sums of integers have 64 bits; avg and ratio divide numbers below 1e20.`,
        severity: 'warning',
      },
    ),
  ]
}

function sumIsTooLarge(context: Context, one: AggregateTrait): Sql | undefined {
  const sum = name(sumColumn(one.trait.name))
  if (isIntegerSum(context, one)) return sql`not (${fitsInteger(sum)})`
  if (one.definition.aggregate !== 'avg') return undefined
  return canBeBeyondRange(sumType(context, one)) ? isBeyondRange(sum) : undefined
}

function canBeBeyondRange(type: LogicalType): boolean {
  return type.kind === 'float' || (type.kind === 'number' && type.precision - type.scale > 20)
}

const isBeyondRange = (value: Sql) => sql`abs(${value}) >= ${raw(RANGE)}`

function customersOf({ name: trait }: Trait, of: readonly string[], table: Relation, where: Sql): Sql {
  return sql`
    select
      ${trait} as ${name('trait')},
      ${of.join(', ')} as ${name('computed_from')},
      count(*) as ${name('customers')},
      min(${name('customer_id')}) as ${name('sample_customer')}
    from ${from(table)}
    where ${where}
  `
}
