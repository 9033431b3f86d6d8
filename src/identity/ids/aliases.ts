/**
 * Who answers for an id that no customer has any more. On leaving, an id leaves an address: the strongest (then first seen,
 * then least) member that it held then. It answers with the customer who holds the address now; where nobody does, with
 * what it was merged into, resolved again; else with null. Merges only lead to ids that left later, so that there is no circle.
 */
import type { StatementStep, Step } from '../../program/program.js'
import { asOf, next, type Scope, state, whole } from '../../program/scope.js'
import { createTable, rebuildTable, statement } from '../../program/steps.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { identifiersBefore } from '../affected/affected.js'
import { aliasesTable, type IdentityInput, idChangesTable, idsState } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'

/** `departed`: ids that leave in this run, with address and heir; and the aliases of all ids that ever left. */
export function aliasSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const table = next(scope, aliasesTable(input.entity.name))
  return [
    ...createTable(scope, 'Ids that leave, with their addresses.', t.departed, departed(scope, input)),
    ...createTable(scope, 'What each id that ever left is answered with.', t.answers, answers(scope, input)),
    followSteps(scope, t),
    ...createTable(scope, 'Who answers for ids that have left.', table, aliases(t.answers)),
  ]
}

function departed(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  return sql`
    with ${name('leaving')} as (
      select
        case when ${name('kind')} = 'merged' then ${name('previous_id')} else ${name('customer_id')} end as ${name('customer_id')},
        case when ${name('kind')} = 'merged' then ${name('customer_id')} end as ${name('merged_into')}
      from ${from(next(scope, idChangesTable(entity)))}
      where ${name('kind')} in ('merged', 'retired')
    ), ${name('members')} as (
      select
        ${name('l', 'customer_id')},
        ${name('l', 'merged_into')},
        ${name('p', 'node')},
        row_number() over (
          partition by ${name('l', 'customer_id')}
          order by ${name('p', 'strength')}, ${name('p', 'first_seen_at')} asc nulls last, ${name('p', 'value')}
        ) as ${name('place')}
      from ${name('leaving')} as ${name('l')}
      left join ${from(identifiersBefore(scope, entity))} as ${name('p')} on ${name('p', 'customer_id')} = ${name('l', 'customer_id')}
    )
    select
      ${lines([name('customer_id'), name('merged_into'), as(name('node'), 'address_node')])}
    from ${name('members')}
    where ${name('place')} = 1
  `
}

/** An id that nobody holds the address of is answered with what it was merged into. */
function answers(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  const { name: entity } = input.entity
  const columns = lines([name('customer_id'), name('merged_into'), name('address_node')])
  return sql`
    with ${name('gone')} as (
      select
        ${columns}
      from ${from(state(scope, idsState(entity)))}
      where ${name('retired_at')} is not null
      union all
      select
        ${columns}
      from ${from(t.departed)}
    )
    select
      ${lines([as(name('g', 'customer_id'), 'previous_id'), name('g', 'merged_into'), as(name('i', 'customer_id'), 'holder')])}
    from ${name('gone')} as ${name('g')}
    left join ${from(whole(scope, identifiersTable(entity)))} as ${name('i')} on ${name('i', 'node')} = ${name('g', 'address_node')}
  `
}

/** More than any chain of merges is long: a round doubles what is followed. */
const ROUND_LIMIT = 64

/**
 * An id that was merged into one that left too is answered with the answer of that one. By rounds, not by a recursive
 * query: engines that plan those as so many joins refuse them.
 */
function followSteps(scope: Scope, t: ReturnType<typeof scratchOf>): Step {
  const f = name('f')
  const answer = (column: string) =>
    sql`case when ${name('a', 'previous_id')} is null then ${name('f', column)} else ${name('a', column)} end as ${name(column)}`
  const next = sql`${name('a', 'previous_id')} = ${name('f', 'merged_into')}`
  return {
    kind: 'loop',
    title: 'Follow merges into ids that left too.',
    until: statement(
      scope,
      '',
      sql`
        select count(*) as ${name('unanswered')}
        from ${from(t.answers)} as ${f}
        join ${from(t.answers)} as ${name('a')} on ${next}
        where ${name('f', 'holder')} is null
      `,
    ).sql,
    limit: ROUND_LIMIT,
    uncounted: true,
    body: [
      ...rebuildTable(
        scope,
        'The answers of what they were merged into.',
        { table: t.answers, by: t.answersNext },
        sql`
          select
            ${lines([name('f', 'previous_id'), answer('merged_into'), answer('holder')])}
          from ${from(t.answers)} as ${f}
          left join ${from(t.answers)} as ${name('a')} on ${name('f', 'holder')} is null and ${next}
        `,
      ),
    ],
    unwind: [],
  }
}

function aliases(answered: Relation): Sql {
  return sql`
    select
      ${name('previous_id')},
      coalesce(${name('holder')}, ${name('merged_into')}) as ${name('customer_id')}
    from ${from(answered)}
  `
}

/** In the publishing transaction: ids that leave are marked, with what their aliases are found by. */
export function retirement(scope: Scope, input: IdentityInput): StatementStep {
  const t = scratchOf(scope, input.entity.name)
  const ids = state(scope, idsState(input.entity.name))
  const table = ids.parts.at(-1) ?? ''
  const of = (column: string) => sql`
    (
      select max(${name('d', column)})
      from ${from(t.departed)} as ${name('d')}
      where ${name('d', 'customer_id')} = ${name(table, 'customer_id')}
    )
  `
  const columns = ['merged_into', 'address_node'].map((column) => sql`${name(column)} = ${of(column)}`)
  return statement(
    scope,
    'Ids that no customer answers to any more are retired.',
    sql`
      update ${from(ids)}
      set
        ${list([sql`${name('retired_at')} = ${asOf}`, ...columns], ',\n')}
      where ${name('retired_at')} is null
        and ${name('customer_id')} in (select ${name('customer_id')} from ${from(t.departed)})
    `,
  )
}
