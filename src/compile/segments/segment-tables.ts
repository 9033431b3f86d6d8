import type { Entity } from '../../language/entity.js'
import type { Segment } from '../../language/segment.js'
import type { PublishedView } from '../../program/compiled-node.js'
import type { Context } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { noRows, published, state, type Table } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { as, lines, name, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { affectedCustomers } from '../../staging/customer-tables.js'

/** Who is in a segment: customer_id, entered_at. */
export function membersTable({ name: segment, entity }: Pick<Segment, 'name' | 'entity'>): Table {
  return { node: `segment.${segment}`, name: `members_${segment}`, part: affectedCustomers(entity) }
}

const membersShape = [
  { name: 'customer_id', type: { kind: 'string' } },
  { name: 'entered_at', type: { kind: 'timestamp' } },
] as const

/** Scratch: open stays of the last run under the ids of this one: written_id, customer_id, entered_at. */
export const staysName = (segment: string) => `stays_${segment}`
/** Scratch: the same, one merge further. */
export const followedName = (segment: string) => `followed_${segment}`

/** Kept state: every stay of every customer in every segment of an entity, open ones with exited_at null. */
export const historyState = (entity: string) => `segment_history_${entity}`

export const historyShape = [
  { name: 'customer_id', type: { kind: 'string' } },
  { name: 'segment', type: { kind: 'string' } },
  { name: 'entered_at', type: { kind: 'timestamp' } },
  { name: 'exited_at', type: { kind: 'timestamp' } },
] as const

/** Kept state, of entities without segments too: they may have had some. */
export function historyTables({ scope, project }: Context): StatementStep[] {
  const { createEmptyTable } = scope.dialect.statements
  const title = 'Kept state: made on the first run, never dropped.'
  return project.entities.map((entity) =>
    statement(scope, title, createEmptyTable(state(scope, historyState(entity.name)), historyShape)),
  )
}

/** A segment that has never run has no members yet, but the public table is over all segments. */
export function emptyMembers({ scope, project }: Context): StatementStep[] {
  const { createEmptyTable } = scope.dialect.statements
  return project.segments
    .filter((segment) => !scope.building.has(`segment.${segment.name}`))
    .map((segment) =>
      statement(
        scope,
        'Nobody is in a segment that never ran.',
        createEmptyTable(published(scope, membersTable(segment)), membersShape),
      ),
    )
}

/** `<entity>_segments` and `<entity>_segment_history`, over all segments of each entity. */
export function segmentTables(context: Context): PublishedView[] {
  return context.project.entities.flatMap((entity) => {
    const segments = context.project.segments.filter((segment) => segment.entity === entity.name)
    return [memberships(context, entity, segments), history(context, entity)]
  })
}

function memberships({ scope }: Context, entity: Entity, segments: readonly Segment[]): PublishedView {
  const selects = segments.map(
    (segment) => sql`
      select
        ${as(name('customer_id'), entity.idColumn)},
        ${segment.name} as ${name('segment')},
        ${name('entered_at')}
      from ${from(published(scope, membersTable(segment)))}
    `,
  )
  return {
    schema: 'public',
    name: `${entity.name}_segments`,
    description: `Which ${entity.name} is in which segment now, and since when.`,
    select:
      selects.length === 0
        ? noRows(scope, [
            { name: entity.idColumn, type: { kind: 'string' } },
            { name: 'segment', type: { kind: 'string' } },
            { name: 'entered_at', type: { kind: 'timestamp' } },
          ])
        : unionAll(selects),
    columns: [{ name: entity.idColumn, description: `The ${entity.name}.` }],
  }
}

function history({ scope }: Context, entity: Entity): PublishedView {
  return {
    schema: 'public',
    name: `${entity.name}_segment_history`,
    description: `Every stay of a ${entity.name} in a segment; exited_at is null while it lasts.`,
    select: sql`
      select
        ${lines([as(name('customer_id'), entity.idColumn), name('segment'), name('entered_at'), name('exited_at')])}
      from ${from(state(scope, historyState(entity.name)))}
    `,
    columns: [{ name: entity.idColumn, description: `The ${entity.name}.` }],
  }
}
