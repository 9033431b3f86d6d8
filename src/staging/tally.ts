import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import type { MeasureStep, Step } from '../program/program.js'
import { cast, next, type Scope, scratch, whole } from '../program/scope.js'
import { check, measure } from '../program/steps.js'
import { as, name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { asideTable } from './changed.js'
import { toldKey } from './personal.js'
import { rejectedRecordsTable } from './rejected.js'
import { rowsTable } from './rows.js'

/** Counts of rows by their fault, `none` included: columns `fault`, `row_count`. */
export const tallyName = (source: Source) => `tally_${source.name}`

export function tally(scope: Scope, source: Source): Sql {
  return sql`
    select
      ${as(cast(scope, sql`coalesce(${name('fault')}, 'none')`, 'string'), 'fault')},
      count(*) as ${name('row_count')}
    from ${from(next(scope, rowsTable(source.name)))}
    group by ${name('fault')}
  `
}

/**
 * A source of which too much is rejected is more likely to be read wrongly than to be that bad. Rows that are not read
 * (its `where`) or do not exist yet (later than `as_of`) are no part of the whole.
 */
export function rejectedShare(context: Context, source: Source, total: Sql): Step {
  const { scope } = context
  const rejected = from(whole(scope, rejectedRecordsTable(source.name)))
  return check(
    scope,
    'Not too many rows may be rejected.',
    sql`
      select
        ${name('reason')},
        count(*) as ${name('rejected')},
        ${total} as ${name('of_rows')},
        ${exampleOf(context, source)} as ${name('example')}
      from ${rejected}
      where (select count(*) from ${rejected}) > ${total} * ${source.maxRejected}
      group by ${name('reason')}
      order by ${name('rejected')} desc, ${name('reason')}
    `,
    {
      message: `More than ${Number((source.maxRejected * 100).toFixed(3))} % of the rows of ${source.name} were rejected. Nothing was published.`,
      remedy: 'Mend the declaration or the data, or raise max_rejected of the source.',
      code: 'CDP6003',
    },
  )
}

/** How many rows a full run read. */
export function talliedRows(scope: Scope, source: Source): Sql {
  return sql`(select coalesce(sum(${name('row_count')}), 0) from ${from(scratch(scope, tallyName(source)))} where ${name('fault')} not in ('filtered', 'future'))`
}

/** How many rows an incremental run knows of that are not filtered and exist already. */
export function knownRows(scope: Scope, source: Source): Sql {
  return rowsKnown(scope, source, sql`${name('fault')} not in ('filtered', 'future')`)
}

/** How many rows an incremental run knows of: those that are kept, those of the others that meet a condition, and malformed lines. */
export function rowsKnown(scope: Scope, source: Source, others: Sql): Sql {
  const rows = from(whole(scope, rowsTable(source.name)))
  const rejected = from(whole(scope, rejectedRecordsTable(source.name)))
  return sql`(
      (select count(*) from ${rows})
      + ${rowsAside(scope, source, others)}
      + (select count(*) from ${rejected} where ${name('reason')} = 'malformed_row')
    )`
}

/** How many of the rows that are not kept meet a condition: of equal ones the one that is kept stands among `repeated`. */
export function rowsAside(scope: Scope, source: Source, where: Sql): Sql {
  const count = sql`case when ${name('fault')} = 'repeated' then ${name('row_count')} - 1 else ${name('row_count')} end`
  return sql`(select coalesce(sum(${count}), 0) from ${from(whole(scope, asideTable(source.name)))} where ${where})`
}

/** The least key of rejected records of one reason, or, of malformed lines, a place. */
function exampleOf(context: Context, source: Source): Sql {
  const key = toldKey(context, source, sql`min(${name('record_key')})`)
  return sql`case when ${name('reason')} = 'malformed_row' then min(${name('column_name')}) else ${key} end`
}

/** Reasons of rejected records with their counts and an example: the least key, or, of malformed lines, a place. */
export function rejectedFigures(context: Context, source: Source): MeasureStep {
  const { scope } = context
  return measure(
    scope,
    'rejected',
    sql`
      select
        ${name('reason')},
        count(*) as ${name('row_count')},
        ${exampleOf(context, source)} as ${name('sample_record_key')}
      from ${from(whole(scope, rejectedRecordsTable(source.name)))}
      group by ${name('reason')}
      order by ${name('reason')}
    `,
  )
}
