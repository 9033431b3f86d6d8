import type { Row } from '../engines/connection.js'
import { largestProfilesTable, sharedValuesTable } from '../identity/graph-tables.js'
import type { Entity } from '../language/entity.js'
import { typesByStrength } from '../program/context.js'
import { published } from '../program/scope.js'
import { lines, name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { lastPublishedRun } from '../state/runs.js'
import type { IdentityHealth, LargeProfile, NamedValue } from './health.js'
import { ask, entityTable, type Inspected, textOf } from './inspected.js'
import { readBridges } from './read-bridges.js'

/** How many suspects are read. */
const SUSPECTS = 10

/** Reads what the last run told about the graph of an entity, and looks for bridges in what it left. */
export async function readHealth(inspected: Inspected, entity: Entity): Promise<IdentityHealth> {
  const sizes = (await ask(inspected, sizesOf(inspected, entity))).map((row) => ({
    min: numberOf(row, 'min_identifiers'),
    max: numberOf(row, 'max_identifiers'),
    customers: numberOf(row, 'customer_count'),
    identifiers: numberOf(row, 'identifier_count'),
  }))
  const sum = (key: 'customers' | 'identifiers') => sizes.reduce((all, step) => all + step[key], 0)
  return {
    entity: entity.name,
    customers: sum('customers'),
    identifiers: sum('identifiers'),
    links: await linksOf(inspected, entity),
    refused: await refusedOf(inspected, entity),
    set_aside: await setAside(inspected, entity),
    sizes,
    largest: await largestOf(inspected, entity),
    ...(await readBridges(inspected, entity)),
    suspects: await suspectsOf(inspected, entity),
  }
}

const numberOf = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0)

function sizesOf(inspected: Inspected, entity: Entity): Sql {
  return sql`
    select min_identifiers, max_identifiers, customer_count, identifier_count
    from ${entityTable(inspected, entity, 'identity_sizes')}
    order by min_identifiers
  `
}

async function linksOf({ connection, scope }: Inspected, entity: Entity): Promise<number | null> {
  const run = await lastPublishedRun({ ...scope, connection })
  if (!run) return null
  const { measures } = JSON.parse(run.summary) as {
    measures?: Record<string, Record<string, readonly Row[]>>
  }
  const [row] = measures?.[`identity.${entity.name}`]?.identity ?? []
  // An incremental run counts the links of a part only, so does not tell.
  return row && row.edges !== null ? numberOf(row, 'edges') : null
}

async function refusedOf(inspected: Inspected, entity: Entity): Promise<IdentityHealth['refused']> {
  const rows = await ask(
    inspected,
    sql`
      select reason, count(*) as links
      from ${entityTable(inspected, entity, 'refused_edges')}
      group by reason
      order by links desc, reason
    `,
  )
  return rows.map((row) => ({ reason: String(row.reason), links: numberOf(row, 'links') }))
}

async function setAside(inspected: Inspected, entity: Entity): Promise<IdentityHealth['set_aside']> {
  const shared = published(inspected.scope, sharedValuesTable(entity.name))
  const rows = await ask(
    inspected,
    sql`
      select identifier, rule, count(distinct ${name('value')}) as value_count, sum(row_count) as row_count
      from ${from(shared)}
      group by identifier, rule
      order by value_count desc, identifier, rule
    `,
  )
  return rows.map((row) => ({
    identifier: String(row.identifier),
    rule: String(row.rule),
    values: numberOf(row, 'value_count'),
    rows: numberOf(row, 'row_count'),
  }))
}

async function largestOf(inspected: Inspected, entity: Entity): Promise<readonly LargeProfile[]> {
  const { scope } = inspected
  const largest = from(published(scope, largestProfilesTable(entity.name)))
  const identifiers = from(published(scope, identifiersTable(entity.name)))
  const profiles = await ask(
    inspected,
    sql`select customer_id, identifier_count, record_count, event_count from ${largest} order by place`,
  )
  const held = await ask(
    inspected,
    sql`
      select
        ${lines([
          name('i', 'customer_id'),
          name('i', 'strength'),
          sql`count(*) as type_count`,
          sql`min(${name('i', 'value')}) as sample`,
        ])}
      from ${largest} as ${name('l')}
      join ${identifiers} as ${name('i')} on ${name('i', 'customer_id')} = ${name('l', 'customer_id')}
      where ${name('i', 'strength')} < ${entity.identifiers.length}
      group by ${name('i', 'customer_id')}, ${name('i', 'strength')}
      order by ${name('i', 'strength')}
    `,
  )
  const types = typesByStrength(entity)
  return profiles.map((profile) => {
    const own = held.filter((row) => row.customer_id === profile.customer_id)
    const identifier = (row: Row): string => types[numberOf(row, 'strength')] ?? ''
    const [first] = own
    const sample: NamedValue | null = first
      ? { identifier: identifier(first), value: textOf(first, 'sample') ?? '' }
      : null
    return {
      customer_id: String(profile.customer_id),
      identifiers: numberOf(profile, 'identifier_count'),
      records: numberOf(profile, 'record_count'),
      events: numberOf(profile, 'event_count'),
      types: own.map((row) => ({ identifier: identifier(row), count: numberOf(row, 'type_count') })),
      sample,
    }
  })
}

async function suspectsOf(inspected: Inspected, entity: Entity): Promise<IdentityHealth['suspects']> {
  const rows = await ask(
    inspected,
    sql`
      select
        identifier, ${name('value')}, met_identifier, met_count, refused_count, row_count,
        ${name(entity.idColumn)} as id
      from ${entityTable(inspected, entity, 'identity_suspects')}
      order by place
      limit ${SUSPECTS}
    `,
  )
  return rows.map((row) => ({
    identifier: String(row.identifier),
    value: String(row.value),
    met_identifier: String(row.met_identifier),
    met: numberOf(row, 'met_count'),
    refused: numberOf(row, 'refused_count'),
    rows: numberOf(row, 'row_count'),
    customer_id: String(row.id),
  }))
}
