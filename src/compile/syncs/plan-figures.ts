import type { StatementStep } from '../../program/program.js'
import { statement } from '../../program/steps.js'
import { as, lines, name, type Sql, sql, withNamed } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { isPlanned, isWaiting, joinLedger } from './ledger-conditions.js'
import { desiredTable, ledger, planTable, type SyncScope } from './sync-scope.js'

/**
 * Figures of a plan, one row: what guards and people look at. `source_rows` counts a row once for each row that the ledger
 * has of its key, `desired_rows` once.
 */
export function figuresQuery(scope: SyncScope): StatementStep {
  const of = (condition: Sql): Sql => sql`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
  const verdict = (text: string): Sql => of(sql`${name('d', 'verdict')} = ${text}`)
  const isValid = sql`${name('d', 'verdict')} = 'valid'`
  const desiredFigures = sql`
    select
      ${lines([
        as(sql`count(*)`, 'source_rows'),
        as(of(sql`${name('d', 'verdict')} in ('missing_key', 'duplicate_key', 'invalid')`), 'invalid'),
        as(verdict('suppressed'), 'suppressed'),
        as(of(sql`${isValid} and ${isPlanned(scope)}`), 'sent'),
        as(
          of(sql`${isValid} and (coalesce(${name('l', 'held')}, false) or ${name('l', 'job')} is not null)`),
          'held',
        ),
        as(
          of(
            sql`${isValid} and ${name('l', 'dirty_run')} is null and not coalesce(${name('l', 'held')}, false) and ${isWaiting}`,
          ),
          'waiting',
        ),
      ])}
    from ${from(desiredTable(scope))} as ${name('d')}
    ${joinLedger(scope)}
  `
  const moved = (reason: string): Sql => of(sql`${name('reason')} = ${reason}`)
  const planned = sql`
    select
      ${lines([
        as(sql`count(*)`, 'planned'),
        as(moved('added'), 'added'),
        as(moved('changed'), 'changed'),
        as(moved('removed'), 'removed'),
        as(moved('withdrawn'), 'withdrawn'),
        as(moved('retried'), 'retried'),
      ])}
    from ${from(planTable(scope))}
  `
  const known = sql`
    select ${of(sql`${name('acked_hash')} is not null`)} as ${name('acknowledged')}
    from ${ledger(scope)}
  `
  const columns = [
    ...['source_rows', 'invalid', 'suppressed', 'sent', 'held', 'waiting'].map((one) => name('d', one)),
    ...['planned', 'added', 'changed', 'removed', 'withdrawn', 'retried'].map((one) => name('p', one)),
    name('k', 'acknowledged'),
    sql`(select count(*) from ${from(desiredTable(scope))}) as ${name('desired_rows')}`,
  ]
  return statement(
    scope.scope,
    'Figures of the plan: what guards and people look at.',
    withNamed(
      [
        { name: 'desired', select: desiredFigures },
        { name: 'planned', select: planned },
        { name: 'known', select: known },
      ],
      sql`
        select
          ${lines(columns)}
        from ${name('desired')} as ${name('d')}
        cross join ${name('planned')} as ${name('p')}
        cross join ${name('known')} as ${name('k')}
      `,
    ),
  )
}

/** How many keys the ledger has in several rows, where it should have one: `found`. */
export function repeatedKeysQuery(scope: SyncScope): StatementStep {
  const key = [name('audience'), name('row_key')] as const
  return statement(
    scope.scope,
    'Where rows count more than once: the keys that the ledger has more than once.',
    sql`
      select count(*) as ${name('found')}
      from (
        select
          ${lines(key)}
        from ${ledger(scope)}
        group by
          ${lines(key)}
        having count(*) > 1
      ) as ${name('repeated')}
    `,
  )
}

/** The operations of a plan: `one`. */
export function operationsQuery(scope: SyncScope): StatementStep {
  return distinct(scope, 'Which operations it has …', 'operation', from(planTable(scope)))
}

/** The audiences that rows of a plan go into: `one`, empty where there is none. */
export function audiencesQuery(scope: SyncScope): StatementStep {
  return distinct(scope, '… for which audiences …', 'audience', from(planTable(scope)))
}

/** Audiences that have rows, by what was acknowledged before: `one`. */
export function filledAudiencesQuery(scope: SyncScope): StatementStep {
  const acknowledged = sql`${ledger(scope)} where ${name('acked_hash')} is not null`
  return distinct(scope, '… and which of them have rows already.', 'audience', acknowledged)
}

function distinct(scope: SyncScope, title: string, column: string, of: Sql): StatementStep {
  return statement(
    scope.scope,
    title,
    sql`select distinct ${name(column)} as ${name('one')} from ${of} order by ${name('one')}`,
  )
}

/** The first `$limit` rows that cannot be sent, those without a key as one: row_key, verdict, reason, rows. */
export function invalidRowsQuery(scope: SyncScope): StatementStep {
  return statement(
    scope.scope,
    'Rows that cannot be sent, for the log.',
    sql`
      select
        ${name('row_key')},
        ${name('verdict')},
        ${name('reason')},
        count(*) as ${name('rows')}
      from ${from(desiredTable(scope))}
      where ${name('verdict')} in ('missing_key', 'duplicate_key', 'invalid')
      group by
        ${name('row_key')},
        ${name('verdict')},
        ${name('reason')}
      order by ${name('verdict')}, ${name('row_key')}
      limit $limit
    `,
  )
}
