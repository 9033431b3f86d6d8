import { typesByStrength } from '../program/context.js'
import type { Step } from '../program/program.js'
import { cast, next, type Scope, whole } from '../program/scope.js'
import { createTable, wholeSteps } from '../program/steps.js'
import { countWhere } from '../sql/conditional-aggregates.js'
import { as, lines, list, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { customersTable, identifiersTable } from '../staging/customer-tables.js'
import { searchedCustomers } from './bridges.js'
import {
  type IdentityInput,
  identitySizesTable,
  integer,
  largestProfilesTable,
  type Shape,
  sizesTable,
  text,
} from './graph-tables.js'
import { scratchOf } from './scratch.js'

/** `<entity>_identity_sizes`: how many customers have how many identifiers, in steps that double. */
export const identitySizesShape: readonly Shape[] = [
  { name: 'min_identifiers', type: integer },
  { name: 'max_identifiers', type: integer },
  { name: 'customer_count', type: integer },
  { name: 'identifier_count', type: integer },
]

/** `<entity>_largest_profiles`: the customers with most identifiers. */
export const largestProfilesShape: readonly Shape[] = [
  { name: 'place', type: integer },
  { name: 'customer_id', type: text },
  { name: 'identifier_count', type: integer },
  { name: 'record_count', type: integer },
  { name: 'event_count', type: integer },
  { name: 'bridge_count', type: integer },
]

/** How many of the largest customers are listed. */
const LARGEST = 20
const sizes = (scope: Scope, { entity }: IdentityInput) => whole(scope, sizesTable(entity.name))

/** Column of the sizes: how many identifiers of a type. */
export const sizeColumn = (strength: number) => `count_${strength}`

/** What each customer holds, by type: the base of all that follows, and of the check that no one is too large. */
export function sizeSteps(scope: Scope, input: IdentityInput): Step[] {
  const strength = name('strength')
  const select = sql`
    select
      ${lines([
        name('customer_id'),
        as(sql`count(*)`, 'node_count'),
        as(countWhere(sql`${strength} < ${input.entity.identifiers.length}`), 'identifier_count'),
        ...typesByStrength(input.entity).map((_, i) =>
          as(countWhere(sql`${strength} = ${i}`), sizeColumn(i)),
        ),
      ])}
    from ${from(next(scope, identifiersTable(input.entity.name)))}
    group by ${name('customer_id')}
  `
  const table = sizesTable(input.entity.name)
  return [
    ...createTable(scope, 'How many identifiers each customer has.', next(scope, table), select),
    ...wholeSteps(scope, table),
  ]
}

/** Customers counted by their size. */
export function histogramSteps(scope: Scope, input: IdentityInput): Step[] {
  const count = name('identifier_count')
  const steps = Array.from({ length: 32 }, (_, i) => 2 ** i)
  const bounds = steps.map((step) => sql`when ${count} <= ${step} then ${step}`)
  const histogram = sql`
    select
      ${lines([
        as(cast(scope, sql`min(${name('least')})`, 'integer'), 'min_identifiers'),
        as(cast(scope, name('most'), 'integer'), 'max_identifiers'),
        as(cast(scope, sql`sum(${name('customers')})`, 'integer'), 'customer_count'),
        as(cast(scope, sql`sum(${name('customers')} * ${count})`, 'integer'), 'identifier_count'),
      ])}
    from (
      select
        ${lines([
          count,
          as(sql`case when ${count} = 0 then 0 ${list(bounds, ' ')} end`, 'most'),
          as(
            sql`case when ${count} = 0 then 0 ${list(
              steps.map((step) => sql`when ${count} <= ${step} then ${Math.floor(step / 2) + 1}`),
              ' ',
            )} end`,
            'least',
          ),
          as(sql`count(*)`, 'customers'),
        ])}
      from ${from(sizes(scope, input))}
      group by ${count}
    ) as ${name('by_size')}
    group by ${name('most')}
  `
  return createTable(
    scope,
    'Customers by how many identifiers they have.',
    next(scope, identitySizesTable(input.entity.name)),
    histogram,
  )
}

/** The largest customers. */
export function largestSteps(scope: Scope, input: IdentityInput): Step[] {
  const [count, id] = [name('identifier_count'), name('customer_id')]
  const largest = sql`
    select
      ${lines([as(sql`row_number() over (order by ${count} desc, ${id})`, 'place'), id, count, name('node_count')])}
    from (
      select ${id}, ${count}, ${name('node_count')}
      from ${from(sizes(scope, input))}
      order by ${count} desc, ${id}
      limit ${LARGEST}
    ) as ${name('first')}
  `
  return createTable(scope, 'The largest customers.', scratchOf(scope, input.entity.name).largest, largest)
}

/** The same with their rows counted. */
export function largestProfileSteps(scope: Scope, input: IdentityInput): Step[] {
  const { entity } = input
  const t = scratchOf(scope, entity.name)
  const profiles = sql`
    select
      ${lines([
        name('l', 'place'),
        name('l', 'customer_id'),
        name('l', 'identifier_count'),
        name('c', 'record_count'),
        name('c', 'event_count'),
        as(name('b', 'bridge_count'), 'bridge_count'),
      ])}
    from ${from(t.largest)} as ${name('l')}
    left join (
      ${searchedCustomers(scope, input)}
    ) as ${name('b')} on ${name('b', 'customer_id')} = ${name('l', 'customer_id')}
    left join ${from(whole(scope, customersTable(entity.name)))} as ${name('c')} on ${name('c', 'customer_id')} = ${name('l', 'customer_id')}
  `
  return createTable(
    scope,
    'The largest customers, for people.',
    next(scope, largestProfilesTable(entity.name)),
    profiles,
  )
}
