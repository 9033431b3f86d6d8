import type { Step } from '../program/program.js'
import { next, noRows, type Scope } from '../program/scope.js'
import { choice, createTable } from '../program/steps.js'
import { allOf, as, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { nodeColumns } from '../staging/node-columns.js'
import { isSetAside } from '../staging/placement.js'
import { hasOverrides } from './decided.js'
import {
  type IdentityInput,
  integer,
  type SourceAbout,
  sharedNodesTable,
  text,
  tuplesTable,
} from './graph-tables.js'
import { blockedNodes } from './overrides.js'
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
export function sharingSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const { shared } = scratchOf(scope, entity)
  const kept = next(scope, sharedNodesTable(entity))
  const title = 'Values that join nobody, for the next run.'
  const none = noRows(scope, [
    { name: 'node', type: integer },
    { name: 'rule', type: text },
  ])
  if (!hasSharing(input)) return createTable(scope, title, kept, none)
  const tuples = (item: SourceAbout) => next(scope, tuplesTable(input, item))
  const blocked = blockedNodes(scope, input)
  const counted = overLimit(input, (rule) => meetingsOf(input, rule, tuples, { blocked }))
  const selects = [...sharedByBlock(input, blocked), ...(counted ? [counted] : [])]
  return [
    choice('An incremental run knows already who is shared.', {
      full: createTable(
        scope,
        'Values that are blocked, or met more others than shared_above allows: they join nobody.',
        shared,
        selects.length === 0 ? none : unionAll(selects),
      ),
      incremental: [],
    }),
    ...createTable(scope, title, kept, sql`select ${name('node')}, ${name('rule')} from ${from(shared)}`),
  ]
}

/** A SELECT of blocked nodes, `node` and `rule`, where there can be some. */
export function sharedByBlock(input: IdentityInput, blocked: Sql): readonly Sql[] {
  if (!hasOverrides(input, 'block')) return []
  return [sql`select ${name('node')}, 'block' as ${name('rule')} from (${blocked}) as ${name('blocked')}`]
}

/** A value of `type` is shared once it met more than `limit` values of `other`. */
export interface SharingRule {
  readonly type: string
  readonly other: string
  readonly limit: number
}

/** A SELECT of the nodes that met too many, `node` and `rule`, by who met whom under each rule; undefined where no rule can apply. */
export function overLimit(
  input: IdentityInput,
  meetings: (rule: SharingRule) => readonly Sql[],
): Sql | undefined {
  const rules = [...input.entity.identifiers, ...input.entity.match].flatMap((type) =>
    Object.entries(type.sharedAbove).map(([other, limit]) => ({ type: type.name, other, limit })),
  )
  const counts = rules.flatMap((rule) => {
    const met = meetings(rule)
    if (met.length === 0) return []
    return [
      sql`
        select ${name('node')}
        from (
          ${unionAll(met)}
        ) as ${name('meetings')}
        group by ${name('node')}
        having count(distinct ${name('other')}) > ${rule.limit}
      `,
    ]
  })
  if (counts.length === 0) return undefined
  return sql`
    select distinct ${name('node')}, 'shared_above' as ${name('rule')}
    from (
      ${unionAll(counts)}
    ) as ${name('over_limit')}
  `
}

/** Who met whom in the rows or tuples of each source, `node` and `other`; of the nodes `asked` only, where they are given. */
export function meetingsOf(
  input: IdentityInput,
  { type, other }: SharingRule,
  tableOf: (item: SourceAbout) => Relation,
  { blocked, asked }: { readonly blocked: Sql; readonly asked?: Sql },
): readonly Sql[] {
  const counted = (column: Sql) =>
    hasOverrides(input, 'block') ? sql`${column} not in (${blocked})` : sql`${column} is not null`
  return joining(input).flatMap((item) => {
    const columns = nodeColumns(input.entity, item.about)
    const ofType = columns.filter((c) => c.type === type)
    return ofType.flatMap((c) =>
      columns
        .filter((o) => o.type === other && o.column !== c.column)
        .map(
          (o) => sql`
            select ${as(name(c.column), 'node')}, ${as(name(o.column), 'other')}
            from ${from(tableOf(item))}
            where ${allOf([
              counted(name(c.column)),
              counted(name(o.column)),
              ...(asked ? [sql`${name(c.column)} in (${asked})`] : []),
            ])}
          `,
        ),
    )
  })
}

/** A condition on `strength`: the type is one of which values can be shared. */
export function shareableNodes({ entity }: IdentityInput): Sql {
  const strengths = [...entity.identifiers, ...entity.match].flatMap((type, strength) =>
    isSetAside(type) ? [sql`${strength}`] : [],
  )
  return sql`${name('strength')} in (${list(strengths)})`
}
