import type { Step } from '../../program/program.js'
import type { Scope } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { allOf, anyOf, list, name, type Sql, sql, whereAll } from '../../sql/fragment.js'
import { from, type Relation, relation } from '../../sql/relation.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { latestRows } from '../../staging/placement.js'
import { identifiersBefore } from '../affected/affected.js'
import { type IdentityInput, rowsOf, type SourceAbout } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { recordSources, recordsMet } from './overlaps.js'

/**
 * `origins`: whose the members were of components that take no bidder, records among them: such a component is a split of
 * each of these ids. On a first run nobody was anybody's.
 */
export function originSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const unclaimed = sql`
    select ${name('m', 'node')}, ${name('m', 'component')}
    from ${from(t.members)} as ${name('m')}
    where exists (select 1 from ${from(identifiersBefore(scope, input.entity.name))})
      and ${name('m', 'component')} not in (
        select ${name('component')}
        from ${from(t.bids)}
        where ${name('preference')} = 1 and ${name('place')} = 1
      )
  `
  return [
    ...createTable(scope, 'Components that take no bidder.', t.unclaimed, unclaimed),
    ...createTable(scope, 'Whose their members were.', t.origins, origins(scope, input)),
  ]
}

function origins(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  const isUnclaimed = (component: Sql) =>
    sql`${component} in (select ${name('component')} from ${from(t.unclaimed)})`
  // A row that holds an identifier of theirs may belong to somebody whom changes do not reach.
  const wereAffected = sql`select ${name('customer_id')} from ${from(identifiersBefore(scope, input.entity.name))}`
  const sources = recordSources(input)
  const named = sources.map(
    (item, i) => sql`${from(unclaimedRows(i))} as (
      ${rowsWithUnclaimed(scope, input, item)}
    )`,
  )
  const byRecord = sources.map((item, i) =>
    recordsMet(scope, input, item, unclaimedRows(i), (component) =>
      whereAll([isUnclaimed(component), sql`${name('p', 'customer_id')} in (${wereAffected})`]),
    ),
  )
  const byBid = sql`
    select ${name('customer_id')}, ${name('component')}
    from ${from(t.bids)}
    where ${isUnclaimed(name('component'))}
  `
  return sql`
    ${named.length === 0 ? sql`` : sql`with ${list(named)}`}
    ${list([byBid, ...byRecord], '\nunion distinct\n')}
  `
}

/** Rows that hold a node of such a component, found before they are placed: they are few. */
const unclaimedRows = (place: number): Relation => relation(`rows_${place + 1}`)

function rowsWithUnclaimed(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): Sql {
  const { unclaimed } = scratchOf(scope, input.entity.name)
  const isUnclaimed = nodeColumns(input.entity, about).map(
    (c) => sql`${name('r', c.column)} in (select ${name('node')} from ${from(unclaimed)})`,
  )
  return sql`
    select ${name('r')}.*
    from ${from(rowsOf(scope, input, source))} as ${name('r')}
    where ${allOf([...latestRows(source), anyOf(isUnclaimed)])}
  `
}
