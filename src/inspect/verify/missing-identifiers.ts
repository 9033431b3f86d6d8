import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { published } from '../../program/scope.js'
import { name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { rowsTable } from '../../staging/rows.js'
import { ask, type Inspected } from '../inspected.js'
import type { Found } from './check-graph.js'
import type { VerifiedSource } from './read-rows.js'

/** How many are looked for in each column. */
const MOST = 10

/** Identifiers of rows that no customer has although nothing sets them aside: no sample of customers would find them. */
export async function missingIdentifiers(
  inspected: Inspected,
  { entity }: IdentityInput,
  sources: readonly VerifiedSource[],
): Promise<readonly Found[]> {
  const { scope } = inspected
  const identifiers = from(published(scope, identifiersTable(entity.name)))
  const shared = from(published(scope, sharedValuesTable(entity.name)))
  const found: Found[] = []
  for (const { item, columns } of sources) {
    const { source } = item
    if (source.identity !== 'join') continue
    for (const { column, value, type } of columns) {
      const rows = await ask(
        inspected,
        sql`
          select min(record_key) as record_key, ${name('r', value)} as missing
          from ${from(published(scope, rowsTable(source.name)))} as ${name('r')}
          where ${name('r', column)} is not null
            and not exists (select 1 from ${identifiers} as ${name('i')} where ${name('i', 'node')} = ${name('r', column)})
            and not exists (
              select 1
              from ${shared} as ${name('s')}
              where ${name('s', 'value')} = ${name('r', value)} and ${name('s', 'identifier')} = ${type}
            )
          group by ${name('r', value)}
          order by missing
          limit ${MOST}
        `,
      )
      for (const row of rows)
        found.push({
          kind: 'identifier_missing',
          customer_id: null,
          about: [{ name: type, value: String(row.missing) }],
          published: null,
          expected: 'a customer',
          row: { source: source.name, record_key: String(row.record_key) },
        })
    }
  }
  return distinct(found)
}

/** Several rows and sources miss the same one. */
function distinct(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [JSON.stringify(one.about), one])).values()]
}
