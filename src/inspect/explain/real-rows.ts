import type { IdentityInput } from '../../identity/graph-tables.js'
import { allOf, as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import type { NodeColumn } from '../../staging/node-columns.js'
import { ask, type Inspected } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import type { RowName } from './explanation.js'
import { apartCtes, type Cte, effectiveNodes, nodeNumber, type ReadSource, withAll } from './read-sources.js'

/** Two nodes that some row is to have, the stronger of them as its strongest; `source`: where the earliest is known to be. */
export interface Pair {
  readonly u: { readonly node: string; readonly identifier: string }
  readonly v: { readonly node: string; readonly identifier: string }
  readonly source?: string | undefined
}

interface Candidate extends RowName {
  readonly at: string
}

/** Pairs of one statement: more make it long, not slow. */
const CHUNK = 5000

/** For each pair the earliest row that links it (then by source, then by key), as the sources are staged. */
export async function realRows(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  pairs: readonly Pair[],
  linked: readonly string[],
): Promise<readonly (RowName | undefined)[]> {
  const best: (Candidate | undefined)[] = pairs.map(() => undefined)
  for (const source of sources) {
    if (source.item.source.identity !== 'join') continue
    const { name: sourceName } = source.item.source
    const wanted = pairs.flatMap((pair, i) =>
      pair.source === undefined || pair.source === sourceName ? [i] : [],
    )
    for (let start = 0; start < wanted.length; start += CHUNK) {
      const chunk = wanted.slice(start, start + CHUNK)
      for (const row of await rowsOfChunk(inspected, input, source, pairs, chunk, linked)) {
        const place = Number(row.pair)
        const found = {
          source: sourceName,
          record_key: String(row.record_key),
          at: shownTime(row.first_seen_at) ?? '~',
        }
        const before = best[place]
        if (before === undefined || found.at < before.at) best[place] = found
      }
    }
  }
  return best.map((one) => one && { source: one.source, record_key: one.record_key })
}

async function rowsOfChunk(
  inspected: Inspected,
  input: IdentityInput,
  source: ReadSource,
  pairs: readonly Pair[],
  chunk: readonly number[],
  linked: readonly string[],
) {
  const selects = [...byTypes(pairs, chunk)].flatMap(([types, places]) => {
    const [first, second] = types.split(' ')
    return source.columns
      .filter(({ type }) => type === first)
      .flatMap((x) =>
        source.columns
          .filter((y) => y.type === second && y.column !== x.column)
          .map((y) => meeting(source, x, y, pairs, places)),
      )
  })
  if (selects.length === 0) return []
  const found: Cte = { name: 'found', select: unionAll(selects) }
  const { from: rows, hub } = effectiveNodes(source, 'found')
  const order = sql`partition by ${name('pair')} order by ${name('t', 'first_seen_at')} asc nulls last, ${name('t', 'record_key')}`
  const ranked = sql`
    select
      ${lines([name('t', 'pair'), name('t', 'record_key'), name('t', 'first_seen_at'), as(sql`row_number() over (${order})`, 'place')])}
    from ${rows}
    where ${hub} in (${name('t', 'u')}, ${name('t', 'v')})
  `
  const setAside: Cte | undefined =
    linked.length === 0
      ? undefined
      : {
          name: 'linked',
          select: unionAll(linked.map((node) => sql`select ${nodeNumber(node)} as ${name('node')}`)),
        }
  return await ask(
    inspected,
    sql`
      ${withAll(inspected, [found, ...apartCtes(inspected, input, [{ source, name: 'found' }], setAside), { name: 'ranked', select: ranked }])}
      select ${list([name('pair'), name('record_key'), name('first_seen_at')])}
      from ${name('ranked')}
      where ${name('place')} = 1
    `,
  )
}

/** Rows that have the first node of a pair in one column and the second in another. */
function meeting(
  source: ReadSource,
  x: NodeColumn,
  y: NodeColumn,
  pairs: readonly Pair[],
  places: readonly number[],
): Sql {
  const values = places.map((place) => {
    const { u, v } = pairs[place] as Pair
    return sql`(${place}, ${nodeNumber(u.node)}, ${nodeNumber(v.node)})`
  })
  return sql`
    select
      ${lines([
        name('p', 'pair'),
        name('p', 'u'),
        name('p', 'v'),
        ...['record_key', 'first_seen_at', ...source.columns.map(({ column }) => column)].map((c) =>
          name('r', c),
        ),
      ])}
    from ${from(source.rows)} as ${name('r')}
    join (values ${list(values)}) as ${name('p')} (${list([name('pair'), name('u'), name('v')])})
      on ${allOf([sql`${name('r', x.column)} = ${name('p', 'u')}`, sql`${name('r', y.column)} = ${name('p', 'v')}`])}
  `
}

/** `shop_id email` → the places of pairs of these types. */
function byTypes(pairs: readonly Pair[], chunk: readonly number[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const place of chunk) {
    const { u, v } = pairs[place] as Pair
    const types = `${u.identifier} ${v.identifier}`
    const places = found.get(types)
    if (places) places.push(place)
    else found.set(types, [place])
  }
  return found
}
