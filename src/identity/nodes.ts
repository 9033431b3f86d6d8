import type { Source } from '../language/source.js'
import type { Step } from '../program/program.js'
import { cast, noRows, nullOf, type Scope } from '../program/scope.js'
import { check, createTable } from '../program/steps.js'
import { allOf, as, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { type NodeColumn, nodeColumns } from '../staging/node-columns.js'
import { partitionColumn } from '../staging/rows.js'
import { type IdentityInput, integer, rowsOf, type Shape, text, timestamp } from './graph-tables.js'
import { scratchOf } from './scratch.js'
import { joining } from './tuples.js'

const shape: readonly Shape[] = [
  { name: 'node', type: integer },
  { name: 'strength', type: integer },
  { name: 'value', type: text },
  { name: 'partition', type: text },
  { name: 'first_seen_at', type: timestamp },
  { name: 'last_seen_at', type: timestamp },
]

/**
 * The nodes of the graph with their text beside their number, so that two texts which share a 64-bit fingerprint
 * (2.7 % likely at a billion values) are found before they make two people one.
 */
export function nodeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const select = grouped(occurrencesIn(scope, input, (source) => rowsOf(scope, input, source)))
  const collision = sql`
    select
      min(${name('value')}) as ${name('value')},
      max(${name('value')}) as ${name('other_value')}
    from ${from(t.nodes)}
    where ${name('node')} in (select ${name('node')} from ${from(t.nodes)} group by ${name('node')} having count(*) > 1)
    group by ${name('node')}
    limit 10
  `
  return [
    ...createTable(scope, 'Every identifier once, with its number and when it was seen.', t.nodes, select),
    check(scope, 'No two identifiers may share a number.', collision, {
      message: 'Two different identifiers have the same 64-bit fingerprint. Nothing was published.',
      remedy: 'Reject one of the two values in the entity, or normalise it otherwise.',
    }),
  ]
}

/** A row that has one value in several columns of a type is one row that has it. */
export function differsFrom(column: NodeColumn, earlier: readonly NodeColumn[]): readonly Sql[] {
  return earlier.map((other) => sql`coalesce(${name(other.column)} <> ${name(column.column)}, true)`)
}

/** Identifiers as rows of sources that join have them, one row each: the columns of nodes but for `row_count`; of some types only where these are given. */
export function occurrencesIn(
  scope: Scope,
  input: IdentityInput,
  rows: (source: Source) => Relation,
  types?: ReadonlySet<string>,
): Sql {
  const occurrences = joining(input).flatMap(({ source, about }) =>
    nodeColumns(input.entity, about)
      .filter((c) => types?.has(c.type) ?? true)
      .map((c, i, all) => {
        const earlier = all.slice(0, i).filter((other) => other.type === c.type)
        const partition = input.entity.partition
          ? name(partitionColumn(input.entity.name))
          : nullOf(scope, 'string')
        return sql`
          select
            ${as(name(c.column), 'node')},
            ${as(cast(scope, sql`${c.strength}`, 'integer'), 'strength')},
            ${as(name(c.value), 'value')},
            ${as(partition, 'partition')},
            ${name('first_seen_at')},
            ${name('last_seen_at')}
          from ${from(rows(source))}
          where ${allOf([sql`${name(c.column)} is not null`, ...differsFrom(c, earlier)])}
        `
      }),
  )
  return occurrences.length === 0 ? noRows(scope, shape) : unionAll(occurrences)
}

/** The text is part of the key, not an aggregate of it: so two texts of one number stay two rows, and it costs half. */
function grouped(occurrences: Sql): Sql {
  const key = list(
    ['node', 'strength', 'value', 'partition'].map((column) => name(column)),
    ',\n',
  )
  return sql`
    with ${name('occurrences')} as (
      ${occurrences}
    )
    select
      ${key},
      min(${name('first_seen_at')}) as ${name('first_seen_at')},
      max(${name('last_seen_at')}) as ${name('last_seen_at')},
      count(*) as ${name('row_count')}
    from ${name('occurrences')}
    group by
      ${key}
  `
}
