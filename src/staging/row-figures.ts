import type { Source } from '../language/source.js'
import type { MeasureStep } from '../program/program.js'
import { next, type Scope, scratch, whole } from '../program/scope.js'
import { measure } from '../program/steps.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { contestedRows } from './duplicates.js'
import { rejectedRecordsTable } from './rejected.js'
import { changedName, rowsTable } from './rows.js'
import { rowsAside, rowsKnown, tallyName } from './tally.js'

/** How many rows were read, and what became of them. */
export function rowFigures(scope: Scope, source: Source): MeasureStep {
  const rows = from(next(scope, rowsTable(source.name)))
  const tallied = (where: Sql) =>
    sql`(select coalesce(sum(${name('row_count')}), 0) from ${from(scratch(scope, tallyName(source)))} where ${where})`
  const contested = (outcome: string) =>
    sql`(select count(*) from ${from(contestedRows(scope, source))} where ${name('outcome')} = ${outcome})`
  const rejected = from(next(scope, rejectedRecordsTable(source.name)))
  const good = sql`${tallied(sql`${name('fault')} = 'none'`)} - ${contested('superseded')} - ${contested('repeated')} - ${contested('duplicate_key')}`
  const figuresOfRows = sql`
    select
      ${tallied(sql`true`)} as ${name('read')},
      (select count(*) from ${rows}) as ${name('kept')},
      ${tallied(sql`${name('fault')} = 'filtered'`)} as ${name('filtered')},
      ${tallied(sql`${name('fault')} = 'future'`)} as ${name('future')},
      ${good} - (select count(*) from ${rows}) as ${name('deleted')},
      ${contested('superseded')} as ${name('superseded')},
      ${contested('repeated')} as ${name('repeated')},
      (select count(*) from ${rejected}) as ${name('rejected')}
  `
  return measure(scope, 'rows', figuresOfRows)
}

/**
 * The same of an incremental run, which has not read all rows: what it knows of them. `changed` are the keys that it read.
 */
export function knownRowFigures(scope: Scope, source: Source): MeasureStep {
  const of = (fault: string) => rowsAside(scope, source, sql`${name('fault')} = ${fault}`)
  const count = (table: Relation) => sql`(select count(*) from ${from(table)})`
  return measure(
    scope,
    'rows',
    sql`
      select
        ${rowsKnown(scope, source, sql`true`)} as ${name('read')},
        ${count(whole(scope, rowsTable(source.name)))} as ${name('kept')},
        ${of('filtered')} as ${name('filtered')},
        ${of('future')} as ${name('future')},
        ${of('deleted')} as ${name('deleted')},
        ${of('superseded')} as ${name('superseded')},
        ${of('repeated')} as ${name('repeated')},
        ${count(whole(scope, rejectedRecordsTable(source.name)))} as ${name('rejected')},
        (select count(${name('record_key')}) from ${from(scratch(scope, changedName(source.name)))}) as ${name('changed')}
    `,
  )
}
