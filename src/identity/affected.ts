import { hasOverrides, isDecided } from './decided.js'
/**
 * What changes reach, in an incremental run: the identifiers of rows that changed, or that time has passed over; the customers
 * who hold one of them, or from whom a link to one was refused; all identifiers of these customers; and all rows with one of
 * them. Whoever is not among these has the rows, the links and the limits that he had, so that a full run would find him as
 * he is. The statements of the other files then work on these rows alone.
 *
 * Invariant: every identifier that may join, in every affected row of a source that joins, is affected. A row links only what
 * it holds, the links of the last run stay within its customers, and refused ones are followed until none leads further.
 */

import { isEventSource } from '../language/source.js'
import type { Step } from '../program/program.js'
import {
  choice,
  createTable,
  gate,
  next,
  published,
  runView,
  type Scope,
  scratch,
  statement,
  whole,
} from '../program/scope.js'
import {
  allOf,
  as,
  joined,
  lines,
  list,
  literal,
  name,
  type Sql,
  sql,
  unionAll,
  whereAll,
} from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { affectedRowsName, columnsAbout, customerRowsName, placingName } from '../staging/affected.js'
import {
  affectedCustomersName,
  affectedNodesName,
  affectedRecordsName,
  identifiersTable,
  recordsTable,
} from '../staging/customer-tables.js'
import { nodeColumns } from '../staging/node-columns.js'
import { latestRows, placedRows } from '../staging/placement.js'
import { changedKeys, changedName, rowsTable } from '../staging/rows.js'
import { canBeShared, combination, combinationsName, holdsAffected } from './affected-columns.js'
import { type IdentityInput, refusedEdgesTable, rowsOf, sharedNodesTable } from './graph-tables.js'
import { hasLimits, limitsOf } from './limits/limits.js'
import { foundNamed, namedBy, namedInRows } from './named.js'
import { scratchOf } from './scratch.js'
import { meetingsOf, overLimit, shareableNodes, sharedByBlock } from './sharing.js'
import { joining } from './tuples.js'

/** What time alone has changed since the last run, as compile/crossings.ts finds it. */
export interface Crossings {
  /** By source: a condition on its rows, `r`: what it says of somebody is another thing than at the time of the last run. */
  readonly rows: ReadonlyMap<string, Sql>
  /** A SELECT of `customer_id`: customers about whom that holds by what the last run said of them. */
  readonly customers?: Sql
}

type Item = IdentityInput['sources'][number]

/** Refused links lead to others, and these to others: more rounds than there are customers in any chain of them. */
const ROUND_LIMIT = 10_000

export function affectedSteps(scope: Scope, input: IdentityInput, crossings: Crossings): Step[] {
  const { name: entity } = input.entity
  return [
    choice('All rows, or those that changes since the last run reach.', {
      full: [
        ...input.sources.map(({ source, about }) =>
          view(
            scope,
            affectedRowsName(entity, source.name),
            whole(scope, rowsTable(source.name)),
            columnsAbout(input.entity, source, about),
          ),
        ),
        view(scope, beforeName(entity), published(scope, identifiersTable(entity))),
      ],
      incremental: [
        ...input.sources.flatMap((item) => touchedRows(scope, input, item, crossings)),
        gate(scope, 'Nothing to do where nothing changed.', changes(scope, input, crossings)),
        ...touchedSteps(scope, input),
        ...sharingOfTouched(scope, input),
        ...customerSteps(scope, input, crossings),
        ...nodeSteps(scope, input),
        ...input.sources.flatMap((item) => rowSteps(scope, input, item)),
        ...beforeSteps(scope, input),
      ],
    }),
  ]
}

/** How many rows have changed, and how many rows and customers time has passed over. */
function changes(scope: Scope, { entity, sources }: IdentityInput, crossings: Crossings): Sql {
  const count = (item: Sql) => sql`(select count(*) from ${item})`
  const counts = [
    ...sources.flatMap(({ source, about }) => [
      count(from(scratch(scope, changedName(source.name)))),
      ...(nodeColumns(entity, about).length === 0
        ? []
        : [count(from(scratch(scope, touchedRowsName(entity.name, source.name))))]),
    ]),
    ...(crossings.customers ? [count(sql`(${crossings.customers}) as ${name('crossed')}`)] : []),
  ]
  return sql`select ${counts.length === 0 ? sql`0` : list(counts, ' + ')} as ${name('changes')}`
}

const beforeName = (entity: string) => `before_${entity}`
const touchedName = (entity: string) => `touched_${entity}`
const flippedName = (entity: string) => `flipped_${entity}`

/** Identifiers with the customers of the last run whom this run looks at: the columns of `identifiers_<entity>`. */
export function identifiersBefore(scope: Scope, entity: string): Relation {
  return runView(scope, beforeName(entity))
}

function view(scope: Scope, viewName: string, table: Relation, columns?: readonly string[]): Step {
  const select = sql`select ${columns ? list(columns.map((column) => name(column))) : sql`*`} from ${from(table)}`
  return statement(scope, '', scope.dialect.statements.createView(runView(scope, viewName), select))
}

/** A table of this run, under the name of the view by which steps read it. */
function tableAndView(scope: Scope, title: string, viewName: string, select: Sql): Step[] {
  const table = scratch(scope, viewName)
  return [...createTable(scope, title, table, select), view(scope, viewName, table)]
}

const touchedRowsName = (entity: string, source: string) => `touched_${entity}_${source}`

/** `touched`: node, strength: of rows that are new, changed or gone, and of those that time has passed over. */
function touchedSteps(scope: Scope, input: IdentityInput): Step[] {
  const { entity } = input
  const nodes = input.sources.flatMap(({ source, about }) =>
    nodeColumns(entity, about).map(
      (c) => sql`
        select
          ${lines([as(name(c.column), 'node'), as(sql`${c.strength}`, 'strength')])}
        from ${from(scratch(scope, touchedRowsName(entity.name, source.name)))}
        where ${name(c.column)} is not null
      `,
    ),
  )
  const select = sql`
    select distinct ${name('node')}, ${name('strength')}
    from (
      ${unionAll(nodes)}
    ) as ${name('found')}
  `
  return [
    ...createTable(
      scope,
      'Identifiers of rows that changed, as they were and as they are.',
      scratch(scope, touchedName(entity.name)),
      nodes.length === 0 ? sql`select 0 as ${name('node')}, 0 as ${name('strength')} where false` : select,
    ),
    ...(isDecided(input) ? decidedSteps(scope, input) : []),
    ...(canBeShared(entity) ? combinationSteps(scope, input) : []),
  ]
}

/** The nodes of rows that changed, as they were and as they are, and of those that time has passed over. */
function touchedRows(
  scope: Scope,
  input: IdentityInput,
  { source, about }: Item,
  crossings: Crossings,
): Step[] {
  const table = rowsTable(source.name)
  const columns = nodeColumns(input.entity, about).map((c) => name('r', c.column))
  if (columns.length === 0) return []
  const crossing = crossings.rows.get(source.name)
  const rows = (relation: Relation, conditions: readonly Sql[]) => sql`
    select
      ${lines(columns)}
    from ${joined(sql`${from(relation)} as ${name('r')}`, whereAll(conditions))}
  `
  const select = unionAll([
    rows(published(scope, table), [changedKeys(source.name)(scope, 'r')]),
    rows(next(scope, table), []),
    ...(crossing ? [rows(whole(scope, table), [crossing])] : []),
  ])
  const title = `What rows of ${source.name} hold that changed, or that time has passed over.`
  return createTable(scope, title, scratch(scope, touchedRowsName(input.entity.name, source.name)), select)
}

/** What people decided on is looked at in every run. */
function decidedSteps(scope: Scope, input: IdentityInput): Step[] {
  const touched = from(scratch(scope, touchedName(input.entity.name)))
  return [
    ...namedInRows(scope, input),
    statement(
      scope,
      'Identifiers that people decided on.',
      sql`
        insert into ${touched} (${name('node')}, ${name('strength')})
        select ${name('node')}, ${name('strength')}
        from ${from(foundNamed(scope, input))}
        where ${name('node')} not in (select ${name('node')} from ${touched})
      `,
    ),
  ]
}

/** Rows that changed, by what they hold together: where all of it is shared, nothing else says which tuple changed. */
function combinationSteps(scope: Scope, input: IdentityInput): Step[] {
  const selects = joining(input).map(
    ({ source, about }) => sql`
      select ${combination(
        scope,
        nodeColumns(input.entity, about).map((c) => name(c.column)),
      )} as ${name('combination')}
      from ${from(scratch(scope, touchedRowsName(input.entity.name, source.name)))}
    `,
  )
  const select = sql`
    select distinct ${name('combination')}
    from (
      ${unionAll(selects)}
    ) as ${name('found')}
  `
  return createTable(
    scope,
    'What rows that changed hold together.',
    scratch(scope, combinationsName(input.entity.name)),
    selects.length === 0 ? sql`select 0 as ${name('combination')} where false` : select,
  )
}

/**
 * Who is shared now: of touched values counted anew, of the others as before. `flipped`: nodes that became shared, or ceased
 * to be; and those that people linked, since a shared value joins by that link, and its rows go where it goes.
 */
function sharingOfTouched(scope: Scope, input: IdentityInput): Step[] {
  if (!canBeShared(input.entity)) return []
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const touched = from(scratch(scope, touchedName(entity)))
  const asked = sql`select ${name('node')} from ${touched} where ${shareableNodes(input)}`
  const rows = (item: Item) => whole(scope, rowsTable(item.source.name))
  const blocked = namedBy(scope, input, ['block'])
  const counted = overLimit(input, (rule) => meetingsOf(input, rule, rows, { blocked, asked }))
  const kept = sql`
    select ${name('node')}, ${name('rule')}
    from ${from(published(scope, sharedNodesTable(entity)))}
    where ${name('rule')} <> 'block' and ${name('node')} not in (${asked})
  `
  const before = from(published(scope, sharedNodesTable(entity)))
  const flipped = sql`
    select ${name('t', 'node')}
    from ${touched} as ${name('t')}
    where ${name('t', 'node')} in (select ${name('node')} from ${before}) <> ${name('t', 'node')} in (select ${name('node')} from ${from(t.shared)})
    ${hasOverrides(input, 'link') ? sql`or ${name('t', 'node')} in (${namedBy(scope, input, ['link'])})` : sql``}
  `
  return [
    ...createTable(
      scope,
      'Values that join nobody: touched ones counted anew, others as before.',
      t.shared,
      unionAll([kept, ...sharedByBlock(input, blocked), ...(counted ? [counted] : [])]),
    ),
    ...createTable(
      scope,
      'Values that became shared, or ceased to be.',
      scratch(scope, flippedName(entity)),
      flipped,
    ),
    statement(
      scope,
      'Touched values that are shared as before join nobody and part nobody.',
      sql`
        delete from ${touched}
        where ${name('node')} in (select ${name('node')} from ${before})
          and ${name('node')} in (select ${name('node')} from ${from(t.shared)})
          and ${name('node')} not in (select ${name('node')} from ${from(scratch(scope, flippedName(entity)))})
      `,
    ),
    ...neighboursOfFlipped(scope, input),
  ]
}

/** What stands in a row beside a value whose links come or go is touched as well. */
function neighboursOfFlipped(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const flipped = sql`select ${name('node')} from ${from(scratch(scope, flippedName(entity)))}`
  const selects = joining(input).flatMap(({ source, about }) => {
    const columns = nodeColumns(input.entity, about)
    const holds = sql`coalesce(${list(
      columns.map((c) => sql`${name('r', c.column)} in (${flipped})`),
      ' or ',
    )}, false)`
    return columns.map(
      (c) => sql`
        select
          ${lines([as(name('r', c.column), 'node'), as(sql`${c.strength}`, 'strength')])}
        from ${from(whole(scope, rowsTable(source.name)))} as ${name('r')}
        where ${allOf([sql`${name('r', c.column)} is not null`, holds])}
      `,
    )
  })
  if (selects.length === 0) return []
  return [
    statement(
      scope,
      'What stands beside a value whose links come or go is touched too.',
      sql`
        insert into ${from(scratch(scope, touchedName(entity)))} (${name('node')}, ${name('strength')})
        select distinct ${name('node')}, ${name('strength')}
        from (
          ${unionAll(selects)}
        ) as ${name('found')}
        where ${name('node')} not in (select ${name('node')} from ${from(scratchOf(scope, entity).shared)})
      `,
    ),
  ]
}

/** `affected_customers`: who holds a touched identifier, and, by refused links, whoever may be decided anew with them. */
function customerSteps(scope: Scope, input: IdentityInput, crossings: Crossings): Step[] {
  const { name: entity } = input.entity
  const table = scratch(scope, affectedCustomersName(entity))
  const identifiers = from(published(scope, identifiersTable(entity)))
  const holders = sql`
    select ${name('i', 'customer_id')}
    from ${identifiers} as ${name('i')}
    where ${name('i', 'node')} in (select ${name('node')} from ${from(scratch(scope, touchedName(entity)))})
  `
  const select = sql`
    select distinct ${name('customer_id')}
    from (
      ${unionAll([holders, ...(crossings.customers ? [crossings.customers] : [])])}
    ) as ${name('found')}
  `
  return [
    ...createTable(scope, 'Customers whom changes reach.', table, select),
    ...(hasLimits(limitsOf(input)) ? borderSteps(scope, input) : []),
  ]
}

/** From whom a link to an affected customer was refused is decided anew with him, and so on. */
function borderSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const affected = from(scratch(scope, affectedCustomersName(entity)))
  const touched = sql`select ${name('node')} from ${from(scratch(scope, touchedName(entity)))}`
  const identifiers = from(published(scope, identifiersTable(entity)))
  const across = (here: string, there: string) => sql`
    select ${name('o', 'customer_id')}
    from ${from(published(scope, refusedEdgesTable(entity)))} as ${name('r')}
    left join ${identifiers} as ${name('i')} on ${name('i', 'node')} = ${name('r', here)}
    join ${identifiers} as ${name('o')} on ${name('o', 'node')} = ${name('r', there)}
    where (
        ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${affected})
        or ${name('r', here)} in (${touched})
      )
      and ${name('o', 'customer_id')} not in (select ${name('customer_id')} from ${affected})
  `
  const reached = unionAll([across('u', 'v'), across('v', 'u')])
  return [
    {
      kind: 'loop',
      title: 'Customers at the other end of refused links.',
      until: statement(
        scope,
        '',
        sql`
          select count(*) as ${name('customers')}
          from (
            ${reached}
          ) as ${name('reached')}
        `,
      ).sql,
      limit: ROUND_LIMIT,
      body: [
        statement(
          scope,
          'They are affected too.',
          sql`
            insert into ${affected} (${name('customer_id')})
            select distinct ${name('customer_id')}
            from (
              ${reached}
            ) as ${name('reached')}
          `,
        ),
      ],
      unwind: [],
    },
  ]
}

/** `affected_nodes`: what is touched, and all that affected customers hold. */
function nodeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const select = sql`
    select ${name('node')}
    from ${from(scratch(scope, touchedName(entity)))}
    union
    select ${name('i', 'node')}
    from ${from(published(scope, identifiersTable(entity)))} as ${name('i')}
    where ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity)))})
  `
  const title = 'Identifiers whom changes reach.'
  return createTable(scope, title, scratch(scope, affectedNodesName(entity)), select)
}

function rowSteps(scope: Scope, input: IdentityInput, { source, about }: Item): Step[] {
  const { entity } = input
  const changed = sql`${name('r', 'record_key')} in (select ${name('record_key')} from ${from(scratch(scope, changedName(source.name)))})`
  const select = sql`
    select
      ${lines(columnsAbout(entity, source, about).map((column) => name('r', column)))}
    from ${from(whole(scope, rowsTable(source.name)))} as ${name('r')}
    where ${holdsAffected(scope, entity, { source, about }, 'r')}
      or ${changed}
  `
  const title = `Rows of ${source.name} whom changes reach.`
  return tableAndView(scope, title, affectedRowsName(entity.name, source.name), select)
}

function beforeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const select = sql`
    select *
    from ${from(published(scope, identifiersTable(entity)))} as ${name('i')}
    where ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity)))})
  `
  return tableAndView(scope, 'What affected customers held.', beforeName(entity), select)
}

/**
 * After ids are assigned: by which identifiers affected rows find their customer, which of them belong to customers that this
 * run builds, and which records it places.
 */
export function placingSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const identifiers = whole(scope, identifiersTable(entity))
  return [
    choice('All identifiers, or those of affected rows.', {
      full: [
        view(scope, placingName(entity), identifiers, ['node', 'customer_id']),
        ...input.sources.map(({ source }) =>
          view(scope, customerRowsName(entity, source.name), rowsOf(scope, input, source)),
        ),
      ],
      incremental: [
        ...tableAndView(
          scope,
          'Identifiers in affected rows, with their customers.',
          placingName(entity),
          heldByAffectedRows(scope, input, identifiers),
        ),
        ...input.sources.flatMap((item) => customerRowSteps(scope, input, item)),
        ...affectedRecords(scope, input),
      ],
    }),
  ]
}

function heldByAffectedRows(scope: Scope, input: IdentityInput, identifiers: Relation): Sql {
  const nodes = input.sources.flatMap(({ source, about }) =>
    nodeColumns(input.entity, about).map(
      (c) => sql`select ${as(name(c.column), 'node')} from ${from(rowsOf(scope, input, source))}`,
    ),
  )
  const held = nodes.length === 0 ? sql`select 0 where false` : unionAll(nodes)
  return sql`
    select ${name('i', 'node')}, ${name('i', 'customer_id')}
    from ${from(identifiers)} as ${name('i')}
    where ${name('i', 'node')} in (
      ${held}
    )
  `
}

/** A row of a source that attaches may hold an affected identifier and yet belong to another, by a stronger one. */
function customerRowSteps(scope: Scope, input: IdentityInput, { source, about }: Item): Step[] {
  const { entity } = input
  const rows = rowsOf(scope, input, source)
  const viewName = customerRowsName(entity.name, source.name)
  if (source.identity === 'join') return [view(scope, viewName, rows)]
  const placed = placedRows(scope, entity, source, about, {
    rows,
    identifiers: runView(scope, placingName(entity.name)),
  })
  const own = from(scratchOf(scope, entity.name).assigned)
  const select = sql`
    select ${name('r')}.*
    from ${placed.from}
    where ${placed.customerId} in (select ${name('customer_id')} from ${own})
  `
  return tableAndView(scope, `Rows of ${source.name} that belong to affected customers.`, viewName, select)
}

/** Records whose customer is told anew: affected ones, by the version that counts, and those that are gone. */
function affectedRecords(scope: Scope, input: IdentityInput): Step[] {
  const selects = input.sources
    .filter(({ source }) => !isEventSource(source))
    .flatMap(({ source }) => {
      const record = (table: Relation, conditions: readonly Sql[]) => sql`
        select
          ${lines([as(literal(source.name), 'source'), name('r', 'record_key')])}
        from ${joined(sql`${from(table)} as ${name('r')}`, whereAll(conditions))}
      `
      return [
        record(rowsOf(scope, input, source), latestRows(source)),
        record(scratch(scope, changedName(source.name)), []),
      ]
    })
  const none = sql`select ${name('source')}, ${name('record_key')} from ${from(published(scope, recordsTable(input.entity.name)))} where false`
  const select = selects.length === 0 ? none : unionAll(selects)
  const title = 'Records whose customer is told anew.'
  return createTable(scope, title, scratch(scope, affectedRecordsName(input.entity.name)), select)
}

/** What no other node reads. */
export function affectedScratch({ entity, sources }: IdentityInput): readonly string[] {
  const rows = sources.map(({ source }) => touchedRowsName(entity.name, source.name))
  return [touchedName(entity.name), flippedName(entity.name), ...rows]
}

/** What steps of other nodes and publishing read of these. */
export function passedOn({
  entity,
  sources,
}: IdentityInput): readonly { kind: 'table' | 'view'; name: string }[] {
  const views = [
    placingName(entity.name),
    beforeName(entity.name),
    ...sources.flatMap(({ source }) => [
      affectedRowsName(entity.name, source.name),
      customerRowsName(entity.name, source.name),
    ]),
  ]
  const tables = [
    affectedCustomersName(entity.name),
    affectedNodesName(entity.name),
    affectedRecordsName(entity.name),
    combinationsName(entity.name),
  ]
  return [
    ...views.map((view) => ({ kind: 'view' as const, name: view })),
    ...[...views, ...tables].map((table) => ({ kind: 'table' as const, name: table })),
  ]
}
