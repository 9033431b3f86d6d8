/**
 * Why an id was merged: the best link that is new in this run, between what the retired id held and what it did not, by
 * the order in which links are decided; and the first row that makes the link.
 */
import type { Step } from '../../program/program.js'
import { next, noRows, type Scope } from '../../program/scope.js'
import { createTable, statement, whenAny } from '../../program/steps.js'
import { allOf, as, lines, list, literal, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersBefore } from '../affected/affected.js'
import { edgeOrder, isFirstEnd } from '../edge-order.js'
import { effectiveRows } from '../effective-rows.js'
import { type IdentityInput, idChangesTable, integer, rowsOf, text } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { joining } from '../tuples.js'

/** `causes`: previous_id, the weaker end of the link as strength and value, whether a person made it, source, record_key. */
export function causeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  return [
    ...createTable(
      scope,
      'The best new link at each id that was merged.',
      t.newLinks,
      newLinks(scope, input),
    ),
    ...createTable(scope, 'Rows that make them, none so far.', t.causeRows, noCauseRows(scope)),
    whenAny(scope, 'Ids were merged.', t.newLinks, rowsOfCauses(scope, input)),
    ...createTable(scope, 'And the first row that makes it.', t.causes, causes(scope, input)),
  ]
}

function newLinks(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const before = from(identifiersBefore(scope, entity))
  const crossing = (own: string, other: string) => sql`
    select
      ${lines([as(name('c', 'previous_id'), 'previous_id'), ...['u', 'v', 'link', 'row_count', 'first_seen_at'].map((column) => name('e', column))])}
    from ${from(next(scope, idChangesTable(entity)))} as ${name('c')}
    join ${before} as ${name('p')} on ${name('p', 'customer_id')} = ${name('c', 'previous_id')}
    join ${from(t.edges)} as ${name('e')} on ${name('e', own)} = ${name('p', 'node')}
    left join ${before} as ${name('q')} on ${name('q', 'node')} = ${name('e', other)}
    where ${name('c', 'kind')} = 'merged'
      and ${scope.dialect.functions.isDistinct(name('q', 'customer_id'), name('p', 'customer_id'))}
  `
  return sql`
    with ${name('crossing')} as (
      ${unionAll([crossing('u', 'v'), crossing('v', 'u')])}
    ), ${name('ordered')} as (
      select
        ${lines([
          name('e', 'previous_id'),
          name('e', 'u'),
          name('e', 'v'),
          name('e', 'link'),
          as(sql`greatest(${name('x', 'strength')}, ${name('y', 'strength')})`, 'strength'),
          as(sql`case when ${isFirstEnd} then ${name('y', 'value')} else ${name('x', 'value')} end`, 'value'),
        ])},
        row_number() over (
          partition by ${name('e', 'previous_id')}
          order by
            ${edgeOrder}
        ) as ${name('place')}
      from ${name('crossing')} as ${name('e')}
      join ${from(t.nodes)} as ${name('x')} on ${name('x', 'node')} = ${name('e', 'u')}
      join ${from(t.nodes)} as ${name('y')} on ${name('y', 'node')} = ${name('e', 'v')}
    )
    select
      ${lines(['previous_id', 'u', 'v', 'link', 'strength', 'value'].map((column) => name(column)))}
    from ${name('ordered')}
    where ${name('place')} = 1
  `
}

function noCauseRows(scope: Scope): Sql {
  return noRows(scope, [
    { name: 'previous_id', type: text },
    { name: 'source', type: text },
    { name: 'record_key', type: text },
    { name: 'place', type: integer },
  ])
}

function rowsOfCauses(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const rows = joining(input).flatMap((item) => {
    const { from: table, nodes, hub } = effectiveRows(scope, input, item, rowsOf(scope, input, item.source))
    return nodes.slice(1).map(
      ({ node }) => sql`
        select
          ${lines([
            name('l', 'previous_id'),
            as(literal(item.source.name), 'source'),
            name('t', 'record_key'),
            name('t', 'first_seen_at'),
          ])}
        from ${table}
        join ${from(t.newLinks)} as ${name('l')}
          on ${name('l', 'u')} = least(${hub}, ${node}) and ${name('l', 'v')} = greatest(${hub}, ${node})
      `,
    )
  })
  if (rows.length === 0) return []
  const columns = list(['previous_id', 'source', 'record_key', 'place'].map((column) => name(column)))
  const insert = sql`
    insert into ${from(t.causeRows)} (${columns})
    select
      ${lines([
        ...['previous_id', 'source', 'record_key'].map((column) => name(column)),
        as(
          sql`row_number() over (
            partition by ${name('previous_id')}
            order by ${name('first_seen_at')} asc nulls last, ${name('source')}, ${name('record_key')}
          )`,
          'place',
        ),
      ])}
    from (
      ${unionAll(rows)}
    ) as ${name('made')}
  `
  return [statement(scope, 'Rows that make the best new links.', insert)]
}

function causes(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  return sql`
    select
      ${lines([
        ...['previous_id', 'strength', 'value', 'link'].map((column) => name('l', column)),
        name('r', 'source'),
        name('r', 'record_key'),
      ])}
    from ${from(t.newLinks)} as ${name('l')}
    left join ${from(t.causeRows)} as ${name('r')} on ${allOf([sql`${name('r', 'previous_id')} = ${name('l', 'previous_id')}`, sql`${name('r', 'place')} = 1`])}
  `
}
