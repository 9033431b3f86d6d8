/**
 * Ids are minted once and then kept by rule. Each living id bids once, for the component that holds most of its members,
 * compared type by type from the strongest; a component takes its oldest bidder, the other bidders are merged into it;
 * a component without a bidder is minted an id. A split is a component whose members had ids that bid elsewhere.
 */
import { isEventSource } from '../../language/source.js'
import { typesByStrength } from '../../program/context.js'
import type { Step } from '../../program/program.js'
import { createTable, noRows, published, type Scope, state, statement } from '../../program/scope.js'
import { as, joined, lines, list, name, type Sql, sql, unionAll, whereAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { recordsTable } from '../../staging/customer-tables.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { identifiersBefore } from '../affected/affected.js'
import { type IdentityInput, idsState, integer, rowsOf, text } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'

const held = (strength: number) => `held_${strength}`
const RECORDS_HELD = 'held_records'

/** Where each living id belongs: what it holds of components, and which of them it prefers. Its result: `bids`. */
export function bidSteps(scope: Scope, input: IdentityInput): Step[] {
  return [...overlapSteps(scope, input), ...choiceSteps(scope, input), ...preferenceSteps(scope, input)]
}

/**
 * How many members of each type each living id has in each component. Records are its weakest members: they are counted
 * for the few ids that identifiers leave undecided, those that are found nowhere or in several components.
 */
function overlapSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const before = identifiersBefore(scope, input.entity.name)
  const types = typesByStrength(input.entity).map((_, strength) => strength)
  const byIdentifier = sql`
    select
      ${lines([
        name('p', 'customer_id'),
        name('m', 'component'),
        ...types.map((i) => as(sql`count(*) filter (where ${name('m', 'strength')} = ${i})`, held(i))),
        as(sql`0`, RECORDS_HELD),
      ])}
    from ${from(before)} as ${name('p')}
    join ${from(t.members)} as ${name('m')} on ${name('m', 'node')} = ${name('p', 'node')}
    group by ${name('p', 'customer_id')}, ${name('m', 'component')}
  `
  const undecided = sql`
    select ${name('customer_id')}
    from (select distinct ${name('customer_id')} from ${from(before)}) as ${name('p')}
    where ${name('customer_id')} not in (select ${name('customer_id')} from ${from(t.overlaps)})
    union all
    select ${name('customer_id')}
    from ${from(t.overlaps)}
    group by ${name('customer_id')}
    having count(*) > 1
  `
  const byRecord = sql`
    insert into ${from(t.overlaps)} (${list(['customer_id', 'component', ...types.map(held), RECORDS_HELD].map((c) => name(c)))})
    select
      ${lines([name('customer_id'), name('component'), ...types.map((i) => as(sql`0`, held(i))), as(sql`count(*)`, RECORDS_HELD)])}
    from (
      ${recordsMet(scope, input)}
    ) as ${name('met')}
    where ${name('component')} is not null
    group by ${name('customer_id')}, ${name('component')}
  `
  return [
    ...createTable(scope, 'What each living id holds of each component, by type.', t.overlaps, byIdentifier),
    ...createTable(scope, 'Ids that identifiers alone leave undecided.', t.undecided, undecided),
    statement(scope, 'Of these the records count too.', byRecord),
  ]
}

/** Records of undecided ids, as they were placed by the last run, with the component that they are in now. */
function recordsMet(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  const { entity } = input
  const before = from(published(scope, recordsTable(entity.name)))
  const selects = input.sources
    .filter(({ source, about }) => !isEventSource(source) && nodeColumns(entity, about).length > 0)
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about, {
        rows: rowsOf(scope, input, source),
        identifiers: t.members,
        owner: 'component',
      })
      return sql`
        select
          ${name('p', 'customer_id')},
          ${as(placed.customerId, 'component')}
        from ${joined(placed.from, [
          sql`join ${before} as ${name('p')} on ${name('p', 'source')} = ${source.name} and ${name('p', 'record_key')} = ${name('r', 'record_key')}`,
          sql`join ${from(t.undecided)} as ${name('u')} on ${name('u', 'customer_id')} = ${name('p', 'customer_id')}`,
          ...whereAll(latestRows(source)),
        ])}
      `
    })
  const none = noRows(scope, [
    { name: 'customer_id', type: text },
    { name: 'component', type: integer },
  ])
  return selects.length === 0 ? none : unionAll(selects)
}

/** Components that share an id with another one: the only ones whose size and age must be compared. */
function choiceSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const select = sql`
    with ${name('components')} as (
      select distinct ${name('o', 'component')}
      from ${from(t.undecided)} as ${name('u')}
      join ${from(t.overlaps)} as ${name('o')} on ${name('o', 'customer_id')} = ${name('u', 'customer_id')}
    ), ${name('aged')} as (
      select
        ${name('m', 'component')},
        ${name('m', 'node')},
        row_number() over (
          partition by ${name('m', 'component')}
          order by ${name('m', 'first_seen_at')} asc nulls last, ${name('n', 'strength')}, ${name('n', 'value')}
        ) as ${name('place')},
        ${name('m', 'first_seen_at')},
        ${name('n', 'strength')},
        ${name('n', 'value')}
      from ${name('components')} as ${name('c')}
      join ${from(t.members)} as ${name('m')} on ${name('m', 'component')} = ${name('c', 'component')}
      join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('m', 'node')}
    )
    select
      ${name('component')},
      row_number() over (
        order by ${name('first_seen_at')} asc nulls last, ${name('strength')}, ${name('value')}
      ) as ${name('age')}
    from ${name('aged')}
    where ${name('place')} = 1
  `
  return createTable(
    scope,
    'Components among which an id must choose, the earliest seen first.',
    t.choices,
    select,
  )
}

function preferenceSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const members = [...typesByStrength(input.entity).map((_, strength) => held(strength)), RECORDS_HELD]
  const select = sql`
    with ${name('overlaps')} as (
      select
        ${lines([name('customer_id'), name('component'), ...members.map((c) => as(sql`sum(${name(c)})`, c))])}
      from ${from(t.overlaps)}
      group by ${name('customer_id')}, ${name('component')}
    ), ${name('preferences')} as (
      select
        ${name('o', 'customer_id')},
        ${name('o', 'component')},
        row_number() over (
          partition by ${name('o', 'customer_id')}
          order by ${list(members.map((c) => sql`${name('o', c)} desc`))}, ${name('c', 'age')}
        ) as ${name('preference')}
      from ${name('overlaps')} as ${name('o')}
      left join ${from(t.choices)} as ${name('c')} on ${name('c', 'component')} = ${name('o', 'component')}
    )
    select
      ${name('p', 'customer_id')},
      ${name('p', 'component')},
      ${name('p', 'preference')},
      row_number() over (
        partition by ${name('p', 'component')}, ${name('p', 'preference')}
        order by
          ${name('i', 'minted_at')},
          ${name('i', 'anchor_first_seen_at')} asc nulls last,
          ${name('p', 'customer_id')}
      ) as ${name('place')}
    from ${name('preferences')} as ${name('p')}
    join ${from(state(scope, idsState(input.entity.name)))} as ${name('i')} on ${name('i', 'customer_id')} = ${name('p', 'customer_id')}
  `
  return createTable(
    scope,
    'The components of each living id in its order of preference: preference 1 is its bid, place 1 wins.',
    t.bids,
    select,
  )
}
