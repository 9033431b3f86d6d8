import { typeOfTrait } from '../../graph/types.js'
import type { Context } from '../../program/context.js'
import { cast } from '../../program/scope.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import type { AggregateTrait } from './row-values.js'

/** Columns of a pass: the value of a trait, or what its value is computed from. */
export const valueColumn = (trait: string) => `value__${trait}`
export const sumColumn = (trait: string) => `sum__${trait}`
export const countColumn = (trait: string) => `count__${trait}`

/** The value of a trait from the columns of its pass. */
export function passValue(context: Context, pass: string, one: AggregateTrait): Sql {
  const { scope, project } = context
  const { trait, definition } = one
  const sum = name(pass, sumColumn(trait.name))
  switch (definition.aggregate) {
    case 'avg':
      return scope.dialect.functions.divide(sum, name(pass, countColumn(trait.name)))
    case 'sum':
      return isIntegerSum(context, one)
        ? sql`case when ${fitsInteger(sum)} then ${cast(scope, sum, typeOfTrait(trait, project))} end`
        : sum
    default:
      return name(pass, valueColumn(trait.name))
  }
}

/** The type of a sum in a pass, of an `avg` too: that of integers is an integer only where it fits. */
export function sumType({ project }: Context, { trait, definition }: AggregateTrait): LogicalType {
  const type = typeOfTrait({ ...trait, definition: { ...definition, aggregate: 'sum' } }, project)
  return type.kind === 'integer' ? { kind: 'number', precision: 38, scale: 0 } : type
}

export function isIntegerSum({ project }: Context, { trait, definition }: AggregateTrait): boolean {
  return definition.aggregate === 'sum' && typeOfTrait(trait, project).kind === 'integer'
}

export const fitsInteger = (sum: Sql) => sql`${sum} between -9223372036854775808 and 9223372036854775807`
