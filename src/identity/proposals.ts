import type { Step } from '../program/program.js'
import { next, noRows, type Scope, whole } from '../program/scope.js'
import { createTable } from '../program/steps.js'
import { allOf, as, lines, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { latestRows, placedRows } from '../staging/placement.js'
import { idColumn, partitionColumn, rowsTable } from '../staging/rows.js'
import { type IdentityInput, proposalsTable, type Shape, text } from './graph-tables.js'

const proposalsShape: readonly Shape[] = [
  { name: 'rule', type: text },
  { name: 'customer_id', type: text },
  { name: 'other_id', type: text },
  { name: 'value', type: text },
]

const PARTITION = 'partition'

/**
 * Customers whose rows agree in all columns of a rule with `action: propose`, and who are not one: of each value the
 * customer of the least id beside each other one, so that a value of k customers is k - 1 rows, never k²/2. Values of two
 * partitions are two values: nobody could join their customers.
 */
export function proposalSteps(scope: Scope, input: IdentityInput): Step[] {
  const table = next(scope, proposalsTable(input.entity.name))
  const seen = carriers(scope, input)
  const agreeing = ['rule', ...(input.entity.partition ? [PARTITION] : []), 'value']
  const select = sql`
    with ${name('seen')} as (
      ${seen.length === 0 ? sql`` : unionAll(seen)}
    ), ${name('met')} as (
      select distinct
        ${lines([...agreeing, 'customer_id'].map((column) => name(column)))}
      from ${name('seen')}
    ), ${name('first')} as (
      select
        ${lines([...agreeing.map((column) => name(column)), as(sql`min(${name('customer_id')})`, 'customer_id')])}
      from ${name('met')}
      group by ${list(agreeing.map((column) => name(column)))}
      having count(*) > 1
    )
    select
      ${lines([name('f', 'rule'), name('f', 'customer_id'), as(name('m', 'customer_id'), 'other_id'), name('f', 'value')])}
    from ${name('first')} as ${name('f')}
    join ${name('met')} as ${name('m')} on ${allOf(agreeing.map((column) => sql`${name('m', column)} = ${name('f', column)}`))}
    where ${name('m', 'customer_id')} <> ${name('f', 'customer_id')}
  `
  return createTable(
    scope,
    'Candidates for review: who agrees in all columns of a rule that proposes.',
    table,
    seen.length === 0 ? noRows(scope, proposalsShape) : select,
  )
}

function carriers(scope: Scope, input: IdentityInput): readonly Sql[] {
  const { entity } = input
  const partition = entity.partition ? [as(name('r', partitionColumn(entity.name)), PARTITION)] : []
  return entity.proposals.flatMap((rule) =>
    input.sources
      .filter(({ about }) =>
        rule.on.every((part) => about.attributes.some((field) => field.name === part.attribute)),
      )
      .map(({ source, about }) => {
        const placed = placedRows(scope, entity, source, about, {
          rows: whole(scope, rowsTable(source.name)),
          identifiers: whole(scope, identifiersTable(entity.name)),
        })
        const value = name('r', idColumn(entity.name, rule.name, 1))
        return sql`
          select
            ${lines([as(literal(rule.name), 'rule'), ...partition, as(value, 'value'), as(placed.customerId, 'customer_id')])}
          from ${placed.from}
          where ${allOf([sql`${value} is not null`, sql`${placed.customerId} is not null`, ...latestRows(source)])}
        `
      }),
  )
}
