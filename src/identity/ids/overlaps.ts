import { isEventSource } from '../../language/source.js'
import { typesByStrength } from '../../program/context.js'
import type { Step } from '../../program/program.js'
import { noRows, published, type Scope } from '../../program/scope.js'
import { createTable, statement } from '../../program/steps.js'
import { countWhere } from '../../sql/conditional-aggregates.js'
import { as, joined, lines, list, name, type Sql, sql, unionAll, whereAll } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { recordsTable } from '../../staging/customer-tables.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { identifiersBefore } from '../affected/affected.js'
import { type IdentityInput, integer, rowsOf, type SourceAbout, text } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'

const held = (strength: number) => `held_${strength}`
const RECORDS_HELD = 'held_records'

/** The columns that count what an id holds of a component, in the order in which they weigh. */
export function memberCounts({ entity }: IdentityInput): readonly string[] {
  return [...typesByStrength(entity).map((_, strength) => held(strength)), RECORDS_HELD]
}

/**
 * How many members of each type each living id has in each component. Records are its weakest members: they are counted
 * for the few ids that identifiers leave undecided, those that are found nowhere or in several components.
 */
export function overlapSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const before = identifiersBefore(scope, input.entity.name)
  const types = typesByStrength(input.entity).map((_, strength) => strength)
  const byIdentifier = sql`
    select
      ${lines([
        name('p', 'customer_id'),
        name('m', 'component'),
        ...types.map((i) => as(countWhere(sql`${name('m', 'strength')} = ${i}`), held(i))),
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
    insert into ${from(t.overlaps)} (${list(['customer_id', 'component', ...memberCounts(input)].map((c) => name(c)))})
    select
      ${lines([name('customer_id'), name('component'), ...types.map((i) => as(sql`0`, held(i))), as(sql`count(*)`, RECORDS_HELD)])}
    from (
      ${recordsOfUndecided(scope, input)}
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

function recordsOfUndecided(scope: Scope, input: IdentityInput): Sql {
  const { undecided } = scratchOf(scope, input.entity.name)
  const isUndecided = sql`join ${from(undecided)} as ${name('u')} on ${name('u', 'customer_id')} = ${name('p', 'customer_id')}`
  const selects = recordSources(input).map((item) =>
    recordsMet(scope, input, item, rowsOf(scope, input, item.source), () => [
      isUndecided,
      ...whereAll(latestRows(item.source)),
    ]),
  )
  const none = noRows(scope, [
    { name: 'customer_id', type: text },
    { name: 'component', type: integer },
  ])
  return selects.length === 0 ? none : unionAll(selects)
}

/** The sources whose rows are members of customers. */
export function recordSources({ entity, sources }: IdentityInput): readonly SourceAbout[] {
  return sources.filter(
    ({ source, about }) => !isEventSource(source) && nodeColumns(entity, about).length > 0,
  )
}

/**
 * A SELECT of records, `customer_id` and `component`: whose they were in the last run, and where they are now. `rows` is `r`,
 * what is known of the last run `p`; `more`: joins and conditions, given the component.
 */
export function recordsMet(
  scope: Scope,
  { entity }: IdentityInput,
  { source, about }: SourceAbout,
  rows: Relation,
  more: (component: Sql) => readonly Sql[],
): Sql {
  const before = published(scope, recordsTable(entity.name))
  const { members } = scratchOf(scope, entity.name)
  const placed = placedRows(scope, entity, source, about, { rows, identifiers: members, owner: 'component' })
  const isSame = sql`${name('p', 'source')} = ${source.name} and ${name('p', 'record_key')} = ${name('r', 'record_key')}`
  return sql`
    select
      ${name('p', 'customer_id')},
      ${as(placed.customerId, 'component')}
    from ${joined(placed.from, [
      sql`join ${from(before)} as ${name('p')} on ${isSame}`,
      ...more(placed.customerId),
    ])}
  `
}
