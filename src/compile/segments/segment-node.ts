import { InternalError } from '../../diagnostics/errors.js'
import type { Entity } from '../../language/entity.js'
import type { Segment } from '../../language/segment.js'
import type { CompiledNode, PublishedView } from '../../program/compiled-node.js'
import type { Context, NodeOf } from '../../program/context.js'
import type { MeasureStep, StatementStep } from '../../program/program.js'
import { asOf, current, next, published, scratch, whole } from '../../program/scope.js'
import { createTable, measure, wholeSteps } from '../../program/steps.js'
import { as, lines, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { profilesTable } from '../traits/trait-tables.js'
import { profileColumns } from '../traits/traits-node.js'
import { segmentCondition } from './segment-condition.js'
import { historyChanges, staySteps } from './segment-history.js'
import { followedName, membersTable, staysName } from './segment-tables.js'

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
    steps: [
      ...staySteps(context, segment),
      ...memberSteps(context, entity, segment),
      ...wholeSteps(scope, membersTable(segment)),
      figures(context, segment),
    ],
    tables: [membersTable(segment)],
    follows: `identity.${entity.name}`,
    scratch: [staysName(segment.name), followedName(segment.name)],
    views: [memberView(context, entity, segment)],
    kept: [],
    state: historyChanges(scope, segment),
  }
}

function memberSteps(context: Context, entity: Entity, segment: Segment): StatementStep[] {
  const { scope } = context
  const select = sql`
    with ${name('members')} as (
      select ${name('customer_id')}
      from ${from(current(scope, profilesTable(entity.name)))} as ${name('p')}
      where ${segmentCondition(context, entity, segment)}
    ), ${name('stays')} as (
      select
        ${name('customer_id')},
        min(${name('entered_at')}) as ${name('entered_at')}
      from ${from(scratch(scope, staysName(segment.name)))}
      group by ${name('customer_id')}
    )
    select
      ${name('m', 'customer_id')},
      coalesce(${name('s', 'entered_at')}, ${asOf}) as ${name('entered_at')}
    from ${name('members')} as ${name('m')}
    left join ${name('stays')} as ${name('s')} on ${name('s', 'customer_id')} = ${name('m', 'customer_id')}
  `
  const title = segment.description ?? `Members of ${segment.name}.`
  return createTable(scope, title, next(scope, membersTable(segment)), select)
}

function figures(context: Context, segment: Segment): MeasureStep {
  const { scope } = context
  const members = from(next(scope, membersTable(segment)))
  const stays = from(scratch(scope, staysName(segment.name)))
  return measure(
    scope,
    'segment',
    sql`
      select
        (select count(*) from ${from(whole(scope, membersTable(segment)))}) as ${name('members')},
        (
          select count(*) from ${members}
          where ${name('customer_id')} not in (select ${name('customer_id')} from ${stays})
        ) as ${name('entered')},
        (
          select count(distinct ${name('customer_id')}) from ${stays}
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
      from ${from(published(scope, membersTable(segment)))} as ${name('m')}
      join ${from(published(scope, profilesTable(entity.name)))} as ${name('p')} on ${name('p', 'customer_id')} = ${name('m', 'customer_id')}
    `,
    columns: [{ name: entity.idColumn, description: `The ${entity.name}.` }],
  }
}
