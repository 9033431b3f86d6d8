import { conditionSql } from '../../conditions/condition-sql.js'
import { InternalError } from '../../diagnostics/errors.js'
import { typeOfTrait } from '../../graph/types.js'
import { idChangesTable } from '../../identity/graph-tables.js'
import type { Condition, Subject } from '../../language/condition.js'
import type { Entity } from '../../language/entity.js'
import type { Segment } from '../../language/segment.js'
import type { CompiledNode, PublishedView } from '../../program/compiled-node.js'
import type { Context, NodeOf } from '../../program/context.js'
import type { MeasureStep, StatementStep } from '../../program/program.js'
import {
  asOf,
  createTable,
  current,
  measure,
  next,
  published,
  type Scope,
  state,
  statement,
} from '../../program/scope.js'
import { allOf, as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { goldenType } from '../profile/profile-node.js'
import { fieldsIn, rowFilter, rowsOfCustomers } from '../traits/row-values.js'
import { profilesTable } from '../traits/trait-tables.js'
import { profileColumns } from '../traits/traits-node.js'
import { historyShape, historyState, membersShape, membersTable } from './segment-tables.js'

/** Who is in a segment now, since when, and the history of stays. */
export function compileSegment(context: Context, node: NodeOf<'segment'>): CompiledNode {
  const { scope } = context
  const { segment } = node
  const entity = context.project.entities.find((e) => e.name === segment.entity)
  if (!entity) throw new InternalError(`segment ${segment.name} is of no entity`)
  return {
    id: node.id,
    kind: 'segment',
    description: segment.description ?? `The segment ${segment.name}.`,
    inputs: node.inputs,
    steps: [...memberSteps(context, entity, segment), figures(context, segment)],
    tables: [membersTable(segment.name)],
    scratch: [],
    views: [memberView(context, entity, segment)],
    kept: keptState(scope, segment),
    state: historyChanges(scope, segment),
  }
}

function keptState(scope: Scope, segment: Segment): StatementStep[] {
  const { createEmptyTable } = scope.dialect.statements
  const title = 'Kept state: made on the first run, never dropped.'
  return [
    statement(scope, title, createEmptyTable(published(scope, membersTable(segment.name)), membersShape)),
    statement(scope, title, createEmptyTable(state(scope, historyState(segment.entity)), historyShape)),
  ]
}

function memberSteps(context: Context, entity: Entity, segment: Segment): StatementStep[] {
  const { scope } = context
  const select = sql`
    with ${name('stays')} as (
      ${stays(context, segment)}
    )
    select
      ${name('p', 'customer_id')},
      coalesce(${name('s', 'entered_at')}, ${asOf}) as ${name('entered_at')}
    from ${from(current(scope, profilesTable(entity.name)))} as ${name('p')}
    left join ${name('stays')} as ${name('s')} on ${name('s', 'customer_id')} = ${name('p', 'customer_id')}
    where ${segmentCondition(context, entity, segment)}
  `
  return createTable(
    scope,
    segment.description ?? `Members of ${segment.name}.`,
    next(scope, membersTable(segment.name)),
    select,
  )
}

/** Who was in it after the last run, under the ids of this one: a merged customer's stay continues, the earlier counts. */
function stays({ scope }: Context, segment: Segment): Sql {
  const survivor = sql`coalesce(${name('c', 'customer_id')}, ${name('m', 'customer_id')})`
  return sql`
    select
      ${survivor} as ${name('customer_id')},
      min(${name('m', 'entered_at')}) as ${name('entered_at')}
    from ${from(published(scope, membersTable(segment.name)))} as ${name('m')}
    left join ${from(current(scope, idChangesTable(segment.entity)))} as ${name('c')}
      on ${name('c', 'previous_id')} = ${name('m', 'customer_id')} and ${name('c', 'kind')} = 'merged'
    group by ${survivor}
  `
}

function segmentCondition(context: Context, entity: Entity, segment: Segment): Sql {
  const { scope } = context
  return conditionSql(segment.where, {
    scope,
    operand: (subject) => ({
      expression: name('p', subject.name),
      type: typeOfSubject(context, entity, subject),
    }),
    segment: (other) =>
      sql`${name('p', 'customer_id')} in (select ${name('customer_id')} from ${from(current(scope, membersTable(other)))})`,
    event: (condition) => eventCondition(context, entity, condition),
  })
}

function typeOfSubject(context: Context, entity: Entity, subject: Subject): LogicalType {
  const attribute = entity.attributes.find((a) => a.name === subject.name)
  if (subject.kind === 'attribute' && attribute) return goldenType(attribute)
  const trait = context.project.traits.find((t) => t.name === subject.name && t.entity === entity.name)
  return subject.kind === 'trait' && trait ? typeOfTrait(trait, context.project) : { kind: 'string' }
}

/** How many events of a kind a customer has; none is a number too: `at_most: 0` holds for who has no event at all. */
function eventCondition(
  context: Context,
  entity: Entity,
  condition: Extract<Condition, { kind: 'event' }>,
): Sql {
  const { op, count } = condition.test
  const counted = (having: Sql) => sql`
    ${name('p', 'customer_id')} in (
      select ${name('customer_id')}
      from (
        ${rowsOfCustomers(context, entity, condition.from, condition.where ? fieldsIn(context, entity, condition.from, condition.where) : [])}
      ) as ${name('events')}
      where ${allOf(rowFilter(context, entity, condition))}
      group by ${name('customer_id')}
      having ${having}
    )
  `
  if (op === 'at_least') return count === 0 ? sql`true` : counted(sql`count(*) >= ${count}`)
  if (op === 'at_most') return sql`not ${counted(sql`count(*) > ${count}`)}`
  return count === 0 ? sql`not ${counted(sql`count(*) > 0`)}` : counted(sql`count(*) = ${count}`)
}

/**
 * In the publishing transaction: stays of members are written anew as open; those of customers who were merged into a
 * member continue under it; all other open stays end now.
 */
function historyChanges(scope: Scope, segment: Segment): StatementStep[] {
  const history = from(state(scope, historyState(segment.entity)))
  const members = from(next(scope, membersTable(segment.name)))
  const isOpen = sql`${name('segment')} = ${segment.name} and ${name('exited_at')} is null`
  const columns = lines(historyShape.map((c) => name(c.name)))
  return [
    statement(
      scope,
      `Stays in ${segment.name} that go on, under their own id or that of the survivor, are written anew.`,
      sql`
        delete from ${history}
        where ${isOpen}
          and (
            ${name('customer_id')} in (select ${name('customer_id')} from ${members})
            or ${name('customer_id')} in (
              select ${name('c', 'previous_id')}
              from ${from(current(scope, idChangesTable(segment.entity)))} as ${name('c')}
              join ${members} as ${name('m')} on ${name('m', 'customer_id')} = ${name('c', 'customer_id')}
              where ${name('c', 'kind')} = 'merged'
            )
          )
      `,
    ),
    statement(
      scope,
      'Open stays that are left have ended.',
      sql`update ${history} set ${name('exited_at')} = ${asOf} where ${isOpen}`,
    ),
    statement(
      scope,
      'Who is in it now has an open stay.',
      sql`
        insert into ${history} (
          ${columns}
        )
        select ${name('customer_id')}, ${segment.name}, ${name('entered_at')}, null
        from ${members}
      `,
    ),
  ]
}

function figures(context: Context, segment: Segment): MeasureStep {
  const { scope } = context
  const members = from(next(scope, membersTable(segment.name)))
  return measure(
    scope,
    'segment',
    sql`
      with ${name('stays')} as (
        ${stays(context, segment)}
      )
      select
        (select count(*) from ${members}) as ${name('members')},
        (
          select count(*) from ${members}
          where ${name('customer_id')} not in (select ${name('customer_id')} from ${name('stays')})
        ) as ${name('entered')},
        (
          select count(*) from ${name('stays')}
          where ${name('customer_id')} not in (select ${name('customer_id')} from ${members})
        ) as ${name('exited')}
    `,
  )
}

function memberView(context: Context, entity: Entity, segment: Segment): PublishedView {
  const { scope } = context
  const traits = context.project.traits.filter((trait) => trait.entity === entity.name)
  const columns = profileColumns(entity, traits).map((column) => name('p', column))
  return {
    schema: 'public',
    name: `segment_${segment.name}`,
    description: segment.description ?? `Members of ${segment.name} with their profile.`,
    select: sql`
      select
        ${lines([as(name('p', 'customer_id'), entity.idColumn), ...columns, name('m', 'entered_at')])}
      from ${from(published(scope, membersTable(segment.name)))} as ${name('m')}
      join ${from(published(scope, profilesTable(entity.name)))} as ${name('p')} on ${name('p', 'customer_id')} = ${name('m', 'customer_id')}
    `,
    columns: [{ name: entity.idColumn, description: `The ${entity.name}.` }],
  }
}
