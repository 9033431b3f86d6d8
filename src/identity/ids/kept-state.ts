import type { StatementStep } from '../../program/program.js'
import { asOf, nullOf, published, runId, type Scope, state } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { lines, list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable, recordsTable } from '../../staging/customer-tables.js'
import {
  changesShape,
  changesState,
  type IdentityInput,
  identifiersShape,
  idsShape,
  idsState,
  recordsShape,
  rulesShape,
  rulesState,
} from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { retirement } from './aliases.js'
import { reasonOf } from './reasons.js'

/** Kept state must exist, empty on a first run, so that one program serves first and later runs. */
export function keptStateTables(scope: Scope, input: IdentityInput): StatementStep[] {
  const { statements } = scope.dialect
  const entity = input.entity.name
  const title = 'Kept state: made on the first run, never dropped.'
  return [
    statement(
      scope,
      title,
      statements.createEmptyTable(published(scope, identifiersTable(entity)), identifiersShape),
    ),
    statement(
      scope,
      title,
      statements.createEmptyTable(published(scope, recordsTable(entity)), recordsShape),
    ),
    statement(scope, title, statements.createEmptyTable(state(scope, idsState(entity)), idsShape)),
    statement(scope, title, statements.createEmptyTable(state(scope, changesState(entity)), changesShape)),
    statement(scope, title, statements.createEmptyTable(state(scope, rulesState(entity)), rulesShape)),
  ]
}

/** In the publishing transaction: the registry of ids and the log of their changes. */
export function keptStateChanges(scope: Scope, input: IdentityInput): StatementStep[] {
  const t = scratchOf(scope, input.entity.name)
  const entity = input.entity.name
  const ids = from(state(scope, idsState(entity)))
  const columns = (shape: typeof idsShape) => list(shape.map((c) => name(c.name)))
  return [
    retirement(scope, input),
    statement(
      scope,
      'New ids enter the registry.',
      sql`
        insert into ${ids} (${columns(idsShape)})
        select
          ${name('customer_id')}, ${name('anchor_partition')}, ${name('anchor_identifier')}, ${name('anchor_value')},
          ${name('generation')}, ${name('anchor_first_seen_at')}, ${runId}, ${asOf},
          ${list([nullOf(scope, 'timestamp'), nullOf(scope, 'string'), nullOf(scope, 'integer')])},
          (select coalesce(max(${name('minted_order')}), 0) + 1 from ${ids})
        from ${from(t.minted)}
      `,
    ),
    statement(
      scope,
      'The log of id changes grows.',
      sql`
        insert into ${from(state(scope, changesState(entity)))} (${columns(changesShape)})
        select
          ${lines([runId, asOf, ...['kind', 'customer_id', 'previous_id', 'reason', 'identifier', 'value', 'source', 'record_key'].map((c) => name(c))])}
        from ${from(t.explained)}
        union all
        select
          ${lines([runId, asOf, sql`'created'`, name('customer_id'), sql`null`, reasonOf(scope, input), name('anchor_identifier'), name('anchor_value'), sql`null`, sql`null`])}
        from ${from(t.minted)}
        where not ${name('is_split')}
      `,
    ),
    ...rulesOfThisRun(scope, input),
  ]
}

/** The declarations that this run resolved identities by. */
function rulesOfThisRun(scope: Scope, input: IdentityInput): StatementStep[] {
  const rules = from(state(scope, rulesState(input.entity.name)))
  return [
    statement(scope, 'The rules of the last run are forgotten …', sql`delete from ${rules} where true`),
    statement(
      scope,
      '… and those of this one kept.',
      sql`insert into ${rules} (${name('fingerprint')}) select ${input.fingerprint}`,
    ),
  ]
}
