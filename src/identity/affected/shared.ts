import type { Step } from '../../program/program.js'
import { published, type Scope, scratch, whole } from '../../program/scope.js'
import { createTable, statement, whenAny } from '../../program/steps.js'
import { anyOf, lines, name, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { rowsTable } from '../../staging/rows.js'
import { hasOverrides } from '../decided.js'
import { type IdentityInput, type SourceAbout, sharedNodesTable } from '../graph-tables.js'
import { namedBy } from '../named.js'
import { scratchOf } from '../scratch.js'
import { meetingsOf, overLimit, shareableNodes, sharedByBlock } from '../sharing.js'
import { joining } from '../tuples.js'
import { canBeShared, heldNodes } from './columns.js'
import { flippedName, flippedRowsName, touchedName } from './names.js'

/**
 * Who is shared now: of touched values counted anew, of the others as before. `flipped`: nodes that became shared, or ceased
 * to be; and those that people linked, since a shared value joins by that link, and its rows go where it goes.
 */
export function sharingOfTouched(scope: Scope, input: IdentityInput): Step[] {
  if (!canBeShared(input.entity)) return []
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const touched = from(scratch(scope, touchedName(entity)))
  const asked = sql`select ${name('node')} from ${touched} where ${shareableNodes(input)}`
  const rows = (item: SourceAbout) => whole(scope, rowsTable(item.source.name))
  const blocked = namedBy(scope, input, ['block'])
  const counted = overLimit(input, (rule) => meetingsOf(input, rule, rows, { blocked, asked }))
  const kept = sql`
    select ${name('node')}, ${name('rule')}
    from ${from(published(scope, sharedNodesTable(entity)))}
    where ${name('rule')} <> 'block' and ${name('node')} not in (${asked})
  `
  const before = from(published(scope, sharedNodesTable(entity)))
  const flipped = sql`
    select ${name('t', 'node')}
    from ${touched} as ${name('t')}
    where (${name('t', 'node')} in (select ${name('node')} from ${before}))
      <> (${name('t', 'node')} in (select ${name('node')} from ${from(t.shared)}))
    ${hasOverrides(input, 'link') ? sql`or ${name('t', 'node')} in (${namedBy(scope, input, ['link'])})` : sql``}
  `
  return [
    ...createTable(
      scope,
      'Values that join nobody: touched ones counted anew, others as before.',
      t.shared,
      unionAll([kept, ...sharedByBlock(input, blocked), ...(counted ? [counted] : [])]),
    ),
    ...createTable(
      scope,
      'Values that became shared, or ceased to be.',
      scratch(scope, flippedName(entity)),
      flipped,
    ),
    statement(
      scope,
      'Touched values that are shared as before join nobody and part nobody.',
      sql`
        delete from ${touched}
        where ${name('node')} in (select ${name('node')} from ${before})
          and ${name('node')} in (select ${name('node')} from ${from(t.shared)})
          and ${name('node')} not in (select ${name('node')} from ${from(scratch(scope, flippedName(entity)))})
      `,
    ),
    ...neighboursOfFlipped(scope, input),
  ]
}

/** What stands in a row beside a value whose links come or go is touched as well. */
function neighboursOfFlipped(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const sources = joining(input).filter(({ about }) => nodeColumns(input.entity, about).length > 0)
  if (sources.length === 0) return []
  const beside = sources.flatMap(({ source, about }) =>
    heldNodes(scope, input.entity, about, flippedRowsName(entity, source.name)),
  )
  return [
    whenAny(scope, 'Values became shared, or ceased to be.', scratch(scope, flippedName(entity)), [
      ...sources.flatMap((item) => flippedRows(scope, input, item)),
      statement(
        scope,
        'What stands beside a value whose links come or go is touched too.',
        sql`
          insert into ${from(scratch(scope, touchedName(entity)))} (${name('node')}, ${name('strength')})
          select distinct ${name('node')}, ${name('strength')}
          from (
            ${unionAll(beside)}
          ) as ${name('found')}
          where ${name('node')} not in (select ${name('node')} from ${from(scratchOf(scope, entity).shared)})
        `,
      ),
    ]),
  ]
}

function flippedRows(scope: Scope, { entity }: IdentityInput, { source, about }: SourceAbout): Step[] {
  const flipped = sql`select ${name('node')} from ${from(scratch(scope, flippedName(entity.name)))}`
  const columns = nodeColumns(entity, about).map((c) => name('r', c.column))
  const select = sql`
    select
      ${lines(columns)}
    from ${from(whole(scope, rowsTable(source.name)))} as ${name('r')}
    where ${anyOf(columns.map((column) => sql`${column} in (${flipped})`))}
  `
  const title = `What rows of ${source.name} hold beside them.`
  return createTable(scope, title, scratch(scope, flippedRowsName(entity.name, source.name)), select)
}
