import type { Step } from '../../program/program.js'
import { createTable, published, type Scope, scratch, statement } from '../../program/scope.js'
import { name, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { affectedCustomersName, affectedNodesName, identifiersTable } from '../../staging/customer-tables.js'
import { type IdentityInput, refusedEdgesTable } from '../graph-tables.js'
import { hasLimits, limitsOf } from '../limits/limits.js'
import type { Crossings } from './crossings.js'
import { touchedName } from './names.js'

/** Refused links lead to others, and these to others: more rounds than there are customers in any chain of them. */
const ROUND_LIMIT = 10_000

/** `affected_customers`: who holds a touched identifier, and, by refused links, whoever may be decided anew with them. */
export function customerSteps(scope: Scope, input: IdentityInput, crossings: Crossings): Step[] {
  const { name: entity } = input.entity
  const table = scratch(scope, affectedCustomersName(entity))
  const identifiers = from(published(scope, identifiersTable(entity)))
  const holders = sql`
    select ${name('i', 'customer_id')}
    from ${identifiers} as ${name('i')}
    where ${name('i', 'node')} in (select ${name('node')} from ${from(scratch(scope, touchedName(entity)))})
  `
  const select = sql`
    select distinct ${name('customer_id')}
    from (
      ${unionAll([holders, ...(crossings.customers ? [crossings.customers] : [])])}
    ) as ${name('found')}
  `
  return [
    ...createTable(scope, 'Customers whom changes reach.', table, select),
    ...(hasLimits(limitsOf(input)) ? borderSteps(scope, input) : []),
  ]
}

/** From whom a link to an affected customer was refused is decided anew with him, and so on. */
function borderSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const affected = from(scratch(scope, affectedCustomersName(entity)))
  const touched = sql`select ${name('node')} from ${from(scratch(scope, touchedName(entity)))}`
  const identifiers = from(published(scope, identifiersTable(entity)))
  const across = (here: string, there: string) => sql`
    select ${name('o', 'customer_id')}
    from ${from(published(scope, refusedEdgesTable(entity)))} as ${name('r')}
    left join ${identifiers} as ${name('i')} on ${name('i', 'node')} = ${name('r', here)}
    join ${identifiers} as ${name('o')} on ${name('o', 'node')} = ${name('r', there)}
    where (
        ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${affected})
        or ${name('r', here)} in (${touched})
      )
      and ${name('o', 'customer_id')} not in (select ${name('customer_id')} from ${affected})
  `
  const reached = unionAll([across('u', 'v'), across('v', 'u')])
  return [
    {
      kind: 'loop',
      title: 'Customers at the other end of refused links.',
      until: statement(
        scope,
        '',
        sql`
          select count(*) as ${name('customers')}
          from (
            ${reached}
          ) as ${name('reached')}
        `,
      ).sql,
      limit: ROUND_LIMIT,
      body: [
        statement(
          scope,
          'They are affected too.',
          sql`
            insert into ${affected} (${name('customer_id')})
            select distinct ${name('customer_id')}
            from (
              ${reached}
            ) as ${name('reached')}
          `,
        ),
      ],
      unwind: [],
    },
  ]
}

/** `affected_nodes`: what is touched, and all that affected customers hold. */
export function nodeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const select = sql`
    select ${name('node')}
    from ${from(scratch(scope, touchedName(entity)))}
    union
    select ${name('i', 'node')}
    from ${from(published(scope, identifiersTable(entity)))} as ${name('i')}
    where ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity)))})
  `
  const title = 'Identifiers whom changes reach.'
  return createTable(scope, title, scratch(scope, affectedNodesName(entity)), select)
}
