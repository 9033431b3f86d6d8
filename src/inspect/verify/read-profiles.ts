import { createHash } from 'node:crypto'
import { goldenType } from '../../compile/profile/profile-node.js'
import { attributesTable } from '../../compile/profile/profile-tables.js'
import { type IdentityInput, idsState } from '../../identity/graph-tables.js'
import type { Entity } from '../../language/entity.js'
import { publicRelation, published, state } from '../../program/scope.js'
import { as, lines, name, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { ask, type Inspected, textOf, textOrNull } from '../inspected.js'
import type { Batch, Chosen, RegisteredId } from './batch.js'

const SEEN = ['first_seen_at', 'last_seen_at', 'record_count', 'event_count']

/** Golden values as text; none where the table is of other attributes, or not built. */
export async function readGolden(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<Batch['attributes']> {
  const table = published(inspected.scope, attributesTable(entity.name))
  return (await readValues(inspected, entity, table, 'customer_id', [], chosen)) ?? new Map()
}

/** The rows of the profiles as text; undefined where the table is not built. */
export async function readProfiles(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<Batch['profiles']> {
  const table = publicRelation(inspected.scope, `${entity.name}_profiles`)
  return readValues(inspected, entity, table, entity.idColumn, SEEN, chosen)
}

/** What a table has of an entity's attributes, and the columns `more`, as text by customer. */
async function readValues(
  inspected: Inspected,
  entity: Entity,
  table: Relation,
  idColumn: string,
  more: readonly string[],
  chosen: Chosen,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string | null>> | undefined> {
  const { scope, connection } = inspected
  const there = new Set((await connection.describeTable(table))?.map((column) => column.name))
  if (there.size === 0) return undefined
  const given = entity.attributes.filter((attribute) => there.has(attribute.name))
  const values = given.map((attribute) =>
    as(scope.dialect.functions.display(name(attribute.name), goldenType(attribute)), attribute.name),
  )
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines([as(name(idColumn), 'customer id'), ...values, ...more.map((column) => name(column))])}
      from ${from(table)}
      where ${chosen(name(idColumn))}
    `,
  )
  const columns = [...given.map((attribute) => attribute.name), ...more]
  return new Map(
    rows.map((row) => [
      String(row['customer id']),
      new Map(columns.map((column) => [column, textOrNull(row, column)])),
    ]),
  )
}

export async function readRegistry(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<Batch['registry']> {
  const rows = await ask(
    inspected,
    sql`
      select customer_id, anchor_partition, anchor_identifier, anchor_value, generation, retired_at is not null as is_retired
      from ${from(state(inspected.scope, idsState(entity.name)))}
      where ${chosen(name('customer_id'))}
    `,
  )
  return new Map(
    rows.map((row): [string, RegisteredId] => [
      String(row.customer_id),
      {
        isRetired: row.is_retired === true,
        minted: mintedId(entity.name, [
          textOf(row, 'anchor_partition') ?? '',
          String(row.anchor_identifier),
          String(row.anchor_value),
          String(row.generation),
        ]),
      },
    ]),
  )
}

/** The recipe of docs/language/identity.md: five parts, each after its length in characters. */
function mintedId(entity: string, parts: readonly string[]): string {
  const text = [entity, ...parts].map((part) => `${[...part].length}:${part}`).join('')
  return `${entity.slice(0, 1)}_${createHash('md5').update(text).digest('hex').slice(0, 20)}`
}
