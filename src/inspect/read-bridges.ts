import type { Row } from '../engines/connection.js'
import { heldEdgesTable, largestProfilesTable } from '../identity/graph-tables.js'
import type { Entity } from '../language/entity.js'
import { typesByStrength } from '../program/context.js'
import { published } from '../program/scope.js'
import { list, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { type Bridge, bridgesOf } from './bridges.js'
import type { IdentityHealth, NamedValue, ProfileBridge } from './health.js'
import { ask, type Inspected } from './inspected.js'
import { shownTime } from './shown-value.js'

/** How many bridges are told. */
const BRIDGES = 10
/** With no more identifiers a customer is no candidate for being several. */
const SMALL = 10
/** What splits off less is no customer of its own. */
const SMALLEST = 2
/** A customer with more links is not read into memory: what is wrong with it, the suspects tell. */
const MOST_LINKS = 200_000

/** A bridge with the row of its link. */
interface Found extends Bridge {
  readonly customerId: string
  readonly row: Row
}

/** The bridges of the largest customers, one customer after the other. */
export async function readBridges(
  inspected: Inspected,
  entity: Entity,
): Promise<Pick<IdentityHealth, 'bridges' | 'too_large'>> {
  const edges = from(published(inspected.scope, heldEdgesTable(entity.name)))
  const largest = from(published(inspected.scope, largestProfilesTable(entity.name)))
  const isLargest = sql`customer_id in (select customer_id from ${largest} where identifier_count > ${SMALL})`
  const customers = await ask(
    inspected,
    sql`select customer_id, count(*) as links from ${edges} where ${isLargest} group by customer_id order by links desc, customer_id`,
  )
  let best: readonly Found[] = []
  const tooLarge: { customer_id: string; links: number }[] = []
  for (const { customer_id: customerId, links } of customers) {
    const id = String(customerId)
    if (Number(links) > MOST_LINKS) {
      tooLarge.push({ customer_id: id, links: Number(links) })
      continue
    }
    const rows = await ask(
      inspected,
      sql`
        select u, v, row_count, first_seen_at
        from ${edges}
        where customer_id = ${id}
        order by u, v
      `,
    )
    best = [...best, ...foundIn(id, rows)].sort(greatestFirst).slice(0, BRIDGES)
  }
  return { bridges: await named(inspected, entity, best), too_large: tooLarge }
}

function foundIn(customerId: string, rows: readonly Row[]): readonly Found[] {
  const numbers = new Map<string, number>()
  const numberOf = (node: string): number => {
    const known = numbers.get(node)
    if (known !== undefined) return known
    numbers.set(node, numbers.size)
    return numbers.size - 1
  }
  const links = rows.map(({ u, v }) => [numberOf(String(u)), numberOf(String(v))] as const)
  return bridgesOf(numbers.size, links)
    .filter(({ smaller }) => smaller >= SMALLEST)
    .map((bridge) => ({ ...bridge, customerId, row: rows[bridge.link] as Row }))
    .sort(greatestFirst)
    .slice(0, BRIDGES)
}

/** The more it splits off, then the less speaks for it. */
function greatestFirst(a: Found, b: Found): number {
  if (a.smaller !== b.smaller) return b.smaller - a.smaller
  const [left, right] = [Number(a.row.row_count), Number(b.row.row_count)]
  if (left !== right) return left - right
  const key = ({ row }: Found): string => `${row.u} ${row.v}`
  return key(a) < key(b) ? -1 : 1
}

/** With the values of their ends, the stronger one first. */
async function named(
  inspected: Inspected,
  entity: Entity,
  found: readonly Found[],
): Promise<readonly ProfileBridge[]> {
  if (found.length === 0) return []
  const nodes = [...new Set(found.flatMap(({ row }) => [String(row.u), String(row.v)]))]
  const rows = await ask(
    inspected,
    sql`
      select node, strength, ${name('value')}
      from ${from(published(inspected.scope, identifiersTable(entity.name)))}
      where node in (${list(nodes.map((node) => sql`${BigInt(node)}`))})
    `,
  )
  const types = typesByStrength(entity)
  const ends = new Map(rows.map((row) => [String(row.node), row]))
  const place = (node: string): number => Number(ends.get(node)?.strength ?? types.length)
  const value = (node: string): NamedValue => ({
    identifier: types[place(node)] ?? '',
    value: String(ends.get(node)?.value ?? ''),
  })
  return found.map(({ customerId, row, smaller, larger }) => {
    const [first = '', second = ''] = [String(row.u), String(row.v)].sort((a, b) => place(a) - place(b))
    return {
      customer_id: customerId,
      ends: [value(first), value(second)],
      smaller,
      larger,
      rows: Number(row.row_count),
      first_seen_at: shownTime(row.first_seen_at),
    }
  })
}
