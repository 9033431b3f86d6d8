import type { Step } from '../../program/program.js'
import { next, nullOf, type Scope } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersBefore } from '../affected/affected.js'
import { type IdentityInput, idChangesTable } from '../graph-tables.js'
import { typeOfStrength } from '../identifier-type.js'
import { scratchOf } from '../scratch.js'
import { changeReason, decisiveSteps } from './reasons.js'

/** What happened to ids that were there, one row an event; those that are merely new are told by `minted`. */
export function idChangeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const nothing = nullOf(scope, 'string')
  const row = (kind: string, id: Sql, previous: Sql, identifier: Sql, value: Sql) => sql`
    select
      ${kind} as ${name('kind')},
      ${id} as ${name('customer_id')},
      ${previous} as ${name('previous_id')},
      ${identifier} as ${name('identifier')},
      ${value} as ${name('value')}
  `
  const select = sql`
    ${row('split', name('m', 'customer_id'), name('o', 'customer_id'), name('m', 'anchor_identifier'), name('m', 'anchor_value'))}
    from ${from(t.minted)} as ${name('m')}
    join ${from(t.origins)} as ${name('o')} on ${name('o', 'component')} = ${name('m', 'component')}
    union all
    ${row('merged', name('w', 'customer_id'), name('b', 'customer_id'), nothing, nothing)}
    from ${from(t.bids)} as ${name('b')}
    join ${from(t.bids)} as ${name('w')}
      on ${name('w', 'component')} = ${name('b', 'component')} and ${name('w', 'preference')} = 1 and ${name('w', 'place')} = 1
    where ${name('b', 'preference')} = 1 and ${name('b', 'place')} > 1
    union all
    ${row('retired', name('p', 'customer_id'), nothing, nothing, nothing)}
    from (
      select distinct ${name('customer_id')}
      from ${from(identifiersBefore(scope, input.entity.name))}
    ) as ${name('p')}
    where not exists (select 1 from ${from(t.bids)} as ${name('b')} where ${name('b', 'customer_id')} = ${name('p', 'customer_id')})
  `
  const table = next(scope, idChangesTable(input.entity.name))
  return createTable(
    scope,
    'What this run did to ids that were there: merged, split, retired.',
    table,
    select,
  )
}

/** Changes with their reason and cause. */
export function explainedChangeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const cause = typeOfStrength(input.entity, name('k', 'strength'))
  const select = sql`
    select
      ${lines([
        name('c', 'kind'),
        name('c', 'customer_id'),
        name('c', 'previous_id'),
        as(changeReason(scope, input), 'reason'),
        as(sql`coalesce(${name('c', 'identifier')}, ${cause})`, 'identifier'),
        as(sql`coalesce(${name('c', 'value')}, ${name('k', 'value')})`, 'value'),
        name('k', 'source'),
        name('k', 'record_key'),
      ])}
    from ${from(next(scope, idChangesTable(entity)))} as ${name('c')}
    left join ${from(t.causes)} as ${name('k')} on ${name('k', 'previous_id')} = ${name('c', 'previous_id')} and ${name('c', 'kind')} = 'merged'
  `
  return [...decisiveSteps(scope, input), ...createTable(scope, 'Why ids changed.', t.explained, select)]
}
