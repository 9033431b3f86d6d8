import type { Row } from '../../engines/connection.js'
import { type IdentityInput, refusedEdgesTable } from '../../identity/graph-tables.js'
import type { Entity } from '../../language/entity.js'
import { published } from '../../program/scope.js'
import { list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { ask, type Inspected } from '../inspected.js'
import { type Chosen, pairKey, valueKey } from './batch.js'

const COLUMNS = ['identifier', 'value', 'other_identifier', 'other_value']

/** Refused links with an identifier of the chosen customers, as `pairKey`s. */
export async function readRefused(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<ReadonlySet<string>> {
  const { scope } = inspected
  const identifiers = from(published(scope, identifiersTable(entity.name)))
  const side = (type: string, value: string) => sql`
    select ${list(COLUMNS.map((column) => name('r', column)))}
    from ${from(published(scope, refusedEdgesTable(entity.name)))} as ${name('r')}
    join ${identifiers} as ${name('i')}
      on ${name('i', 'value')} = ${name('r', value)} and ${name('i', 'identifier')} = ${name('r', type)}
    where ${chosen(name('i', 'customer_id'))}
  `
  return pairs([
    ...(await ask(inspected, side('identifier', 'value'))),
    ...(await ask(inspected, side('other_identifier', 'other_value'))),
  ])
}

/** Refused links with one of these values. */
export async function readRefusedOf(
  inspected: Inspected,
  entity: Entity,
  values: Sql,
): Promise<ReadonlySet<string>> {
  return pairs(
    await ask(
      inspected,
      sql`
        select ${list(COLUMNS.map((column) => name(column)))}
        from ${from(published(inspected.scope, refusedEdgesTable(entity.name)))}
        where ${name('value')} in (${values}) or other_value in (${values})
      `,
    ),
  )
}

function pairs(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(
    rows.map((row) =>
      pairKey(
        valueKey(String(row.identifier), String(row.value)),
        valueKey(String(row.other_identifier), String(row.other_value)),
      ),
    ),
  )
}
