import type { Source } from '../language/source.js'
import type { StatementStep } from '../program/program.js'
import { cast, next, noRows, nullOf, type Scope, whole } from '../program/scope.js'
import { createTable, statement } from '../program/steps.js'
import { allOf, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import type { RefusableValue } from './cleaning.js'
import { contestedRows } from './duplicates.js'
import type { IdentifierOccurrence } from './identifier-columns.js'
import { masked } from './personal.js'
import {
  rejectedIdentifiersShape,
  rejectedIdentifiersTable,
  rejectedRecordsShape,
  rejectedRecordsTable,
  rejectedValuesShape,
  rejectedValuesTable,
} from './rejected.js'
import { type Fault, REJECTED_FAULTS } from './row-faults.js'
import { refusedColumn, rowsTable } from './rows.js'

/** Refused values that are listed for each column; all are counted. */
const LISTED = 1000

/** Lists the rows that are set aside, then takes every faulty row out. */
export function rejectedRecordSteps(scope: Scope, source: Source, faults: readonly Fault[]): StatementStep[] {
  const rows = from(next(scope, rowsTable(source.name)))
  const rejected: readonly string[] = REJECTED_FAULTS
  const listed = faults.filter((f) => rejected.includes(f.fault))
  const byFault = (value: (fault: Fault) => Sql | undefined) => {
    const whens = listed.flatMap((f) => {
      const shown = value(f)
      if (!shown) return []
      return [sql`when ${name('fault')} = ${f.fault}${f.here ? sql` and ${f.here}` : sql``} then ${shown}`]
    })
    return whens.length === 0 ? nullOf(scope, 'string') : sql`case ${list(whens, ' ')} end`
  }
  const select = sql`
    select
      ${cast(scope, literal(source.name), 'string')} as ${name('source')},
      ${name('record_key')},
      ${name('fault')} as ${name('reason')},
      ${byFault((f) => (f.column === undefined ? undefined : literal(f.column)))} as ${name('column_name')},
      ${byFault((f) => (f.value && f.pii ? masked(scope.dialect, f.value) : f.value))} as ${name('value')}
    from ${rows}
    where ${name('fault')} in (${list(listed.map((f) => literal(f.fault)))})
  `
  return [
    ...createTable(
      scope,
      `Rows of ${source.name} that are set aside.`,
      next(scope, rejectedRecordsTable(source.name)),
      select,
    ),
    statement(
      scope,
      'Faulty and filtered rows leave.',
      sql`delete from ${rows} where ${name('fault')} is not null`,
    ),
  ]
}

/** Duplicates are known only after the faulty rows are out. */
export function rejectedDuplicateStep(
  scope: Scope,
  source: Source,
  key: { readonly label: string; readonly pii: boolean },
): StatementStep {
  const shown = key.pii ? masked(scope.dialect, name('record_key')) : name('record_key')
  return statement(
    scope,
    'Rows of one key that time cannot order are rejected, but for one.',
    sql`
      insert into ${from(next(scope, rejectedRecordsTable(source.name)))} (${list(rejectedRecordsShape.map((c) => name(c.name)))})
      select ${source.name}, ${name('record_key')}, 'duplicate_key', ${key.label}, ${shown}
      from ${from(contestedRows(scope, source))}
      where ${name('outcome')} = 'duplicate_key'
    `,
  )
}

/** Values that did not cast or that a rule refused. */
export function rejectedValueSteps(
  scope: Scope,
  source: Source,
  values: readonly RefusableValue[],
): StatementStep[] {
  const rows = from(whole(scope, rowsTable(source.name)))
  const selects = values.map(
    (v) => sql`
      (
        select
          ${cast(scope, literal(source.name), 'string')} as ${name('source')},
          ${name('record_key')},
          ${name(refusedColumn(v.column))} as ${name('reason')},
          ${cast(scope, literal(v.label), 'string')} as ${name('column_name')},
          ${v.pii ? masked(scope.dialect, v.raw) : v.raw} as ${name('value')}
        from ${rows}
        where ${name(refusedColumn(v.column))} is not null
        order by ${name('record_key')}, ${name('value')}, ${name('reason')}
        limit ${LISTED}
      )
    `,
  )
  const select = selects.length === 0 ? noRows(scope, rejectedValuesShape) : unionAll(selects)
  return createTable(
    scope,
    `Values of ${source.name} that were refused.`,
    next(scope, rejectedValuesTable(source.name)),
    select,
  )
}

/**
 * Which columns of the staged rows can hold a refusal: the rest are never asked. A row that has one refused value in
 * several columns of a type counts once.
 */
export function rejectedIdentifierSteps(
  scope: Scope,
  source: Source,
  occurrences: readonly (IdentifierOccurrence & { readonly canRefuse: boolean })[],
): StatementStep[] {
  const rows = from(whole(scope, rowsTable(source.name)))
  const selects = occurrences
    .filter((o) => o.canRefuse)
    .map((o, i, all) => {
      const earlier = all.slice(0, i).filter((other) => other.type === o.type)
      return sql`
        select
          ${cast(scope, literal(source.name), 'string')} as ${name('source')},
          ${cast(scope, literal(o.type), 'string')} as ${name('identifier')},
          ${o.raw} as ${name('value')},
          ${name(refusedColumn(o.column))} as ${name('rule')},
          ${name('record_key')}
        from ${rows}
        where ${allOf([
          sql`${name(refusedColumn(o.column))} is not null`,
          ...earlier.map((other) => sql`coalesce(${other.raw} <> ${o.raw}, true)`),
        ])}
      `
    })
  const select = sql`
    select
      ${name('source')},
      ${name('identifier')},
      ${name('value')},
      ${name('rule')},
      count(*) as ${name('row_count')},
      min(${name('record_key')}) as ${name('sample_record_key')}
    from (
      ${selects.length === 0 ? sql`` : unionAll(selects)}
    ) as ${name('refused')}
    group by ${name('source')}, ${name('identifier')}, ${name('value')}, ${name('rule')}
  `
  const table = next(scope, rejectedIdentifiersTable(source.name))
  const title = `Identifiers of ${source.name} that were refused.`
  return createTable(
    scope,
    title,
    table,
    selects.length === 0 ? noRows(scope, rejectedIdentifiersShape) : select,
  )
}
