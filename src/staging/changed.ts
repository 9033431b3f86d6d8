/**
 * What an incremental run reads of a source: the rows of keys that have changed. Every row that was read is known by a hash
 * of its columns, those that are kept in `rows_<source>`, the others in `aside_<source>`; a key has changed where a row of
 * it is new or has gone. What is kept of such a key is then made anew from all its rows, never from a difference.
 *
 * Rows without a key cannot be told apart and are all read where anything has changed; so are keys with rows later than the `as_of` of the run
 * before, which may exist by now.
 */
import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import type { GateStep, StatementStep, Step } from '../program/program.js'
import { next, nullOf, published, runView, type Scope, scratch, type Table } from '../program/scope.js'
import { choice, createTable, gate, statement } from '../program/steps.js'
import { as, joined, lines, list, name, type Sql, sql, whereAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { isCompared, loadedSinceStep } from './cursor.js'
import { contestedRows } from './duplicates.js'
import { filledText, type InputColumn, sourceCursor, sourceItem, sourceKey } from './input.js'
import { changedName, changedOrWithoutKey, rowsTable } from './rows.js'

/** Column of staged rows: a hash of all columns of the source, by which a changed row is known. */
export const CHANGE_HASH = 'change_hash'

/**
 * Rows that were read and are not kept, table `aside_<source>`: record_key, change_hash, fault, row_count (equal rows are one;
 * `repeated`: the one that is kept counts too), and loaded_at where there is a cursor.
 */
export function asideTable(source: string): Table {
  return { node: `source.${source}`, name: `aside_${source}`, part: changedOrWithoutKey(source) }
}

export const incomingName = (source: string) => `incoming_${source}`

/** The rows of the source that this run reads, a view with the source's own columns. */
export function incomingRows(scope: Scope, source: Source): Relation {
  return runView(scope, incomingName(source.name))
}

/**
 * Of all columns, in the engine's own type: two rows of one hash are one to us. Values of types that the language does not
 * know, nested ones among them, and floats are hashed as text: the engine takes an empty list for null, and -0 for 0.
 */
export function changeHash({ dialect }: Scope, columns: readonly InputColumn[]): Sql {
  const { nativeText, rowHash } = dialect.functions
  return rowHash(
    columns.map((column) => {
      const { isText, native, engineType } = column
      if (isText) return filledText(column)
      const value = name(column.name)
      return native && native.kind !== 'float' ? value : nativeText(value, native, engineType)
    }),
  )
}

/** All rows, or those of keys that have changed. `isGated`: where none has, the node is as the last run left it. */
export function incomingSteps(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
  isGated: boolean,
): Step[] {
  const { scope } = context
  const key = sourceKey(context, source, columns)
  const changed = sql`select ${name('record_key')} from ${from(scratch(scope, changedName(source.name)))}`
  const read = (where: Sql) =>
    statement(
      scope,
      '',
      scope.dialect.statements.createView(
        incomingRows(scope, source),
        sql`
          select
            ${lines(columns.map((column) => name(column.name)))}
          from ${sourceItem(context, source, columns)} as ${name('source_rows')}
          ${where}
        `,
      ),
    )
  return [
    choice('All rows are read, or those of keys that have changed.', {
      full: [read(sql``)],
      incremental: [
        ...(source.loadedAt ? [loadedSinceStep(scope, source)] : []),
        ...changedSteps(context, source, columns),
        ...(isGated ? [unchangedGate(scope, source)] : []),
        read(sql`where ${key} is null or ${key} in (${changed})`),
      ],
    }),
  ]
}

function unchangedGate(scope: Scope, source: Source): GateStep {
  const count = sql`select count(*) as ${name('changes')} from ${from(scratch(scope, changedName(source.name)))}`
  return gate(scope, 'Nothing to do where no row is new and none is gone.', count)
}

function changedSteps(context: Context, source: Source, columns: readonly InputColumn[]): StatementStep[] {
  const { scope } = context
  const cursor = sourceCursor(context, source, columns)
  const compared = (loaded: Sql | undefined) => (loaded ? whereAll([isCompared(source, loaded)]) : [])
  const known = (table: Table, count: Sql) => sql`
    select
      ${name('record_key')},
      ${name(CHANGE_HASH)},
      ${count} as ${name('row_count')}
    from ${joined(from(published(scope, table)), compared(cursor && name('loaded_at')))}
  `
  const select = sql`
    with ${name('known')} as (
      ${known(rowsTable(source.name), nullOf(scope, 'integer'))}
      union all
      ${known(asideTable(source.name), name('row_count'))}
    ), ${name('found')} as (
      select
        ${as(sourceKey(context, source, columns), 'record_key')},
        ${as(changeHash(scope, columns), CHANGE_HASH)}
      from ${joined(sql`${sourceItem(context, source, columns)} as ${name('source_rows')}`, compared(cursor))}
    ), ${name('compared')} as (
      select
        coalesce(${name('f', 'record_key')}, ${name('k', 'record_key')}) as ${name('record_key')},
        ${name('f', CHANGE_HASH)} as ${name('found_hash')},
        ${name('k', CHANGE_HASH)} as ${name('known_hash')},
        ${name('k', 'row_count')} as ${name('known_count')}
      from ${name('known')} as ${name('k')}
      full join ${name('found')} as ${name('f')} on ${name('f', CHANGE_HASH)} = ${name('k', CHANGE_HASH)}
      where ${name('f', CHANGE_HASH)} is null or ${name('k', CHANGE_HASH)} is null or ${name('k', 'row_count')} is not null
    ), ${name('changed')} as (
      select ${name('record_key')}
      from ${name('compared')}
      group by ${list(['record_key', 'found_hash', 'known_hash', 'known_count'].map((column) => name(column)))}
      having ${name('found_hash')} is null or ${name('known_hash')} is null or count(*) <> ${name('known_count')}
      union all
      select ${name('record_key')}
      from ${from(published(scope, asideTable(source.name)))}
      where ${name('fault')} = 'future'
    )
    select distinct ${name('record_key')}
    from ${name('changed')}
  `
  const title = `Keys of ${source.name} that have new rows, or rows that are gone; null where such a row has no key.`
  return createTable(scope, title, scratch(scope, changedName(source.name)), select)
}

const asideColumns = (source: Source): readonly string[] => [
  'record_key',
  CHANGE_HASH,
  'fault',
  'row_count',
  ...(source.loadedAt ? ['loaded_at'] : []),
]

/** Rows of a table that are not kept, equal ones counted as one. `fault`: a column, or the one fault of all. */
function counted(source: Source, table: Relation, fault: Sql | string, where: Sql, more = 0): Sql {
  const columns = ['record_key', CHANGE_HASH, ...(source.loadedAt ? ['loaded_at'] : [])].map((c) => name(c))
  const count = more === 0 ? sql`count(*)` : sql`count(*) + ${more}`
  const [key, hash, ...loaded] = columns
  return sql`
    select
      ${lines([...[key, hash].flatMap((c) => c ?? []), as(sql`${fault}`, 'fault'), as(count, 'row_count'), ...loaded])}
    from ${from(table)}
    where ${where}
    group by ${list(typeof fault === 'string' ? columns : [...columns, fault])}
  `
}

/** Right after rows were read: those with a fault, which are about to leave. */
export function faultyAside(scope: Scope, source: Source): StatementStep[] {
  const rows = next(scope, rowsTable(source.name))
  const select = counted(source, rows, name('fault'), sql`${name('fault')} is not null`)
  const title = 'Rows that are not kept, known by their hash: what is wrong with them.'
  return createTable(scope, title, next(scope, asideTable(source.name)), select)
}

/** After one row of each key was chosen: the others. */
export function losersAside(scope: Scope, source: Source): StatementStep[] {
  const rows = contestedRows(scope, source)
  const outcome = name('outcome')
  const losers = sql`${outcome} in ('superseded', 'duplicate_key')`
  return [
    asideStep(
      scope,
      source,
      'The rows that gave way to another of their key.',
      counted(source, rows, outcome, losers),
    ),
    asideStep(
      scope,
      source,
      'The equals of a row that stays.',
      counted(source, rows, 'repeated', sql`${outcome} = 'repeated'`, 1),
    ),
  ]
}

/** Before they are taken out. */
export function deletedAside(scope: Scope, source: Source): StatementStep {
  const rows = next(scope, rowsTable(source.name))
  const select = counted(source, rows, 'deleted', name('is_deleted'))
  return asideStep(scope, source, 'Rows that were deleted at the source.', select)
}

function asideStep(scope: Scope, source: Source, title: string, select: Sql): StatementStep {
  const aside = from(next(scope, asideTable(source.name)))
  return statement(
    scope,
    title,
    sql`
      insert into ${aside} (${list(asideColumns(source).map((column) => name(column)))})
      ${select}
    `,
  )
}
