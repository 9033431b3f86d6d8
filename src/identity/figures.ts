import type { Step } from '../program/program.js'
import { cast, next, type Scope, whole } from '../program/scope.js'
import { choice, measure } from '../program/steps.js'
import { joined, name, type Sql, sql, unionAll, whereAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { customersTable } from '../staging/customer-tables.js'
import { latestRows } from '../staging/placement.js'
import { rowsTable } from '../staging/rows.js'
import {
  type IdentityInput,
  idChangesTable,
  refusedEdgesTable,
  sharedValuesTable,
  sizesTable,
} from './graph-tables.js'
import { scratchOf } from './scratch.js'

/** Of the summary: customers, identifiers, links and changes of ids, the shared values of each type, and what limits and decisions refused. */
export function identityFigures(scope: Scope, input: IdentityInput): Step[] {
  const entity = input.entity.name
  const t = scratchOf(scope, entity)
  const count = (item: Sql, where: Sql = sql`true`) => sql`(select count(*) from ${item} where ${where})`
  const changes = from(next(scope, idChangesTable(entity)))
  const ofKind = (kind: string) => count(changes, sql`${name('kind')} = ${kind}`)
  const counts = sql`${name('record_count')} + ${name('event_count')}`
  const placed = sql`(select coalesce(sum(${counts}), 0) from ${from(whole(scope, customersTable(entity)))})`
  const rows = input.sources.map(
    ({ source }) => sql`
      select count(*) as ${name('row_count')}
      from ${joined(sql`${from(whole(scope, rowsTable(source.name)))} as ${name('r')}`, whereAll(latestRows(source)))}
    `,
  )
  const unidentified = sql`
    (
      select sum(${name('row_count')}) - ${placed}
      from (
        ${rows.length === 0 ? sql`select 0 as ${name('row_count')}` : unionAll(rows)}
      ) as ${name('rows')}
    )
  `
  const sizes = from(whole(scope, sizesTable(entity)))
  const identifiers = cast(
    scope,
    sql`(select coalesce(sum(${name('node_count')}), 0) from ${sizes})`,
    'integer',
  )
  const figures = (edges: Sql) =>
    measure(
      scope,
      'identity',
      sql`
        select
          ${count(sizes)} as ${name('customers')},
          ${identifiers} as ${name('identifiers')},
          ${edges} as ${name('edges')},
          ${unidentified} as ${name('unidentified')},
          (select coalesce(max(${name('node_count')}), 0) from ${sizes}) as ${name('largest_profile')},
          ${count(from(t.minted), sql`not ${name('is_split')}`)} as ${name('created')},
          ${ofKind('merged')} as ${name('merged')},
          ${ofKind('split')} as ${name('split')},
          ${ofKind('retired')} as ${name('retired')}
      `,
    )
  return [
    choice('Only a full run sees all links.', {
      full: [figures(count(from(t.edges)))],
      incremental: [figures(sql`null`)],
    }),
    measure(
      scope,
      'shared',
      sql`
        select
          ${name('identifier')},
          ${name('rule')},
          sum(${name('row_count')}) as ${name('row_count')},
          count(distinct ${name('value')}) as ${name('value_count')}
        from ${from(next(scope, sharedValuesTable(entity)))}
        group by ${name('identifier')}, ${name('rule')}
        order by ${name('identifier')}, ${name('rule')}
      `,
    ),
    measure(
      scope,
      'refused_edges',
      sql`
        select ${name('reason')}, count(*) as ${name('edge_count')}
        from ${from(whole(scope, refusedEdgesTable(entity)))}
        group by ${name('reason')}
        order by count(*) desc, ${name('reason')}
      `,
    ),
  ]
}
