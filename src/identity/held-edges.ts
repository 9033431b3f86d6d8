import type { Step } from '../program/program.js'
import { next, published, type Scope, scratch } from '../program/scope.js'
import { choice, createTable, statement, whenAny } from '../program/steps.js'
import { lines, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
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
  const built = sql`
    select
      ${lines([name('i', 'customer_id'), ...COLUMNS.map((column) => name('e', column))])}
    from ${from(t.noted)} as ${name('n')}
    join ${from(next(scope, identifiersTable(entity)))} as ${name('i')} on ${name('i', 'customer_id')} = ${name('n', 'customer_id')}
    join ${from(t.edges)} as ${name('e')} on ${name('e', 'u')} = ${name('i', 'node')}
  `
  const title = 'What holds these customers together.'
  return [
    ...createTable(scope, 'Customers whose links are looked at.', t.noted, noted),
    choice('Of affected customers, or of all.', {
      full: createTable(scope, title, table, built),
      incremental: [
        ...createTable(
          scope,
          'Of these, whom nothing changed and the run before had not noted.',
          t.noticed,
          noticed(scope, entity),
        ),
        ...createTable(scope, title, table, unionAll([built, asBefore(scope, entity)])),
        whenAny(scope, 'Some are noted for the first time.', t.noticed, [
          statement(scope, 'What holds them together is found again.', foundAgain(scope, input)),
        ]),
      ],
    }),
  ]
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

function noticed(scope: Scope, entity: string): Sql {
  const { noted } = scratchOf(scope, entity)
  return sql`
    select ${name('i', 'customer_id')}, ${name('i', 'node')}
    from ${from(published(scope, identifiersTable(entity)))} as ${name('i')}
    where ${name('i', 'customer_id')} in (
      select ${name('n', 'customer_id')}
      from ${from(noted)} as ${name('n')}
      where not ${isAffected(scope, entity, name('n', 'customer_id'))}
        and ${name('n', 'customer_id')} not in (select ${name('customer_id')} from ${from(published(scope, heldEdgesTable(entity)))})
    )
  `
}

function foundAgain(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const { noticed } = scratchOf(scope, entity)
  const hubs = sql`select ${name('node')} from ${from(noticed)}`
  return sql`
    insert into ${from(next(scope, heldEdgesTable(entity)))} (${list(['customer_id', ...COLUMNS].map((column) => name(column)))})
    select
      ${lines([name('i', 'customer_id'), ...COLUMNS.map((column) => name('e', column))])}
    from ${from(noticed)} as ${name('i')}
    join (
      ${edges(scope, input, (item) => published(scope, tuplesTable(input, item)), hubs)}
    ) as ${name('e')} on ${name('e', 'u')} = ${name('i', 'node')}
    where not ${isRefused(published(scope, refusedEdgesTable(entity)), 'e')}
  `
}
