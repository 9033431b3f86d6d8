import type { Declaration } from '../language/declaration.js'
import type { Entity } from '../language/entity.js'
import { at } from '../language/origin.js'
import type { Claim } from './claim.js'
import type { Declarations } from './declarations.js'
import type { Findings } from './findings.js'
import { BUILT_IN_COLUMNS } from './profile-names.js'
import { internalTables, publicTables, referableTables, reservedNames } from './table-names.js'

/**
 * Two things of one name (CDP3002): columns of a wide table, tables of a schema, meanings of a `ref`. Names within a
 * section are the parser's.
 */
export function checkDuplicates(findings: Findings, declarations: Declarations): void {
  const said = new Set<string>()
  const check = (claims: readonly Claim[], what: (name: string) => string): void => {
    for (const [first, second] of clashes(claims)) {
      const key = `${second.origin?.file} ${second.origin?.path.join(' ')}`
      if (!said.has(key)) say(findings, first, second, what(second.name))
      said.add(key)
    }
  }
  for (const entity of declarations.entities.values()) {
    const table = `${entity.name}_profiles`
    check(columns(declarations, entity), (name) => `${table} would have two columns "${name}"`)
    check(identifierNames(entity), (name) => `${entity.name} would have two identifiers "${name}"`)
  }
  check(publicTables(declarations), (name) => `there would be two tables "${name}"`)
  check(referableTables(declarations), (name) => `{{ref "${name}"}} would mean two things`)
  check(internalTables(declarations), (name) => `there would be two internal tables "${name}"`)
}

/** Names that cdp keeps for tables of its own. */
export function checkReserved(findings: Findings, declarations: Declarations): void {
  for (const { name, origin } of reservedNames(declarations)) {
    if (!origin) continue
    findings.error('CDP2005', origin, `${JSON.stringify(name)} is a name of cdp's own`, {
      expected:
        'models that do not begin with cdp_, and no name that ends in __next, __scratch, __sync or __view',
    })
  }
}

/** Pairs of one name, the one that has a place second; what cdp makes itself has none. */
function clashes(claims: readonly Claim[]): readonly (readonly [Claim, Claim])[] {
  const taken = new Map<string, Claim>()
  const pairs: (readonly [Claim, Claim])[] = []
  for (const claim of claims) {
    const first = taken.get(claim.name)
    if (!first) taken.set(claim.name, claim)
    else if (claim.origin) pairs.push([first, claim])
    else if (first.origin) pairs.push([claim, first])
  }
  return pairs
}

function say(findings: Findings, first: Claim, second: Claim, message: string): void {
  if (!second.origin) return
  findings.error('CDP3002', second.origin, `${message}: ${second.by} and ${first.by}`, {
    hint: first.remedy ?? (first.origin ? 'rename one of them' : 'choose another name'),
    related: first.origin ? [{ place: first.origin, message: first.by }] : [],
  })
}

/** What ids are called in internal tables, whatever the entity. */
const ID_WITHIN = 'customer_id'

/** In the order of the wide table. */
function columns(declarations: Declarations, entity: Entity): readonly Claim[] {
  return [
    {
      name: entity.idColumn,
      by: `the id of ${entity.name}`,
      origin: at(entity.origin, 'id_column'),
      remedy: 'rename it, or name the id by "id_column" of the entity',
    },
    ...(entity.idColumn === ID_WITHIN
      ? []
      : [{ name: ID_WITHIN, by: 'the column of ids in internal tables' }]),
    ...BUILT_IN_COLUMNS.map((name) => ({ name, by: 'the column that every profile has' })),
    { name: 'entered_at', by: 'the column that views of segments add' },
    ...claimsOf('the identifier type', entity.identifiers),
    ...claimsOf('the attribute', entity.attributes),
    ...claimsOf('the trait', declarations.traitsOf(entity.name)),
  ]
}

/** Identifier types and match rules name rows of one table. */
function identifierNames(entity: Entity): readonly Claim[] {
  return [
    ...claimsOf('the identifier type', entity.identifiers),
    ...claimsOf('the match rule', [...entity.match, ...entity.proposals]),
  ]
}

function claimsOf(by: string, items: readonly Pick<Declaration, 'name' | 'origin'>[]): readonly Claim[] {
  return items.map(({ name, origin }) => ({ name, by, origin: at(origin, 'name') }))
}
