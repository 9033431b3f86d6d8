import type { StatementStep } from '../program/program.js'
import { createTable, next, noRows, type Scope } from '../program/scope.js'
import { as, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { isSetAside, nodeColumns } from '../staging/placement.js'
import { type IdentityInput, integer, text, tuplesTable } from './graph-tables.js'
import { blockedNodes, hasOverrides } from './overrides.js'
import { scratchOf } from './scratch.js'
import { joining } from './tuples.js'

/** True where some type of the entity can be shared, so that its nodes must be looked up before they join anybody. */
export function isShareable(input: IdentityInput, type: string): boolean {
  const declared = [...input.entity.identifiers, ...input.entity.match].find((t) => t.name === type)
  return declared !== undefined && isSetAside(declared)
}

export function hasSharing(input: IdentityInput): boolean {
  return [...input.entity.identifiers, ...input.entity.match].some((t) => isShareable(input, t.name))
}

/**
 * Nodes that met more values of another type than their `shared_above` allows: all rules at once, counting every
 * accepted value whether shared itself or not, so that the order of the rules does not matter.
 */
export function sharingSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  if (!hasSharing(input)) return []
  const rules = [...input.entity.identifiers, ...input.entity.match].flatMap((type) =>
    Object.entries(type.sharedAbove).map(([other, limit]) => ({ type: type.name, other, limit })),
  )
  const counts = rules.flatMap((rule) => {
    const meetings = meetingsOf(scope, input, rule.type, rule.other)
    if (meetings.length === 0) return []
    return [
      sql`
        select ${name('node')}
        from (
          ${unionAll(meetings)}
        ) as ${name('meetings')}
        group by ${name('node')}
        having count(distinct ${name('other')}) > ${rule.limit}
      `,
    ]
  })
  const blocked = hasOverrides(input, 'block')
    ? [
        sql`select ${name('node')}, 'block' as ${name('rule')} from (${blockedNodes(scope, input)}) as ${name('blocked')}`,
      ]
    : []
  const overLimit = sql`
    select distinct ${name('node')}, 'shared_above' as ${name('rule')}
    from (
      ${counts.length === 0 ? sql`` : unionAll(counts)}
    ) as ${name('over_limit')}
  `
  const selects = [...blocked, ...(counts.length === 0 ? [] : [overLimit])]
  const none = noRows(scope, [
    { name: 'node', type: integer },
    { name: 'rule', type: text },
  ])
  return createTable(
    scope,
    'Values that are blocked, or met more others than shared_above allows: they join nobody.',
    scratchOf(scope, input.entity.name).shared,
    selects.length === 0 ? none : unionAll(selects),
  )
}

function meetingsOf(scope: Scope, input: IdentityInput, type: string, other: string): Sql[] {
  const counted = (column: Sql) =>
    hasOverrides(input, 'block')
      ? sql`${column} not in (${blockedNodes(scope, input)})`
      : sql`${column} is not null`
  return joining(input).flatMap(({ source, about }) => {
    const columns = nodeColumns(input.entity, about)
    const tuples = from(next(scope, tuplesTable(input.entity.name, source.name)))
    return columns
      .filter((c) => c.type === type)
      .flatMap((c) =>
        columns
          .filter((o) => o.type === other && o.column !== c.column)
          .map(
            (o) => sql`
              select ${as(name(c.column), 'node')}, ${as(name(o.column), 'other')}
              from ${tuples}
              where ${counted(name(c.column))}
                and ${counted(name(o.column))}
            `,
          ),
      )
  })
}
