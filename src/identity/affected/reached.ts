import type { Step } from '../../program/program.js'
import { published, runView, type Scope, scratch, whole } from '../../program/scope.js'
import { createTable, statement } from '../../program/steps.js'
import { anyOf, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { affectedCustomersName, affectedNodesName, identifiersTable } from '../../staging/customer-tables.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { rowsTable } from '../../staging/rows.js'
import type { IdentityInput, SourceAbout } from '../graph-tables.js'
import { hasLimits, limitsOf } from '../limits/limits.js'
import type { Crossings } from './crossings.js'
import { leadingLinkSteps } from './leading-links.js'
import { beforeName, leadingName, touchedName } from './names.js'

/** Customers lead to others, and these to others: more rounds than there are customers in any chain of them. */
const ROUND_LIMIT = 10_000

/** `affected_customers`: who holds a touched identifier, and, by refused links, whoever may be decided anew with them. */
export function affectedCustomerSteps(scope: Scope, input: IdentityInput, crossings: Crossings): Step[] {
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
    ...(hasLimits(limitsOf(input)) ? leadingLinkSteps(scope, input) : []),
    ...borderSteps(scope, input),
  ]
}

/**
 * Whom affected customers lead to, and so on: the other end of a refused link that leads on, which is decided anew with them; and
 * in rows that attach, whoever holds another of their identifiers, since such a row goes to the strongest that is there.
 */
function borderSteps(scope: Scope, input: IdentityInput): Step[] {
  const affected = from(scratch(scope, affectedCustomersName(input.entity.name)))
  const leads = [
    ...(hasLimits(limitsOf(input)) ? acrossRefused(scope, input) : []),
    ...input.sources.flatMap((item) =>
      item.source.identity === 'attach' ? withinRows(scope, input, item) : [],
    ),
  ]
  if (leads.length === 0) return []
  const reached = sql`
    (
      ${unionAll(leads)}
    ) as ${name('reached')}
    where ${name('customer_id')} not in (select ${name('customer_id')} from ${affected})
  `
  const left = statement(scope, '', sql`select count(*) as ${name('customers')} from ${reached}`)
  return [
    {
      kind: 'loop',
      title: 'Customers whom affected ones lead to.',
      until: left.sql,
      limit: ROUND_LIMIT,
      body: [
        statement(
          scope,
          'They are affected too.',
          sql`
            insert into ${affected} (${name('customer_id')})
            select distinct ${name('customer_id')}
            from ${reached}
          `,
        ),
      ],
      unwind: [],
    },
  ]
}

/** Identifiers that are touched, or that an affected customer holds. */
function affectedSoFar(scope: Scope, { entity }: IdentityInput): Sql {
  return sql`
    select ${name('node')} from ${from(scratch(scope, touchedName(entity.name)))}
    union all
    select ${name('node')}
    from ${from(published(scope, identifiersTable(entity.name)))}
    where ${name('customer_id')} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity.name)))})
  `
}

function acrossRefused(scope: Scope, input: IdentityInput): readonly Sql[] {
  const { name: entity } = input.entity
  return [
    sql`
      select ${name('o', 'customer_id')}
      from ${from(scratch(scope, leadingName(entity)))} as ${name('r')}
      join ${from(published(scope, identifiersTable(entity)))} as ${name('o')} on ${name('o', 'node')} = ${name('r', 'there')}
      where ${name('r', 'here')} in (
        ${affectedSoFar(scope, input)}
      )
    `,
  ]
}

function withinRows(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): readonly Sql[] {
  const columns = nodeColumns(input.entity, about).map((c) => name('r', c.column))
  const soFar = affectedSoFar(scope, input)
  const isHit = sql`coalesce(${anyOf(columns.map((column) => sql`${column} in (${soFar})`))}, false)`
  return columns.map(
    (column) => sql`
      select ${name('o', 'customer_id')}
      from ${from(whole(scope, rowsTable(source.name)))} as ${name('r')}
      join ${from(published(scope, identifiersTable(input.entity.name)))} as ${name('o')} on ${name('o', 'node')} = ${column}
      where ${isHit}
    `,
  )
}

/** `affected_nodes`: what is touched, and all that affected customers hold. To be made after what they held before. */
export function affectedNodeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const select = sql`
    select ${name('node')}
    from ${from(scratch(scope, touchedName(entity)))}
    union distinct
    select ${name('node')}
    from ${from(runView(scope, beforeName(entity)))}
  `
  const title = 'Identifiers whom changes reach.'
  return createTable(scope, title, scratch(scope, affectedNodesName(entity)), select)
}
