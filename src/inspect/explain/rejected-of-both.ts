import type { IdentityInput } from '../../identity/graph-tables.js'
import { name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { rawColumn, refusedColumn } from '../../staging/rows.js'
import { ask, type Inspected } from '../inspected.js'
import { carrier, ofBoth, summed } from './common-values.js'
import type { CommonValue } from './explanation.js'
import { apartCtes, type ReadSource, type Sides, sidesCte, touchedCte, withAll } from './read-sources.js'

/** Values that rows of both have and that the rules of their type rejected, as they came. */
export async function rejectedOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
): Promise<readonly CommonValue[]> {
  const refusing: { source: ReadSource; refused: Refused; name: string }[] = []
  for (const source of sources) {
    if (source.item.source.identity !== 'join') continue
    for (const refused of await refusedIn(inspected, source))
      refusing.push({ source, refused, name: `rows_${refusing.length + 1}` })
  }
  if (refusing.length === 0) return []
  const carriers = refusing.map(({ source, refused: { type, rule, text }, name: table }) =>
    carrier(source, table, sql`${type}`, text, name('t', rule)),
  )
  const rows = await ask(
    inspected,
    sql`
      ${withAll(inspected, [
        sidesCte(inspected, input, sides),
        ...refusing.map(({ source, refused: { rule, columns }, name: table }) =>
          touchedCte(source, source.rows, ['record_key', ...columns], table, [
            sql`${name(rule)} is not null`,
          ]),
        ),
        ...apartCtes(inspected, input, refusing),
        { name: 'carriers', select: unionAll(carriers) },
      ])}
      ${summed()}
    `,
  )
  const both = ofBoth(rows)
  const isWord = ({ rule }: CommonValue) => rule === 'default'
  return [...both.filter((one) => !isWord(one)), ...both.filter(isWord)]
}

/** An identifier of a source that can be refused: the column of the rule, and how the value stands in the staged rows. */
interface Refused {
  readonly type: string
  readonly rule: string
  readonly columns: readonly string[]
  readonly text: Sql
}

async function refusedIn(
  { scope, connection }: Inspected,
  { item, columns, rows }: ReadSource,
): Promise<readonly Refused[]> {
  const there = (await connection.describeTable(rows))?.map((column) => column.name) ?? []
  const { functions } = scope.dialect
  return columns.flatMap((column): Refused[] => {
    const field = item.about.identifiers.filter(({ name: type }) => type === column.type)[column.n - 1]
    const rule = refusedColumn(column.value)
    if (!field || !there.includes(rule)) return []
    const place = field.from
    if (place.kind !== 'column' && place.kind !== 'path') return []
    const wanted = rawColumn(place.column)
    const raw =
      there.find((one) => one === wanted) ?? there.find((one) => one.toLowerCase() === wanted.toLowerCase())
    if (raw === undefined) return []
    const value = name('t', raw)
    const text = place.kind === 'path' ? functions.jsonPath(value, place.keys) : functions.nativeText(value)
    return [{ type: column.type, rule, columns: [rule, raw], text }]
  })
}
