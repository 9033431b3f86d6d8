import type { StatementStep } from '../../program/program.js'
import { nullOf, state, statement } from '../../program/scope.js'
import { allOf, as, lines, literal, name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName } from '../../state/sync-tables.js'
import { isPlanned, isWaiting, moves, PHASE } from './moves.js'
import { desiredTable, ledger, movesTable, planTable, type SyncScope, syncRunId } from './sync-scope.js'
import { fieldColumns, syncedRows } from './synced-rows.js'

/**
 * The statements that plan a run: every row of what is synced is judged, compared with the ledger, and what is to be done
 * is numbered in the order in which it will be. None of them changes anything that stays.
 */
export function planSteps(scope: SyncScope): readonly StatementStep[] {
  const { dialect } = scope.scope
  const create = (title: string, table: ReturnType<typeof desiredTable>, select: Sql): StatementStep[] => [
    statement(scope.scope, '', dialect.statements.dropTable(table)),
    statement(scope.scope, title, dialect.statements.createTable(table, select)),
  ]
  return [
    ...create('Every row that is desired, and whether it can be sent.', desiredTable(scope), desired(scope)),
    ...create('What is to be done: desired − acknowledged.', movesTable(scope), moves(scope)),
    ...create('The same in its order, with the values that are sent.', planTable(scope), numbered(scope)),
  ]
}

/** Verdicts: missing_key, duplicate_key, invalid, suppressed (no consent), valid. */
function desired(scope: SyncScope): Sql {
  const verdict = sql`
    case
      when ${name('j', 'row_key')} is null then 'missing_key'
      when ${name('t', 'row_key')} is not null then 'duplicate_key'
      when ${name('j', 'invalid')} is not null then 'invalid'
      when not ${name('j', 'is_consented')} then 'suppressed'
      else 'valid'
    end
  `
  return sql`
    with ${name('judged')} as (
      select
        ${lines(['audience', 'row_key', 'customer_id', 'is_consented', 'invalid', 'row_hash'].map((one) => name(one)))}
      from (
        ${syncedRows(scope)}
      ) as ${name('rows')}
    ), ${name('twice')} as (
      select
        ${name('audience')},
        ${name('row_key')}
      from ${name('judged')}
      where ${name('row_key')} is not null
      group by
        ${name('audience')},
        ${name('row_key')}
      having count(*) > 1
    )
    select
      ${lines([
        name('j', 'audience'),
        name('j', 'row_key'),
        name('j', 'customer_id'),
        name('j', 'row_hash'),
        as(verdict, 'verdict'),
        as(name('j', 'invalid'), 'reason'),
      ])}
    from ${name('judged')} as ${name('j')}
    left join ${name('twice')} as ${name('t')}
      on ${name('t', 'audience')} = ${name('j', 'audience')}
      and ${name('t', 'row_key')} = ${name('j', 'row_key')}
  `
}

/** The hash is of the values that stand beside it, read at the same moment. */
function numbered(scope: SyncScope): Sql {
  const carried = ['phase', 'operation', 'reason', 'audience', 'row_key', 'customer_id'] as const
  const previous = ['destination_id', 'previous_key', 'previous_id', 'was_dirty'] as const
  return sql`
    select
      ${lines([
        sql`
          row_number() over (
            order by ${name('m', 'phase')}, ${name('m', 'operation')}, ${name('m', 'audience')}, ${name('m', 'row_key')}, ${name('m', 'previous_key')}
          ) as ${name('seq')}
        `,
        ...[...carried, ...previous].map((column) => name('m', column)),
        name('v', 'row_hash'),
        ...fieldColumns(scope).map(({ column }) => name('v', column)),
      ])}
    from ${from(movesTable(scope))} as ${name('m')}
    left join (
      ${syncedRows(scope)}
    ) as ${name('v')}
      on ${name('v', 'audience')} = ${name('m', 'audience')}
      and ${name('v', 'row_key')} = ${name('m', 'row_key')}
      and ${name('m', 'phase')} <> ${PHASE.leave}
    where ${name('m', 'phase')} = ${PHASE.leave}
      or ${name('v', 'row_key')} is not null
  `
}

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
    left join ${ledger(scope)} as ${name('l')}
      on ${name('l', 'audience')} = ${name('d', 'audience')}
      and ${name('l', 'row_key')} = ${name('d', 'row_key')}
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

/**
 * The write-ahead intent, part of one transaction: every key of the plan is marked before anything is sent, so that
 * whatever happens from here on, the next run knows of what it cannot be sure.
 */
export function markSteps(
  scope: SyncScope,
  range: { readonly from: Sql; readonly to: Sql },
): readonly StatementStep[] {
  const within = sql`${name('p', 'seq')} between ${range.from} and ${range.to}`
  const table = ledgerName(scope.sync.name)
  // The row that another becomes a part of has its own place in the plan, if it changed.
  const own = { row_key: [sql`${name('p', 'phase')} <> ${PHASE.merge}`], previous_key: [] }
  const mark = (title: string, key: 'row_key' | 'previous_key'): StatementStep =>
    statement(
      scope.scope,
      title,
      sql`
        update ${ledger(scope)}
        set ${name('dirty_run')} = ${syncRunId}
        where exists (
          select 1
          from ${from(planTable(scope))} as ${name('p')}
          where ${allOf([
            within,
            ...own[key],
            sql`${name('p', 'audience')} = ${name(table, 'audience')}`,
            sql`${name('p', key)} = ${name(table, 'row_key')}`,
          ])}
        )
      `,
    )
  const fresh = (column: (typeof LEDGER_COLUMNS)[number]): Sql => {
    if (column.name === 'dirty_run') return syncRunId
    if (column.name === 'failures') return literal(0)
    if (column.name === 'created' || column.name === 'held') return literal(false)
    const isKey = ['audience', 'row_key', 'customer_id'].includes(column.name)
    return isKey ? name('p', column.name) : nullOf(scope.scope, column.type)
  }
  return [
    mark('What the ledger has of the plan is uncertain from here on …', 'row_key'),
    mark('… and so are the keys that it had before.', 'previous_key'),
    statement(
      scope.scope,
      'What is new to the ledger is noted as uncertain.',
      sql`
        insert into ${ledger(scope)} (${LEDGER_COLUMNS.map(({ name: one }) => name(one)).reduce((all, one) => sql`${all}, ${one}`)})
        select
          ${lines(LEDGER_COLUMNS.map(fresh))}
        from ${from(planTable(scope))} as ${name('p')}
        where ${within}
          and ${name('p', 'phase')} <> ${PHASE.merge}
          and not exists (
            select 1
            from ${ledger(scope)} as ${name('l')}
            where ${name('l', 'audience')} = ${name('p', 'audience')}
              and ${name('l', 'row_key')} = ${name('p', 'row_key')}
          )
      `,
    ),
  ]
}

/** Makes the ledger where there is none. */
export function ledgerStep(scope: SyncScope): StatementStep {
  return statement(
    scope.scope,
    'The ledger is kept: made once, never dropped.',
    scope.scope.dialect.statements.createEmptyTable(
      state(scope.scope, ledgerName(scope.sync.name)),
      LEDGER_COLUMNS,
    ),
  )
}
