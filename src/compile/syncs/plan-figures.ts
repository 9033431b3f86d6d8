import { as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from } from '../../sql/relation.js'
import { isPlanned, isWaiting, joinLedger } from './ledger-conditions.js'
import { desiredTable, ledger, planTable, type SyncScope } from './sync-scope.js'

/** Figures of a plan, one row: what guards and people look at. */
export function figuresQuery(scope: SyncScope): string {
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
  ]
  return print(
    sql`
      select
        ${lines(columns)}
      from (
        ${desiredFigures}
      ) as ${name('d')}
      cross join (
        ${planned}
      ) as ${name('p')}
      cross join (
        ${known}
      ) as ${name('k')}
    `,
    scope.scope.dialect,
  )
}
