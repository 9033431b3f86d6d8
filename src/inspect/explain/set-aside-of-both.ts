import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { published } from '../../program/scope.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { ask, type Inspected } from '../inspected.js'
import { carrier, MOST, ofBoth, summed } from './common-values.js'
import type { Decisions } from './decisions.js'
import type { CommonValue } from './explanation.js'
import {
  apartCtes,
  effectiveNodes,
  isIn,
  nodeNumber,
  type ReadSource,
  type Sides,
  sidesCte,
  touchedCte,
  withAll,
} from './read-sources.js'

/** Values that rows of both have and that join nobody, because they are shared or blocked. */
export async function setAsideOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  sides: Sides,
): Promise<readonly CommonValue[]> {
  const joining = sources.filter((s) => s.item.source.identity === 'join' && s.mayStandApart.size > 0)
  if (joining.length === 0) return []
  const nodes = await ask(inspected, nodesOfBoth(inspected, input, joining, sides))
  if (nodes.length === 0) return []
  const carried = carriersOf(
    inspected,
    input,
    joining,
    sides,
    nodes.map(({ node }) => String(node)),
  )
  const both = ofBoth(await ask(inspected, carried))
  const rules = await rulesOf(inspected, input, both)
  return both.flatMap((one): CommonValue[] => {
    const rule = rules.get(`${one.identifier} ${one.value}`)
    if (!rule) return []
    const override = decisions.rulings.find(
      ({ kind, holds, identifiers: [only] }) =>
        kind === 'block' && holds && only?.identifier === one.identifier && only.value === one.value,
    )
    return [{ ...one, ...rule, override: rule.rule === 'block' ? (override ?? null) : null }]
  })
}

/** Nodes that stand in rows of both customers and join nobody: found in the tuples, which are few beside the rows. */
function nodesOfBoth(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
): Sql {
  const touched = sources.map((source, i) => ({ source, name: `tuples_${i + 1}` }))
  const carriers = touched.flatMap(({ source, name: table }) => {
    const { from: rows, hub } = effectiveNodes(source, table)
    return source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map(
        ({ column }) => sql`
          select
            ${lines([as(name('t', column), 'node'), name('c', 'side')])}
          from ${rows}
          join ${name('component')} as ${name('c')} on ${name('c', 'node')} = ${hub}
          where ${isIn(name('t', column), 'apart')}
        `,
      )
  })
  return sql`
    ${withAll(inspected, [
      sidesCte(inspected, input, sides),
      ...touched.map(({ source, name: table }) => touchedCte(source, source.tuples, [], table)),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    select ${name('node')}
    from ${name('carriers')}
    group by ${name('node')}
    having min(${name('side')}) <> max(${name('side')})
    order by ${name('node')}
    limit ${MOST}
  `
}

/** The rows of both that carry some nodes in vain: `side`, `identifier`, `value`, `rule` (none yet), a row, and how many. */
function carriersOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
  nodes: readonly string[],
): Sql {
  const wanted = list(nodes.map(nodeNumber))
  const touched = sources.flatMap((source, i) =>
    source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map((column, k) => ({ source, column, name: `rows_${i + 1}_${k + 1}` })),
  )
  const carriers = touched.map(({ source, column, name: table }) =>
    carrier(source, table, sql`${column.type}`, name('t', column.value), sql`''`),
  )
  return sql`
    ${withAll(inspected, [
      sidesCte(inspected, input, sides),
      ...touched.map(({ source, column, name: table }) =>
        touchedCte(source, source.rows, ['record_key', column.value], table, [
          sql`${name(column.column)} in (${wanted})`,
        ]),
      ),
      ...apartCtes(inspected, input, touched),
      { name: 'carriers', select: unionAll(carriers) },
    ])}
    ${summed()}
  `
}

/** Why each value is set aside, and in how many rows it is, of whatever customer. */
async function rulesOf(
  inspected: Inspected,
  input: IdentityInput,
  values: readonly CommonValue[],
): Promise<ReadonlyMap<string, { readonly rule: string; readonly row_count: number }>> {
  const named = list(
    values.map(({ identifier, value }) => sql`(${identifier}, ${value})`),
    ',\n',
  )
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines([name('s', 'identifier'), name('s', 'value'), as(sql`min(${name('s', 'rule')})`, 'rule'), as(sql`sum(${name('s', 'row_count')})`, 'row_count')])}
      from ${from(published(inspected.scope, sharedValuesTable(input.entity.name)))} as ${name('s')}
      join (values ${named}) as ${name('v')} (${name('identifier')}, ${name('value')})
        on ${name('v', 'identifier')} = ${name('s', 'identifier')} and ${name('v', 'value')} = ${name('s', 'value')}
      group by ${name('s', 'identifier')}, ${name('s', 'value')}
    `,
  )
  return new Map(
    rows.map((row) => [
      `${row.identifier} ${row.value}`,
      { rule: String(row.rule), row_count: Number(row.row_count) },
    ]),
  )
}
