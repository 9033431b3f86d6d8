import type { Source } from '../../language/source.js'
import type { Context } from '../../program/context.js'
import { published } from '../../program/scope.js'
import { as, joined, lines, list, name, sql, whereAll } from '../../sql/fragment.js'
import { substituteParameters } from '../../sql/lexer.js'
import { print } from '../../sql/printer.js'
import { from } from '../../sql/relation.js'
import { asideTable, CHANGE_HASH, changeHash } from '../../staging/changed.js'
import { loadedSinceQuery } from '../../staging/cursor.js'
import { sourceColumns, sourceCursor, sourceItem, sourceKey } from '../../staging/input.js'
import { rowsTable } from '../../staging/rows.js'
import type { PublishedRun } from '../../state/runs.js'
import { type Inspected, textOf } from '../inspected.js'
import type { Found } from './check-graph.js'

/**
 * Rows by which a source with a cursor broke its promise: what no run will see, as it was loaded before the last value, less
 * the lookback. They came since with such a value, or changed or went and no row of their key has a later one.
 */
export async function checkCursor(
  { connection, scope }: Inspected,
  context: Context,
  source: Source,
  run: PublishedRun,
  keys: readonly string[] | undefined,
): Promise<readonly Found[]> {
  const columns = sourceColumns(context, source)
  const loaded = sourceCursor(context, source, columns)
  if (!loaded) return []
  const key = sourceKey(context, source, columns)
  const among = keys ? [sql`${name('record_key')} in (${list(keys.map((one) => sql`${one}`))})`] : []
  const known = [rowsTable(source.name), asideTable(source.name)].map(
    (table) => sql`
      select record_key, ${name(CHANGE_HASH)}, loaded_at
      from ${joined(from(published(scope, table)), whereAll(among))}
    `,
  )
  const select = sql`
    with ${name('last')} as (
      ${loadedSinceQuery(scope, source)}
    ), ${name('known')} as (
      ${known[0]}
      union all
      ${known[1]}
    ), ${name('keyed')} as (
      select
        ${lines([as(key, 'record_key'), as(changeHash(scope, columns), CHANGE_HASH), as(loaded, 'loaded_at')])}
      from ${sourceItem(context, source, columns)} as ${name('source_rows')}
    ), ${name('found')} as (
      select record_key, ${name(CHANGE_HASH)}, loaded_at
      from ${joined(name('keyed'), whereAll(among))}
    )
    select f.record_key
    from ${name('found')} as f
    cross join ${name('last')} as l
    where f.record_key is not null
      and f.loaded_at < l.loaded_since
      and not exists (select 1 from ${name('known')} as k where k.${name(CHANGE_HASH)} = f.${name(CHANGE_HASH)})
    union distinct
    select k.record_key
    from ${name('known')} as k
    cross join ${name('last')} as l
    where k.record_key is not null
      and k.loaded_at < l.loaded_since
      and not exists (select 1 from ${name('found')} as f where f.${name(CHANGE_HASH)} = k.${name(CHANGE_HASH)})
      and not exists (
        select 1
        from ${name('found')} as f
        where f.record_key = k.record_key and (f.loaded_at is null or f.loaded_at >= l.loaded_since)
      )
    order by 1
  `
  const moment = `timestamp ${scope.dialect.text(run.asOf)}`
  const rows = await connection.query(
    substituteParameters(print(select, scope.dialect), scope.dialect.lexicon, { as_of: moment }),
  )
  return rows.map((row) => ({
    kind: 'promise_broken',
    customer_id: null,
    about: [{ name: `${source.name}.loaded_at` }],
    published: null,
    expected: null,
    row: { source: source.name, record_key: textOf(row, 'record_key') ?? '' },
  }))
}
