import type { Source } from '../language/source.js'
import type { ParameterStep, Step } from '../program/program.js'
import { asOf, loadedSince, next, published, reprocess, type Scope, type Table } from '../program/scope.js'
import { choice, createTable, parameter } from '../program/steps.js'
import { anyOf, as, name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { rowsTable } from './rows.js'

/**
 * A source with a cursor promises that no row changes or goes without a new value of it: what was loaded before the last one,
 * less the lookback, is as it was. Rows without a value are compared always, those of a range that is reprocessed as well.
 */
export function isCompared(source: Source, loaded: Sql): Sql {
  return anyOf([
    sql`${loaded} is null`,
    sql`${loaded} >= ${loadedSince}`,
    sql`(${source.name} = ${reprocess.source} and ${loaded} >= ${reprocess.from} and ${loaded} < ${reprocess.to})`,
  ])
}

/** Asks from when on rows are compared; before the first cursor that is always. */
export function loadedSinceStep(scope: Scope, source: Source): ParameterStep {
  return parameter(
    scope,
    'The last cursor, less the lookback.',
    'loaded_since',
    loadedSinceQuery(scope, source),
  )
}

/** The last value of the cursor, less the lookback: loaded_since. */
export function loadedSinceQuery(scope: Scope, source: Source): Sql {
  const lookback = source.loadedAt?.lookback?.seconds ?? 0
  const last = name('loaded_at')
  const since = lookback === 0 ? last : scope.dialect.functions.addSeconds(last, -lookback)
  return sql`select ${as(since, 'loaded_since')} from ${from(published(scope, cursorTable(source.name)))}`
}

/** The last value of the cursor of a source, `as_of` at most, so that a wrong one does not stop it: table `cursor_<source>`, loaded_at. */
export function cursorTable(source: string): Table {
  return { node: `source.${source}`, name: `cursor_${source}` }
}

/** After rows were read: how far the cursor has come. */
export function cursorSteps(scope: Scope, source: Source): Step[] {
  if (!source.loadedAt) return []
  const read = sql`
    select max(case when ${name('loaded_at')} > ${asOf} then ${asOf} else ${name('loaded_at')} end) as ${name('loaded_at')}
    from ${from(next(scope, rowsTable(source.name)))}
  `
  const further = sql`
    select max(${name('loaded_at')}) as ${name('loaded_at')}
    from (
      ${read}
      union all
      select ${name('loaded_at')} from ${from(published(scope, cursorTable(source.name)))}
    ) as ${name('cursors')}
  `
  const make = (select: Sql) =>
    createTable(scope, 'How far the cursor has come.', next(scope, cursorTable(source.name)), select)
  return [
    choice('The cursor of all rows, or of those that were read.', {
      full: make(read),
      incremental: make(further),
    }),
  ]
}
