import { changesState, idChangesTable } from '../../identity/graph-tables.js'
import type { Segment } from '../../language/segment.js'
import type { Context } from '../../program/context.js'
import type { StatementStep, Step } from '../../program/program.js'
import { asOf, next, nullOf, type Scope, scratch, state } from '../../program/scope.js'
import { choice, createTable, rebuildTable, statement } from '../../program/steps.js'
import { allOf, as, lines, list, literal, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { affectedCustomersName } from '../../staging/customer-tables.js'
import { followedName, historyShape, historyState, membersTable, staysName } from './segment-tables.js'

/**
 * Stays that were open after the last run: `written_id` as the history has them, `customer_id` who answers for that id in
 * this run. Merges are followed through the log, because a run may have merged customers without building the segment.
 */
export function staySteps({ scope }: Context, segment: Segment): Step[] {
  const stays = scratch(scope, staysName(segment.name))
  const followed = scratch(scope, followedName(segment.name))
  const merged = sql`
    (
      ${merges(scope, segment.entity)}
    ) as ${name('m')} on ${name('m', 'previous_id')} = ${name('s', 'customer_id')}
  `
  const oneOn = (before: Sql, writtenId: Sql) => sql`
    select
      ${as(writtenId, 'written_id')},
      coalesce(${name('m', 'customer_id')}, ${name('s', 'customer_id')}) as ${name('customer_id')},
      ${name('s', 'entered_at')}
    from ${before} as ${name('s')}
    left join ${merged}
  `
  const open = sql`
    (
      select
        ${name('customer_id')},
        ${name('entered_at')}
      from ${from(state(scope, historyState(segment.entity)))}
      where ${isOpen(segment.name)}
    )
  `
  const title = `Who was in ${segment.name} after the last run, under the ids of this one.`
  return [
    ...createTable(scope, title, stays, oneOn(open, name('s', 'customer_id'))),
    {
      kind: 'loop',
      title: 'Follow merges into ids that were merged too.',
      until: statement(
        scope,
        '',
        sql`select count(*) as ${name('merged')} from ${from(stays)} as ${name('s')} join ${merged}`,
      ).sql,
      // Of one customer's merges: each is of another run.
      limit: 100_000,
      uncounted: true,
      body: [
        ...rebuildTable(
          scope,
          'One merge on.',
          { table: stays, by: followed },
          oneOn(from(stays), name('s', 'written_id')),
        ),
      ],
      unwind: [],
    },
    choice('Stays of customers whom changes do not reach go on.', {
      full: [],
      incremental: [
        statement(
          scope,
          'They go on as they are.',
          sql`
            delete from ${from(stays)}
            where ${name('customer_id')} not in (
              select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(segment.entity)))}
            )
          `,
        ),
      ],
    }),
  ]
}

/** Of all runs, and of this one. */
function merges(scope: Scope, entity: string): Sql {
  const logs = [
    state(scope, changesState(entity)),
    ...(scope.building.has(`identity.${entity}`) ? [next(scope, idChangesTable(entity))] : []),
  ]
  return unionAll(
    logs.map(
      (log) => sql`
        select
          ${name('previous_id')},
          ${name('customer_id')}
        from ${from(log)}
        where ${name('kind')} = 'merged'
      `,
    ),
  )
}

const isOpen = (segment: string) => sql`${name('segment')} = ${segment} and ${name('exited_at')} is null`

/** A run that goes back in time ends a stay no earlier than it began. */
const exit = sql`greatest(${name('entered_at')}, ${asOf})`

/**
 * In the publishing transaction: stays of members are written anew as open, those of customers who were merged into a
 * member under its id; all other open stays end now.
 */
export function historyChanges(scope: Scope, segment: Segment): StatementStep[] {
  const history = from(state(scope, historyState(segment.entity)))
  const members = from(next(scope, membersTable(segment)))
  return [
    statement(
      scope,
      `Stays in ${segment.name} that go on, under their own id or that of the survivor, are written anew.`,
      sql`
        delete from ${history}
        where ${isOpen(segment.name)}
          and ${name('customer_id')} in (
            select ${name('s', 'written_id')}
            from ${from(scratch(scope, staysName(segment.name)))} as ${name('s')}
            join ${members} as ${name('m')} on ${name('m', 'customer_id')} = ${name('s', 'customer_id')}
          )
      `,
    ),
    statement(
      scope,
      'Open stays that are left have ended.',
      sql`
        update ${history}
        set ${name('exited_at')} = ${exit}
        where ${isOpen(segment.name)}
          and ${name('customer_id')} in (
            select ${name('written_id')} from ${from(scratch(scope, staysName(segment.name)))}
          )
      `,
    ),
    statement(
      scope,
      'Who is in it now has an open stay.',
      sql`
        insert into ${history} (
          ${lines(historyShape.map((c) => name(c.name)))}
        )
        select
          ${name('customer_id')},
          ${segment.name},
          ${name('entered_at')},
          ${nullOf(scope, 'timestamp')}
        from ${members}
      `,
    ),
  ]
}

/** Nobody stays in a segment that the project no longer has; whoever returns with it enters anew. */
export function closedSegments({ scope, project }: Context): StatementStep[] {
  return project.entities.map((entity) => {
    const names = project.segments.filter((s) => s.entity === entity.name).map((s) => literal(s.name))
    const isLeft = names.length === 0 ? [] : [sql`${name('segment')} not in (${list(names)})`]
    return statement(
      scope,
      'Stays in segments that are no longer there have ended.',
      sql`
        update ${from(state(scope, historyState(entity.name)))}
        set ${name('exited_at')} = ${exit}
        where ${allOf([sql`${name('exited_at')} is null`, ...isLeft])}
      `,
    )
  })
}
