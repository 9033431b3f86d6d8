/**
 * What the last run staged of the rows of sources, held against the sources themselves: a row that a source still has as it
 * had it, by the hash of its columns, must read today as it stands in `rows_<source>`. Rows that a source has no more, or
 * otherwise, tell that it has moved on, which is no inconsistency but where its cursor promised otherwise: they are counted.
 */
import { compileProgram } from '../../compile/compile-program.js'
import type { Graph } from '../../graph/graph.js'
import type { Positions } from '../../language/positions.js'
import type { Source } from '../../language/source.js'
import type { Context } from '../../program/context.js'
import { published } from '../../program/scope.js'
import { builtBy, stepFingerprints } from '../../run/build-modes.js'
import { describeSources } from '../../run/describe-sources.js'
import { allOf, as, joined, lines, list, name, type Sql, sql, whereAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { CHANGE_HASH } from '../../staging/changed.js'
import { sourceColumns, sourceItem, sourceKey } from '../../staging/input.js'
import { rowsTable } from '../../staging/rows.js'
import { stagedRows } from '../../staging/source-node.js'
import type { PublishedRun } from '../../state/runs.js'
import { askAsOf, type Inspected, textOf, textOrNull } from '../inspected.js'
import { checkCursor } from './check-cursor.js'
import type { Found } from './check-graph.js'
import { amongKeys } from './chosen-keys.js'

/** The project as it is now, to read its sources again. */
export interface ReadAgain {
  readonly graph: Graph
  readonly positions: Positions
  readonly projectDir: string
  readonly cdpVersion: string
}

export interface CheckedStaging {
  readonly found: readonly Found[]
  /** Rows that were read again. */
  readonly rows: number
  /** Of how many rows the source has no such one any more, by source. */
  readonly moved: ReadonlyMap<string, number>
  /** Sources that were not read again: the project, its columns or cdp have changed since the run, or it is not there. */
  readonly passed: readonly string[]
}

/** Keys that are looked for at once: a statement has an end. */
const KEYS_AT_ONCE = 2000

/** `keys`: which rows are read again, by source; all where undefined. */
export async function checkStaging(
  inspected: Inspected,
  { context, isAsThen }: CompiledAgain,
  run: PublishedRun,
  sources: readonly Source[],
  keys?: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<CheckedStaging> {
  const found: Found[] = []
  const moved = new Map<string, number>()
  const passed: string[] = []
  let rows = 0
  for (const source of sources) {
    if (!isAsThen(source)) {
      passed.push(source.name)
      continue
    }
    for (const some of parts(keys?.get(source.name), keys !== undefined)) {
      const read = await readAgain(inspected, context, source, run, some)
      found.push(...read.found, ...(await checkCursor(inspected, context, source, run, some)))
      rows += read.rows
      if (read.moved > 0) moved.set(source.name, (moved.get(source.name) ?? 0) + read.moved)
    }
  }
  return { found, rows, moved, passed }
}

/** The project compiled for what its sources are now. */
export interface CompiledAgain {
  readonly context: Context
  /** Whether the run staged the source by the statements of now. */
  readonly isAsThen: (source: Source) => boolean
}

export async function compiledAgain(
  { project, scope, connection }: Inspected,
  { graph, positions, projectDir, cdpVersion }: ReadAgain,
  run: PublishedRun,
): Promise<CompiledAgain> {
  const { dialect } = scope
  const counts = () => true
  const { catalog } = await describeSources(graph, {
    ...{ connection, dialect, positions, projectDir, counts },
    allowEmpty: true,
  })
  const context = { project, graph, catalog, scope, projectDir, report: () => undefined }
  const program = compileProgram(graph, { dialect, catalog, projectDir }).value
  const surroundings = { engine: connection.engine, cdpVersion, catalog, decisions: {}, projectDir }
  const now = stepFingerprints(program, surroundings)
  const then = builtBy(run)
  const isAsThen = ({ name: source }: Source) =>
    then[`source.${source}`] !== undefined && then[`source.${source}`] === now[`source.${source}`]
  return { context, isAsThen }
}

/** Undefined: every key. */
function parts(
  keys: ReadonlySet<string> | undefined,
  isChosen: boolean,
): readonly (readonly string[] | undefined)[] {
  if (!isChosen) return [undefined]
  const all = [...(keys ?? [])]
  return Array.from({ length: Math.ceil(all.length / KEYS_AT_ONCE) }, (_, i) =>
    all.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE),
  )
}

/** Columns that later steps decide: which of several rows stays, and whether one is faulty. */
const DECIDED_LATER = new Set(['fault', 'is_latest', 'record_key', CHANGE_HASH])

async function readAgain(
  inspected: Inspected,
  context: Context,
  source: Source,
  run: PublishedRun,
  keys: readonly string[] | undefined,
): Promise<{ readonly found: readonly Found[]; readonly rows: number; readonly moved: number }> {
  const { scope } = inspected
  const { dialect } = scope
  const columns = sourceColumns(context, source)
  const item = sql`${sourceItem(context, source, columns)} as ${name('source_rows')}`
  const incoming = sql`(
      select
        ${lines(columns.map((column) => name(column.name)))}
      from ${joined(item, whereAll(amongKeys(sourceKey(context, source, columns), keys)))}
    )`
  const staged = stagedRows(context, source, columns, incoming)
  const compared = staged.columns.filter((column) => !DECIDED_LATER.has(column))
  const differs = (column: string) => dialect.functions.isDistinct(name('r', column), name('a', column))
  const ofFirst = (value: (column: string) => Sql) =>
    sql`case ${list(
      compared.map((column) => sql`when ${differs(column)} then ${value(column)}`),
      ' ',
    )} end`
  const shown = (side: string) => (column: string) => dialect.functions.nativeText(name(side, column))
  const select = sql`
    with ${name('again')} as (
      ${staged.select}
    ), ${name('beside')} as (
      select distinct
        ${lines([
          name('r', 'record_key'),
          as(sql`case when ${name('a', 'record_key')} is null then 1 else 0 end`, 'moved'),
          as(
            sql`case when ${name('a', 'record_key')} is not null then ${ofFirst((column) => sql`${column}`)} end`,
            'column_name',
          ),
          as(ofFirst(shown('r')), 'published'),
          as(ofFirst(shown('a')), 'expected'),
        ])}
      from ${from(published(scope, rowsTable(source.name)))} as ${name('r')}
      left join ${name('again')} as ${name('a')}
        on ${allOf(['record_key', CHANGE_HASH].map((column) => sql`${name('r', column)} = ${name('a', column)}`))}
      ${list(whereAll(amongKeys(name('r', 'record_key'), keys)))}
    ), ${name('counted')} as (
      select
        count(*) as ${name('row_count')},
        sum(${name('moved')}) as ${name('moved_count')}
      from ${name('beside')}
    )
    select
      ${lines([name('c', 'row_count'), name('c', 'moved_count'), ...['record_key', 'column_name', 'published', 'expected'].map((column) => name('b', column))])}
    from ${name('counted')} as ${name('c')}
    left join ${name('beside')} as ${name('b')} on ${name('b', 'column_name')} is not null
    order by ${name('b', 'record_key')}, ${name('b', 'column_name')}
  `
  const rows = await askAsOf(inspected, select, run.asOf)
  const moved = Number(rows[0]?.moved_count ?? 0)
  return {
    found: rows.flatMap((row) => {
      const key = textOf(row, 'record_key')
      if (key === undefined) return []
      return [
        {
          kind: 'row_differs',
          customer_id: null,
          about: [{ name: `rows_${source.name}.${row.column_name}` }],
          published: textOrNull(row, 'published'),
          expected: textOrNull(row, 'expected'),
          row: { source: source.name, record_key: key },
        },
      ]
    }),
    rows: Number(rows[0]?.row_count ?? 0) - moved,
    moved,
  }
}
