import { isEventSource } from '../../language/source.js'
import type { Step } from '../../program/program.js'
import { published, runView, type Scope, scratch, whole } from '../../program/scope.js'
import { choice, createTable } from '../../program/steps.js'
import {
  as,
  joined,
  lines,
  literal,
  name,
  type Sql,
  selectNothing,
  sql,
  unionAll,
  whereAll,
} from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { customerRowsName, placingName } from '../../staging/affected.js'
import { affectedRecordsName, identifiersTable, recordsTable } from '../../staging/customer-tables.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { changedName } from '../../staging/rows.js'
import { type IdentityInput, rowsOf, type SourceAbout } from '../graph-tables.js'
import { hasBorder } from '../limits/firm.js'
import { scratchOf } from '../scratch.js'
import { tableAndView, view } from './views.js'

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
  const held = nodes.length === 0 ? selectNothing(sql`0`) : unionAll(nodes)
  return sql`
    select ${name('i', 'node')}, ${name('i', 'customer_id')}
    from ${from(identifiers)} as ${name('i')}
    where ${name('i', 'node')} in (
      ${held}
    )
  `
}

/**
 * A row of a source that attaches, or one with a refused link, may hold an affected identifier and yet belong to another, by
 * a stronger one.
 */
function customerRowSteps(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): Step[] {
  const { entity } = input
  const rows = rowsOf(scope, input, source)
  const viewName = customerRowsName(entity.name, source.name)
  if (source.identity === 'join' && !hasBorder(input)) return [view(scope, viewName, rows)]
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
