import type { Override } from '../language/override.js'
import type { Step } from '../program/program.js'
import { runView, type Scope, scratch, whole } from '../program/scope.js'
import { choice, createTable } from '../program/steps.js'
import { list, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { rowsTable } from '../staging/rows.js'
import { view } from './affected/views.js'
import { isDecided } from './decided.js'
import type { IdentityInput } from './graph-tables.js'
import { occurrencesIn } from './nodes.js'
import { scratchOf } from './scratch.js'

const namedName = (entity: string) => `named_${entity}`

/** The identifiers that overrides name, as far as rows have them: node, strength, value, partition, row_count. */
export function namedNodes(scope: Scope, entity: string): Relation {
  return runView(scope, namedName(entity))
}

/** A FROM item: each override `o` beside the nodes `x` and `y` of one partition that it names; `y` is missing of a block, or where no row has it. */
export function overridesByNode(scope: Scope, { entity }: IdentityInput): Sql {
  const named = from(namedNodes(scope, entity.name))
  return sql`${from(scratchOf(scope, entity.name).overrides)} as ${name('o')}
    join ${named} as ${name('x')}
      on ${name('x', 'strength')} = ${name('o', 'strength')} and ${name('x', 'value')} = ${name('o', 'value')}
    left join ${named} as ${name('y')}
      on ${name('y', 'strength')} = ${name('o', 'other_strength')}
      and ${name('y', 'value')} = ${name('o', 'other_value')}
      and not (${scope.dialect.functions.isDistinct(name('y', 'partition'), name('x', 'partition'))})`
}

/** In an incremental run they are looked for in all rows, since nothing need have changed about them. */
export function namedInRows(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const asked = sql`
    select ${name('strength')}, ${name('value')} from ${from(t.overrides)}
    union distinct
    select ${name('other_strength')}, ${name('other_value')} from ${from(t.overrides)}
  `
  const types = input.entity.overridesFrom
    ? undefined
    : new Set(input.overrides.flatMap(({ identifiers }) => identifiers.map(({ type }) => type)))
  const occurrences = occurrencesIn(scope, input, (source) => whole(scope, rowsTable(source.name)), types)
  const select = sql`
    select
      ${name('o', 'node')},
      ${name('o', 'strength')},
      ${name('o', 'value')},
      ${name('o', 'partition')},
      count(*) as ${name('row_count')}
    from (
      ${occurrences}
    ) as ${name('o')}
    join (
      ${asked}
    ) as ${name('a')} on ${name('a', 'strength')} = ${name('o', 'strength')} and ${name('a', 'value')} = ${name('o', 'value')}
    group by ${list(['node', 'strength', 'value', 'partition'].map((column) => name('o', column)))}
  `
  const title = 'Identifiers that people decided on, wherever they are.'
  return createTable(scope, title, foundNamed(scope, input), select)
}

/** The same, of an incremental run. */
export const foundNamed = (scope: Scope, { entity }: IdentityInput) => scratch(scope, namedName(entity.name))

export function namedSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const columns = ['node', 'strength', 'value', 'partition', 'row_count']
  return [
    choice('Identifiers that people decided on.', {
      full: [view(scope, namedName(entity), scratchOf(scope, entity).nodes, columns)],
      incremental: [view(scope, namedName(entity), foundNamed(scope, input), columns)],
    }),
  ]
}

/** Of an incremental run: the nodes that overrides of these kinds name, if they hold. */
export function namedBy(scope: Scope, input: IdentityInput, kinds: readonly Override['kind'][]): Sql {
  const { overrides } = scratchOf(scope, input.entity.name)
  const side = (strength: string, value: string) => sql`
    select ${name('n', 'node')}
    from ${from(overrides)} as ${name('o')}
    join ${from(foundNamed(scope, input))} as ${name('n')} on ${name('n', 'strength')} = ${name('o', strength)} and ${name('n', 'value')} = ${name('o', value)}
    where ${name('o', 'holds')} and ${name('o', 'kind')} in (${list(kinds.map((kind) => sql`${kind}`))})
  `
  return sql`
    ${side('strength', 'value')}
    union distinct
    ${side('other_strength', 'other_value')}
  `
}

/** What the node of identity leaves of it. */
export function namedRelations(input: IdentityInput) {
  const own = namedName(input.entity.name)
  return !isDecided(input)
    ? []
    : [{ kind: 'view', name: own } as const, { kind: 'table', name: own } as const]
}
