import type { Step } from '../program/program.js'
import { choice, createTable, next, published, type Scope, scratch } from '../program/scope.js'
import { allOf, lines, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { affectedCustomersName, identifiersTable } from '../staging/customer-tables.js'
import { edges } from './edges.js'
import { heldEdgesTable, type IdentityInput, refusedEdgesTable, tuplesTable } from './graph-tables.js'
import { isRefused } from './limits/refused.js'
import { scratchOf } from './scratch.js'

const COLUMNS = ['u', 'v', 'row_count', 'first_seen_at'] as const

/**
 * What holds the customers together that people look at: the links of the largest and of those who hold many. An incremental
 * run has them of affected customers, and of others from the run before; of one who is noted for the first time though
 * nothing changed about him they are found again in the tuples. To be made after `largest`, `busy` and the refused links.
 */
export function heldEdgeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const table = next(scope, heldEdgesTable(entity))
  const noted = sql`
    select ${name('customer_id')} from ${from(t.busy)}
    union distinct
    select ${name('customer_id')} from ${from(t.largest)}
  `
  const built = heldOf(t.noted, from(t.edges), next(scope, identifiersTable(entity)), [])
  const title = 'What holds these customers together.'
  return [
    ...createTable(scope, 'Customers whose links are looked at.', t.noted, noted),
    choice('Of affected customers, or of all.', {
      full: createTable(scope, title, table, built),
      incremental: createTable(
        scope,
        title,
        table,
        unionAll([built, asBefore(scope, entity), foundAgain(scope, input)]),
      ),
    }),
  ]
}

function heldOf(noted: Relation, item: Sql, identifiers: Relation, conditions: readonly Sql[]): Sql {
  return sql`
    select
      ${lines([name('i', 'customer_id'), ...COLUMNS.map((column) => name('e', column))])}
    from ${from(noted)} as ${name('n')}
    join ${from(identifiers)} as ${name('i')} on ${name('i', 'customer_id')} = ${name('n', 'customer_id')}
    join ${item} as ${name('e')} on ${name('e', 'u')} = ${name('i', 'node')}
    ${conditions.length === 0 ? sql`` : sql`where ${allOf(conditions)}`}
  `
}

const isAffected = (scope: Scope, entity: string, customer: Sql): Sql =>
  sql`${customer} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity)))})`

function asBefore(scope: Scope, entity: string): Sql {
  const { noted } = scratchOf(scope, entity)
  return sql`
    select
      ${lines(['customer_id', ...COLUMNS].map((column) => name('h', column)))}
    from ${from(published(scope, heldEdgesTable(entity)))} as ${name('h')}
    where ${name('h', 'customer_id')} in (select ${name('customer_id')} from ${from(noted)})
      and not ${isAffected(scope, entity, name('h', 'customer_id'))}
  `
}

function foundAgain(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const before = published(scope, identifiersTable(entity))
  const isNew = [
    sql`not ${isAffected(scope, entity, name('n', 'customer_id'))}`,
    sql`${name('n', 'customer_id')} in (select ${name('customer_id')} from ${from(before)})`,
    sql`${name('n', 'customer_id')} not in (select ${name('customer_id')} from ${from(published(scope, heldEdgesTable(entity)))})`,
  ]
  const hubs = sql`
    select ${name('i', 'node')}
    from ${from(t.noted)} as ${name('n')}
    join ${from(before)} as ${name('i')} on ${name('i', 'customer_id')} = ${name('n', 'customer_id')}
    where ${allOf(isNew)}
  `
  const links = sql`(
      ${edges(scope, input, (item) => published(scope, tuplesTable(input, item)), hubs)}
    )`
  const isAccepted = sql`not ${isRefused(published(scope, refusedEdgesTable(entity)), 'e')}`
  return heldOf(t.noted, links, before, [...isNew, isAccepted])
}
