import type { Step } from '../../program/program.js'
import { next, published, type Scope, scratch, whole } from '../../program/scope.js'
import { createTable, statement } from '../../program/steps.js'
import {
  as,
  joined,
  lines,
  list,
  name,
  type Sql,
  selectNothing,
  sql,
  unionAll,
  whereAll,
} from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { changedKeys, changedName, rowsTable } from '../../staging/rows.js'
import { isDecided } from '../decided.js'
import type { IdentityInput, SourceAbout } from '../graph-tables.js'
import { foundNamed, namedInRows } from '../named.js'
import { joining } from '../tuples.js'
import { canBeShared, combination, combinationsName, heldNodes } from './columns.js'
import type { Crossings } from './crossings.js'
import { touchedName, touchedRowsName } from './names.js'

/** How many rows have changed, and how many rows and customers time has passed over. */
export function changes(scope: Scope, { entity, sources }: IdentityInput, crossings: Crossings): Sql {
  const count = (item: Sql) => sql`(select count(*) from ${item})`
  const counts = [
    ...sources.flatMap(({ source, about }) => [
      count(from(scratch(scope, changedName(source.name)))),
      ...(nodeColumns(entity, about).length === 0
        ? []
        : [count(from(scratch(scope, touchedRowsName(entity.name, source.name))))]),
    ]),
    ...(crossings.customers ? [count(sql`(${crossings.customers}) as ${name('crossed')}`)] : []),
  ]
  return sql`select ${counts.length === 0 ? sql`0` : list(counts, ' + ')} as ${name('changes')}`
}

/** `touched`: node, strength: of rows that are new, changed or gone, and of those that time has passed over. */
export function touchedSteps(scope: Scope, input: IdentityInput): Step[] {
  const { entity } = input
  const nodes = input.sources.flatMap(({ source, about }) =>
    heldNodes(scope, entity, about, touchedRowsName(entity.name, source.name)),
  )
  const select = sql`
    select distinct ${name('node')}, ${name('strength')}
    from (
      ${unionAll(nodes)}
    ) as ${name('found')}
  `
  return [
    ...createTable(
      scope,
      'Identifiers of rows that changed, as they were and as they are.',
      scratch(scope, touchedName(entity.name)),
      nodes.length === 0 ? selectNothing(list([as(sql`0`, 'node'), as(sql`0`, 'strength')])) : select,
    ),
    ...(isDecided(input) ? decidedSteps(scope, input) : []),
    ...(canBeShared(entity) ? combinationSteps(scope, input) : []),
  ]
}

/** The nodes of rows that changed, as they were and as they are, and of those that time has passed over. */
export function touchedRows(
  scope: Scope,
  input: IdentityInput,
  { source, about }: SourceAbout,
  crossings: Crossings,
): Step[] {
  const table = rowsTable(source.name)
  const columns = nodeColumns(input.entity, about).map((c) => name('r', c.column))
  if (columns.length === 0) return []
  const crossing = crossings.rows.get(source.name)
  const rows = (relation: Relation, conditions: readonly Sql[]) => sql`
    select
      ${lines(columns)}
    from ${joined(sql`${from(relation)} as ${name('r')}`, whereAll(conditions))}
  `
  const select = unionAll([
    rows(published(scope, table), [changedKeys(source.name)(scope, 'r')]),
    rows(next(scope, table), []),
    ...(crossing ? [rows(whole(scope, table), [crossing])] : []),
  ])
  const title = `What rows of ${source.name} hold that changed, or that time has passed over.`
  return createTable(scope, title, scratch(scope, touchedRowsName(input.entity.name, source.name)), select)
}

/** What people decided on is looked at in every run. */
function decidedSteps(scope: Scope, input: IdentityInput): Step[] {
  const touched = from(scratch(scope, touchedName(input.entity.name)))
  return [
    ...namedInRows(scope, input),
    statement(
      scope,
      'Identifiers that people decided on.',
      sql`
        insert into ${touched} (${name('node')}, ${name('strength')})
        select ${name('node')}, ${name('strength')}
        from ${from(foundNamed(scope, input))}
        where ${name('node')} not in (select ${name('node')} from ${touched})
      `,
    ),
  ]
}

/** Rows that changed, by what they hold together: where all of it is shared, nothing else says which tuple changed. */
function combinationSteps(scope: Scope, input: IdentityInput): Step[] {
  const selects = joining(input).map(
    ({ source, about }) => sql`
      select ${combination(
        scope,
        nodeColumns(input.entity, about).map((c) => name(c.column)),
      )} as ${name('combination')}
      from ${from(scratch(scope, touchedRowsName(input.entity.name, source.name)))}
    `,
  )
  const select = sql`
    select distinct ${name('combination')}
    from (
      ${unionAll(selects)}
    ) as ${name('found')}
  `
  return createTable(
    scope,
    'What rows that changed hold together.',
    scratch(scope, combinationsName(input.entity.name)),
    selects.length === 0 ? selectNothing(as(sql`0`, 'combination')) : select,
  )
}
