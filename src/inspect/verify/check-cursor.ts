import type { Source } from '../../language/source.js'
import type { Context } from '../../program/context.js'
import { published } from '../../program/scope.js'
import { as, joined, lines, name, type Sql, sql, unionAll, whereAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { asideTable, CHANGE_HASH, changeHash } from '../../staging/changed.js'
import { loadedSinceQuery } from '../../staging/cursor.js'
import { sourceColumns, sourceCursor, sourceItem, sourceKey } from '../../staging/input.js'
import { rowsTable } from '../../staging/rows.js'
import type { PublishedRun } from '../../state/runs.js'
import { askAsOf, type Inspected, textOf } from '../inspected.js'
import type { Found } from './check-graph.js'
import { amongKeys } from './chosen-keys.js'

/**
 * Rows by which a source with a cursor broke its promise: what no run will see, as it was loaded before the last value, less
 * the lookback. They came since with such a value, or changed or went and no row of their key has a later one.
 */
export async function checkCursor(
  inspected: Inspected,
  context: Context,
  source: Source,
  run: PublishedRun,
  keys: readonly string[] | undefined,
): Promise<readonly Found[]> {
  const { scope } = inspected
  const columns = sourceColumns(context, source)
  const loaded = sourceCursor(context, source, columns)
  if (!loaded) return []
  const key = sourceKey(context, source, columns)
  const among = whereAll(amongKeys(name('record_key'), keys))
  const chosen = (item: Sql) => sql`
    select record_key, ${name(CHANGE_HASH)}, loaded_at
    from ${joined(item, among)}
  `
  const known = [rowsTable(source.name), asideTable(source.name)].map((table) =>
    from(published(scope, table)),
  )
  const select = sql`
    with ${name('last')} as (
      ${loadedSinceQuery(scope, source)}
    ), ${name('known')} as (
      ${unionAll(known.map(chosen))}
    ), ${name('keyed')} as (
      select
        ${lines([as(key, 'record_key'), as(changeHash(scope, columns), CHANGE_HASH), as(loaded, 'loaded_at')])}
      from ${sourceItem(context, source, columns)} as ${name('source_rows')}
    ), ${name('found')} as (
      ${chosen(name('keyed'))}
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
  const rows = await askAsOf(inspected, select, run.asOf)
  return rows.map((row) => ({
    kind: 'promise_broken',
    customer_id: null,
    about: [{ name: `${source.name}.loaded_at` }],
    published: null,
    expected: null,
    row: { source: source.name, record_key: textOf(row, 'record_key') ?? '' },
  }))
}
