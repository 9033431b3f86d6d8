/**
 * Ids are minted once and then kept by rule. Each living id bids once, for the component that holds most of its members,
 * compared type by type from the strongest; a component takes its oldest bidder, the other bidders are merged into it;
 * a component without a bidder is minted an id. A split is a component whose members had ids that bid elsewhere.
 *
 * A new id is the entity's first letter, `_`, and 20 hex digits of md5 over entity, partition, anchor type, anchor value
 * and generation, each with its length before it. The anchor is the strongest, then first seen, then least member; the
 * generation counts the ids already minted for that anchor, so that no id is ever used twice.
 */

import { isEventSource } from '../language/source.js'
import { typesByStrength } from '../program/context.js'
import type { StatementStep, Step } from '../program/program.js'
import {
  asOf,
  cast,
  createTable,
  next,
  noRows,
  nullOf,
  published,
  runId,
  type Scope,
  state,
  statement,
} from '../program/scope.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { identifiersTable, latestRows, nodeColumns, placedRows, recordsTable } from '../staging/placement.js'
import { retirement } from './aliases.js'
import {
  changesShape,
  changesState,
  type IdentityInput,
  idChangesTable,
  identifiersShape,
  idsShape,
  idsState,
  integer,
  recordsShape,
  rowsOf,
  rulesShape,
  rulesState,
  scratchOf,
  text,
} from './graph-tables.js'

/** Kept state must exist, empty on a first run, so that one program serves first and later runs. */
export function keptStateTables(scope: Scope, input: IdentityInput): StatementStep[] {
  const { statements } = scope.dialect
  const entity = input.entity.name
  const title = 'Kept state: made on the first run, never dropped.'
  return [
    statement(
      scope,
      title,
      statements.createEmptyTable(published(scope, identifiersTable(entity)), identifiersShape),
    ),
    statement(
      scope,
      title,
      statements.createEmptyTable(published(scope, recordsTable(entity)), recordsShape),
    ),
    statement(scope, title, statements.createEmptyTable(state(scope, idsState(entity)), idsShape)),
    statement(scope, title, statements.createEmptyTable(state(scope, changesState(entity)), changesShape)),
    statement(scope, title, statements.createEmptyTable(state(scope, rulesState(entity)), rulesShape)),
  ]
}

export function idSteps(scope: Scope, input: IdentityInput): Step[] {
  return [
    ...overlapSteps(scope, input),
    ...contestedSteps(scope, input),
    ...bidSteps(scope, input),
    ...mintSteps(scope, input),
  ]
}

const held = (strength: number) => `held_${strength}`
const RECORDS_HELD = 'held_records'

/**
 * How many members of each type each living id has in each component. Records are its weakest members: they are counted
 * for the few ids that identifiers leave undecided, those that are found nowhere or in several components.
 */
function overlapSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const before = published(scope, identifiersTable(input.entity.name))
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
  const selects = input.sources
    .filter(({ source, about }) => !isEventSource(source) && nodeColumns(entity, about).length > 0)
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about, {
        rows: rowsOf(scope, source),
        identifiers: t.members,
        owner: 'component',
      })
      return sql`
        select
          ${name('p', 'customer_id')},
          ${as(placed.customerId, 'component')}
        from ${placed.from}
        join ${from(published(scope, recordsTable(entity.name)))} as ${name('p')}
          on ${name('p', 'source')} = ${source.name} and ${name('p', 'record_key')} = ${name('r', 'record_key')}
        join ${from(t.undecided)} as ${name('u')} on ${name('u', 'customer_id')} = ${name('p', 'customer_id')}
        where ${latestRows(source)}
      `
    })
  const none = noRows(scope, [
    { name: 'customer_id', type: text },
    { name: 'component', type: integer },
  ])
  return selects.length === 0 ? none : unionAll(selects)
}

/** Components that share an id with another one: the only ones whose size and age must be compared. */
function contestedSteps(scope: Scope, input: IdentityInput): Step[] {
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
    t.contested,
    select,
  )
}

function bidSteps(scope: Scope, input: IdentityInput): Step[] {
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
      left join ${from(t.contested)} as ${name('c')} on ${name('c', 'component')} = ${name('o', 'component')}
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

function mintSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const { name: entity } = input.entity
  const types = typesByStrength(input.entity)
  const typeName = sql`case ${name('n', 'strength')} ${list(
    types.map((type, strength) => sql`when ${strength} then ${type}`),
    ' ',
  )} end`
  const generation = sql`coalesce(${name('g', 'generation')}, 0)`
  const anchors = sql`
    with ${name('taken')} as (
      select ${name('component')}
      from ${from(t.bids)}
      where ${name('preference')} = 1 and ${name('place')} = 1
    ), ${name('candidates')} as (
      select ${name('m', 'component')}, ${name('m', 'node')}, ${name('m', 'strength')}, ${name('m', 'first_seen_at')}
      from ${from(t.members)} as ${name('m')}
      where not exists (select 1 from ${name('taken')} as ${name('k')} where ${name('k', 'component')} = ${name('m', 'component')})
    ), ${name('strongest')} as (
      select ${name('component')}, min(${name('strength')}) as ${name('strength')}
      from ${name('candidates')}
      group by ${name('component')}
    ), ${name('earliest')} as (
      select ${name('c', 'component')}, ${name('c', 'strength')}, min(${name('c', 'first_seen_at')}) as ${name('first_seen_at')}
      from ${name('candidates')} as ${name('c')}
      join ${name('strongest')} as ${name('s')} on ${name('s', 'component')} = ${name('c', 'component')} and ${name('s', 'strength')} = ${name('c', 'strength')}
      group by ${name('c', 'component')}, ${name('c', 'strength')}
    ), ${name('anchors')} as (
      select
        ${name('c', 'component')},
        min(${typeName}) as ${name('identifier')},
        min(coalesce(${name('n', 'partition')}, '')) as ${name('partition')},
        min(${name('n', 'value')}) as ${name('value')},
        min(${name('c', 'first_seen_at')}) as ${name('first_seen_at')}
      from ${name('candidates')} as ${name('c')}
      join ${name('earliest')} as ${name('e')} on ${name('e', 'component')} = ${name('c', 'component')} and ${name('e', 'strength')} = ${name('c', 'strength')}
      join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('c', 'node')}
      where (${name('e', 'first_seen_at')} is null or ${name('c', 'first_seen_at')} = ${name('e', 'first_seen_at')})
      group by ${name('c', 'component')}
    ), ${name('generations')} as (
      select
        ${name('anchor_partition')},
        ${name('anchor_identifier')},
        ${name('anchor_value')},
        count(*) as ${name('generation')}
      from ${from(state(scope, idsState(entity)))}
      group by ${name('anchor_partition')}, ${name('anchor_identifier')}, ${name('anchor_value')}
    )
    select
      ${name('a', 'component')},
      ${mintedId(scope, entity, [
        sql`${entity}`,
        name('a', 'partition'),
        name('a', 'identifier'),
        name('a', 'value'),
        cast(scope, generation, 'string'),
      ])} as ${name('customer_id')},
      ${name('a', 'partition')} as ${name('anchor_partition')},
      ${name('a', 'identifier')} as ${name('anchor_identifier')},
      ${name('a', 'value')} as ${name('anchor_value')},
      ${generation} as ${name('generation')},
      ${name('a', 'first_seen_at')} as ${name('anchor_first_seen_at')},
      exists (
        select 1
        from ${from(t.bids)} as ${name('b')}
        where ${name('b', 'component')} = ${name('a', 'component')}
      ) as ${name('is_split')}
    from ${name('anchors')} as ${name('a')}
    left join ${name('generations')} as ${name('g')}
      on ${name('g', 'anchor_partition')} = ${name('a', 'partition')}
      and ${name('g', 'anchor_identifier')} = ${name('a', 'identifier')}
      and ${name('g', 'anchor_value')} = ${name('a', 'value')}
  `
  const assigned = sql`
    select ${name('component')}, ${name('customer_id')}
    from ${from(t.bids)}
    where ${name('preference')} = 1 and ${name('place')} = 1
    union all
    select ${name('component')}, ${name('customer_id')}
    from ${from(t.minted)}
  `
  return [
    ...createTable(scope, 'New ids for components that no living id bid for.', t.minted, anchors),
    ...createTable(scope, 'The id of every component.', t.assigned, assigned),
  ]
}

function mintedId(scope: Scope, entity: string, parts: readonly Sql[]): Sql {
  const prefixed = parts.map((part) => sql`${cast(scope, sql`length(${part})`, 'string')} || ':' || ${part}`)
  return sql`${`${entity.slice(0, 1)}_`} || substr(${scope.dialect.functions.md5(list(prefixed, ' || '))}, 1, 20)`
}

/** What happened to ids that were there, one row an event; those that are merely new are told by `minted`. */
export function idChangeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const nothing = nullOf(scope, 'string')
  const row = (kind: string, id: Sql, previous: Sql, identifier: Sql, value: Sql) => sql`
    select
      ${kind} as ${name('kind')},
      ${id} as ${name('customer_id')},
      ${previous} as ${name('previous_id')},
      ${identifier} as ${name('identifier')},
      ${value} as ${name('value')}
  `
  const origin = sql`
    (
      select distinct ${name('component')}, ${name('customer_id')}
      from ${from(t.bids)}
    )
  `
  const select = sql`
    ${row('split', name('m', 'customer_id'), name('o', 'customer_id'), name('m', 'anchor_identifier'), name('m', 'anchor_value'))}
    from ${from(t.minted)} as ${name('m')}
    join ${origin} as ${name('o')} on ${name('o', 'component')} = ${name('m', 'component')}
    union all
    ${row('merged', name('w', 'customer_id'), name('b', 'customer_id'), nothing, nothing)}
    from ${from(t.bids)} as ${name('b')}
    join ${from(t.bids)} as ${name('w')}
      on ${name('w', 'component')} = ${name('b', 'component')} and ${name('w', 'preference')} = 1 and ${name('w', 'place')} = 1
    where ${name('b', 'preference')} = 1 and ${name('b', 'place')} > 1
    union all
    ${row('retired', name('p', 'customer_id'), nothing, nothing, nothing)}
    from (
      select distinct ${name('customer_id')}
      from ${from(published(scope, identifiersTable(input.entity.name)))}
    ) as ${name('p')}
    where not exists (select 1 from ${from(t.bids)} as ${name('b')} where ${name('b', 'customer_id')} = ${name('p', 'customer_id')})
  `
  const table = next(scope, idChangesTable(input.entity.name))
  return createTable(
    scope,
    'What this run did to ids that were there: merged, split, retired.',
    table,
    select,
  )
}

/** In the publishing transaction: the registry of ids and the log of their changes. */
export function keptStateChanges(scope: Scope, input: IdentityInput): StatementStep[] {
  const t = scratchOf(scope, input.entity.name)
  const entity = input.entity.name
  const ids = from(state(scope, idsState(entity)))
  const columns = (shape: typeof idsShape) => list(shape.map((c) => name(c.name)))
  return [
    retirement(scope, input),
    statement(
      scope,
      'New ids enter the registry.',
      sql`
        insert into ${ids} (${columns(idsShape)})
        select
          ${name('customer_id')}, ${name('anchor_partition')}, ${name('anchor_identifier')}, ${name('anchor_value')},
          ${name('generation')}, ${name('anchor_first_seen_at')}, ${runId}, ${asOf}, null, null, null
        from ${from(t.minted)}
      `,
    ),
    statement(
      scope,
      'The log of id changes grows.',
      sql`
        insert into ${from(state(scope, changesState(entity)))} (${columns(changesShape)})
        select
          ${lines([runId, asOf, ...['kind', 'customer_id', 'previous_id', 'reason', 'identifier', 'value', 'source', 'record_key'].map((c) => name(c))])}
        from ${from(t.explained)}
        union all
        select
          ${lines([runId, asOf, sql`'created'`, name('customer_id'), sql`null`, reasonOf(scope, input), name('anchor_identifier'), name('anchor_value'), sql`null`, sql`null`])}
        from ${from(t.minted)}
        where not ${name('is_split')}
      `,
    ),
    ...rulesOfThisRun(scope, input),
  ]
}

/** Changes with their reason and cause: `override` where a person made the link, `rule` where declarations changed, else `data`. */
export function explainedChangeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const types = typesByStrength(input.entity)
  const cause = sql`case ${name('k', 'strength')} ${list(
    types.map((type, strength) => sql`when ${strength} then ${type}`),
    ' ',
  )} end`
  const select = sql`
    select
      ${lines([
        name('c', 'kind'),
        name('c', 'customer_id'),
        name('c', 'previous_id'),
        as(
          sql`case when ${name('k', 'link')} is not null then 'override' else ${reasonOf(scope, input)} end`,
          'reason',
        ),
        as(sql`coalesce(${name('c', 'identifier')}, ${cause})`, 'identifier'),
        as(sql`coalesce(${name('c', 'value')}, ${name('k', 'value')})`, 'value'),
        name('k', 'source'),
        name('k', 'record_key'),
      ])}
    from ${from(next(scope, idChangesTable(entity)))} as ${name('c')}
    left join ${from(t.causes)} as ${name('k')} on ${name('k', 'previous_id')} = ${name('c', 'previous_id')} and ${name('c', 'kind')} = 'merged'
  `
  return createTable(scope, 'Why ids changed.', t.explained, select)
}

/** `rule` where the last run resolved by other declarations, else `data`. */
function reasonOf(scope: Scope, input: IdentityInput): Sql {
  const rules = from(state(scope, rulesState(input.entity.name)))
  const changed = sql`exists (select 1 from ${rules} where ${name('fingerprint')} <> ${input.fingerprint})`
  return sql`case when ${changed} then 'rule' else 'data' end`
}

/** The declarations that this run resolved identities by. */
function rulesOfThisRun(scope: Scope, input: IdentityInput): StatementStep[] {
  const rules = from(state(scope, rulesState(input.entity.name)))
  return [
    statement(scope, 'The rules of the last run are forgotten …', sql`delete from ${rules}`),
    statement(
      scope,
      '… and those of this one kept.',
      sql`insert into ${rules} (${name('fingerprint')}) select ${input.fingerprint}`,
    ),
  ]
}
