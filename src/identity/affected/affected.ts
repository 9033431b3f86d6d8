/**
 * What changes reach, in an incremental run: the identifiers of rows that changed, or that time has passed over; the customers
 * who hold one of them, or from whom a link to one was refused that may now be accepted (leading-links.ts); all identifiers of these
 * customers; and all rows with one of them. Whoever is not among these has the rows, the links and the limits that he had, so that a full run would find him as
 * he is. The statements of the other files then work on these rows alone.
 *
 * Invariant: every identifier that may join, in every affected row of a source that joins, is affected, or behind a
 * refusal that stands. A row links only what it holds, the links of the last run stay within its customers, and refused ones are followed
 * until none leads further.
 */

import type { Step } from '../../program/program.js'
import { published, runView, type Scope, scratch, whole } from '../../program/scope.js'
import { choice, gate } from '../../program/steps.js'
import { lines, name, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { affectedRowsName, columnsAbout, customerRowsName, placingName } from '../../staging/affected.js'
import {
  affectedCustomersName,
  affectedNodesName,
  affectedRecordsName,
  identifiersTable,
} from '../../staging/customer-tables.js'
import { changedName, rowsTable } from '../../staging/rows.js'
import type { IdentityInput, SourceAbout } from '../graph-tables.js'
import { combinationsName, holdsAffected } from './columns.js'
import type { Crossings } from './crossings.js'
import {
  beforeName,
  flippedName,
  flippedRowsName,
  leadingName,
  touchedName,
  touchedRowsName,
} from './names.js'
import { affectedCustomerSteps, affectedNodeSteps } from './reached.js'
import { sharingOfTouched } from './shared.js'
import { changes, touchedRows, touchedSteps } from './touched.js'
import { tableAndView, view } from './views.js'

/** The first of the steps of identity: which rows the others work on. */
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
        view(scope, beforeName(entity), published(scope, identifiersTable(entity)), BEFORE),
      ],
      incremental: [
        ...input.sources.flatMap((item) => touchedRows(scope, input, item, crossings)),
        gate(scope, 'Nothing to do where nothing changed.', changes(scope, input, crossings)),
        ...touchedSteps(scope, input),
        ...sharingOfTouched(scope, input),
        ...affectedCustomerSteps(scope, input, crossings),
        ...beforeSteps(scope, input),
        ...affectedNodeSteps(scope, input),
        ...input.sources.flatMap((item) => affectedRowSteps(scope, input, item)),
      ],
    }),
  ]
}

/** Columns of what was held before. */
const BEFORE = ['node', 'customer_id', 'strength', 'value', 'first_seen_at'] as const

/** Identifiers with the customers of the last run whom this run looks at: node, customer_id, strength, value, first_seen_at. */
export function identifiersBefore(scope: Scope, entity: string): Relation {
  return runView(scope, beforeName(entity))
}

function affectedRowSteps(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): Step[] {
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
    select
      ${lines(BEFORE.map((column) => name('i', column)))}
    from ${from(published(scope, identifiersTable(entity)))} as ${name('i')}
    where ${name('i', 'customer_id')} in (select ${name('customer_id')} from ${from(scratch(scope, affectedCustomersName(entity)))})
  `
  return tableAndView(scope, 'What affected customers held.', beforeName(entity), select)
}

/** What no other node reads. */
export function affectedScratch({ entity, sources }: IdentityInput): readonly string[] {
  const rows = sources.flatMap(({ source }) => [
    touchedRowsName(entity.name, source.name),
    flippedRowsName(entity.name, source.name),
  ])
  return [touchedName(entity.name), flippedName(entity.name), leadingName(entity.name), ...rows]
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
