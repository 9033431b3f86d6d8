import { hasOverrides } from '../../identity/decided.js'
import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { writtenOverrides } from '../../identity/overrides.js'
import { typesByStrength } from '../../program/context.js'
import { published } from '../../program/scope.js'
import { list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { stateLiteral } from '../../state/store.js'
import { ask, type Inspected } from '../inspected.js'
import { pairKey, valueKey } from './batch.js'
import type { Found } from './check-graph.js'
import { readRefusedOf } from './read-refused.js'

/** A link that a person made, which held when the tables were made. */
export type HeldLink = readonly [LinkEnd, LinkEnd]

export interface LinkEnd {
  readonly type: string
  readonly value: string
}

const keyOf = ({ type, value }: LinkEnd): string => valueKey(type, value)

export async function heldLinks(
  inspected: Inspected,
  input: IdentityInput,
  asOf: string,
): Promise<readonly HeldLink[]> {
  if (!hasOverrides(input, 'link')) return []
  const rows = await ask(
    inspected,
    sql`
      select strength, ${name('value')}, other_strength, other_value
      from (
        ${writtenOverrides(inspected.scope, input, stateLiteral({ moment: asOf }))}
      ) as ${name('written')}
      where kind = 'link' and holds and ${name('value')} is not null and other_value is not null
    `,
  )
  const types = typesByStrength(input.entity)
  const end = (strength: unknown, value: unknown): LinkEnd => ({
    type: types[Number(strength)] ?? '',
    value: String(value),
  })
  return rows.map((row) => [end(row.strength, row.value), end(row.other_strength, row.other_value)])
}

/** Both ends are one customer's, unless the link is listed as refused or one end is blocked. With partitions there may be several. */
export async function checkLinks(
  inspected: Inspected,
  { entity }: IdentityInput,
  links: readonly HeldLink[],
): Promise<readonly Found[]> {
  if (links.length === 0 || entity.partition !== undefined) return []
  const { scope } = inspected
  const values = list([...new Set(links.flat().map(({ value }) => value))].map((value) => sql`${value}`))
  const owners = new Map(
    (
      await ask(
        inspected,
        sql`
          select identifier, ${name('value')}, customer_id
          from ${from(published(scope, identifiersTable(entity.name)))}
          where ${name('value')} in (${values})
        `,
      )
    ).map((row) => [valueKey(String(row.identifier), String(row.value)), String(row.customer_id)]),
  )
  const aside = await ask(
    inspected,
    sql`
      select identifier, ${name('value')}, rule
      from ${from(published(scope, sharedValuesTable(entity.name)))}
      where ${name('value')} in (${values})
    `,
  )
  const withRule = (rule: string) =>
    new Set(
      aside
        .filter((row) => row.rule === rule)
        .map((row) => valueKey(String(row.identifier), String(row.value))),
    )
  const [blocked, shared] = [withRule('block'), withRule('shared_above')]
  const refused = await readRefusedOf(inspected, entity, values)
  const isSeen = (end: LinkEnd): boolean => owners.has(keyOf(end)) || shared.has(keyOf(end))
  return links
    .filter((link) => link.every((end) => isSeen(end) && !blocked.has(keyOf(end))))
    .filter(([a, b]) => !refused.has(pairKey(keyOf(a), keyOf(b))))
    .flatMap(([a, b]): Found[] => {
      const [here, there] = [owners.get(keyOf(a)), owners.get(keyOf(b))]
      if (here !== undefined && here === there) return []
      return [
        {
          kind: 'linked_apart',
          customer_id: here ?? there ?? null,
          about: [a, b].map(({ type, value }) => ({ name: type, value })),
          published: `${here ?? 'nobody'} and ${there ?? 'nobody'}`,
          expected: 'one customer: an override links them',
          row: null,
        },
      ]
    })
}
