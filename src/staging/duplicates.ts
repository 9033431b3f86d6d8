import type { Source } from '../language/source.js'
import type { StatementStep } from '../program/program.js'
import { next, type Scope, scratch } from '../program/scope.js'
import { createTable, statement } from '../program/steps.js'
import { lines, list, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { rowsTable } from './rows.js'

/** Rows whose key (with `versions: all`: key and time) is not theirs alone, with what becomes of each. */
export function contestedRows(scope: Scope, source: Source): Relation {
  return scratch(scope, contestedName(source))
}

export const contestedName = (source: Source) => `contested_${source.name}`

/**
 * One row a key. Among rows of one key the latest stays: older ones are `superseded`, its equals `repeated`; where time
 * cannot order them the greatest row hash stays and the others are rejected as `duplicate_key`, so that the result never
 * depends on the order of rows. Only the few contested keys are sorted; all others are left where they are.
 */
export function duplicateSteps(
  scope: Scope,
  source: Source,
  columns: readonly string[],
  hashed: readonly Sql[],
): StatementStep[] {
  const rows = next(scope, rowsTable(source.name))
  const contested = contestedRows(scope, source)
  const all = columns.map((column) => name(column))
  return [
    ...createTable(
      scope,
      `Rows of ${source.name} whose key is not theirs alone, and what becomes of each.`,
      contested,
      ranked(scope, source, columns, hashed),
    ),
    statement(
      scope,
      'They leave …',
      sql`
        delete from ${from(rows)}
        where ${name('record_key')} in (select ${name('record_key')} from ${from(contested)})
      `,
    ),
    statement(
      scope,
      '… and the one that stays comes back.',
      sql`
        insert into ${from(rows)} (${list(all)})
        select ${list(all)}
        from ${from(contested)}
        where ${name('outcome')} = 'kept'
      `,
    ),
    ...latestVersion(scope, source, rows),
  ]
}

function ranked(scope: Scope, source: Source, columns: readonly string[], hashed: readonly Sql[]): Sql {
  const { functions } = scope.dialect
  const rows = from(next(scope, rowsTable(source.name)))
  const key = source.versions === 'all' ? [name('record_key'), name('observed_at')] : [name('record_key')]
  const all = columns.map((column) => name(column))
  return sql`
    with ${name('keys')} as (
      select ${name('record_key')}
      from ${rows}
      group by ${list(key)}
      having count(*) > 1
    ), ${name('hashed')} as (
      select
        ${lines(all)},
        ${functions.md5(functions.jsonArray(hashed))} as ${name('row_hash')}
      from ${rows}
      where ${name('record_key')} in (select ${name('record_key')} from ${name('keys')})
    ), ${name('ranked')} as (
      select
        ${lines(all)},
        ${name('row_hash')},
        row_number() over (
          partition by ${list(key)}
          order by ${name('observed_at')} desc nulls last, ${name('row_hash')} desc
        ) as ${name('place')},
        rank() over (
          partition by ${list(key)}
          order by ${name('observed_at')} desc nulls last
        ) as ${name('recency')}
      from ${name('hashed')}
    ), ${name('compared')} as (
      select
        ${lines(all)},
        ${name('row_hash')},
        ${name('place')},
        ${name('recency')},
        first_value(${name('row_hash')}) over (
          partition by ${list(key)}
          order by ${name('place')}
          rows between unbounded preceding and current row
        ) as ${name('kept_hash')}
      from ${name('ranked')}
    )
    select
      ${lines(all)},
      case
        when ${name('place')} = 1 then 'kept'
        when ${name('row_hash')} = ${name('kept_hash')} then 'repeated'
        when ${name('recency')} = 1 then 'duplicate_key'
        else 'superseded'
      end as ${name('outcome')}
    from ${name('compared')}
  `
}

/** With `versions: all` several rows of a key stay; the latest of them gives attributes and properties. */
function latestVersion(scope: Scope, source: Source, rows: Relation): StatementStep[] {
  if (source.versions !== 'all') return []
  const older = sql`
    update ${from(rows)}
    set ${name('is_latest')} = false
    where exists (
      select 1
      from ${from(rows)} as ${name('newer')}
      where ${name('newer', 'record_key')} = ${name(rows.parts.at(-1) ?? '', 'record_key')}
        and (
          ${name('newer', 'observed_at')} > ${name(rows.parts.at(-1) ?? '', 'observed_at')}
          or ${name(rows.parts.at(-1) ?? '', 'observed_at')} is null and ${name('newer', 'observed_at')} is not null
        )
    )
  `
  return [statement(scope, 'Of the versions of a key only the latest gives attributes.', older)]
}
