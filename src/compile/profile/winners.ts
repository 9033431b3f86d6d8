// biome-ignore-all lint/suspicious/noThenProperty: "then" is a key of the language
import type { MergePolicy } from '../../language/merge-policy.js'
import { nullOf, type Scope } from '../../program/scope.js'
import { allTrue, anyTrue } from '../../sql/conditional-aggregates.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { bracketed, substituteName } from '../../sql/user-fragment.js'
import { PARTIES } from './candidates.js'
import { EARLIEST, LATEST, TIES } from './policy-order.js'

const WITNESS = ['customer_id', 'value', 'source', 'record_key', 'observed_at'] as const

/**
 * What follows the candidates (a CTE) in a statement: the winning value of each customer and its witness, the latest row
 * that has it.
 */
export function winners(scope: Scope, merge: MergePolicy, candidates: Sql): Sql {
  switch (merge.kind) {
    case 'most_recent':
      return firstRow(LATEST.terms, candidates)
    case 'oldest':
      return firstRow(EARLIEST.terms, candidates)
    case 'source_priority':
      return winners(scope, { kind: merge.then }, candidates)
    case 'sql':
      return ofFragment(scope, merge.sql, candidates)
    case 'collect':
      return collected(merge.limit, candidates)
    case 'longest':
      return witnessed(longest(candidates), candidates)
    case 'most_frequent':
      return witnessed(mostFrequent(candidates), candidates)
    default:
      return witnessed(
        sql`
          select
            ${name('customer_id')},
            ${aggregate(merge.kind)} as ${name('value')}
          from ${candidates}
          group by ${name('customer_id')}
        `,
        candidates,
      )
  }
}

function aggregate(kind: 'min' | 'max' | 'any_true' | 'all_true'): Sql {
  switch (kind) {
    case 'min':
      return sql`min(${name('value')})`
    case 'max':
      return sql`max(${name('value')})`
    case 'any_true':
      return anyTrue(name('value'))
    case 'all_true':
      return allTrue(name('value'))
  }
}

/** The row that comes first in an order is winner and witness at once; of several values that it has, the least. */
function firstRow(terms: Sql, candidates: Sql): Sql {
  return sql`
    , ${name('ordered')} as (
      select
        ${lines(WITNESS.map((column) => name(column)))},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${terms}, ${name('value')}
        ) as ${name('place')}
      from ${candidates}
    )
    select
      ${lines(WITNESS.map((column) => name(column)))}
    from ${name('ordered')}
    where ${name('place')} = 1
  `
}

/** Of equally long values the one whose row comes first by party, source and key: the time has no say. */
function longest(candidates: Sql): Sql {
  return sql`
    select
      ${name('customer_id')},
      ${name('value')}
    from (
      select
        ${name('customer_id')},
        ${name('value')},
        row_number() over (
          partition by ${name('customer_id')}
          order by length(${name('value')}) desc, ${TIES}, ${name('value')}
        ) as ${name('place')}
      from ${candidates}
    ) as ${name('ordered')}
    where ${name('place')} = 1
  `
}

function mostFrequent(candidates: Sql): Sql {
  return sql`
    select
      ${name('customer_id')},
      ${name('value')}
    from (
      select
        ${name('customer_id')},
        ${name('value')},
        row_number() over (
          partition by ${name('customer_id')}
          order by count(*) desc, max(${name('observed_at')}) desc nulls last, ${name('value')}
        ) as ${name('place')}
      from ${candidates}
      group by ${name('customer_id')}, ${name('value')}
    ) as ${name('counted')}
    where ${name('place')} = 1
  `
}

function witnessed(values: Sql, candidates: Sql): Sql {
  return sql`
    , ${name('winners')} as (
      ${values}
    ), ${name('witnesses')} as (
      select
        ${lines(WITNESS.map((column) => name('c', column)))},
        row_number() over (
          partition by ${name('c', 'customer_id')}
          order by ${LATEST.terms}
        ) as ${name('place')}
      from ${name('winners')} as ${name('w')}
      join ${candidates} as ${name('c')}
        on ${name('c', 'customer_id')} = ${name('w', 'customer_id')}
        and ${name('c', 'value')} = ${name('w', 'value')}
    )
    select
      ${lines(WITNESS.map((column) => name(column)))}
    from ${name('witnesses')}
    where ${name('place')} = 1
  `
}

/** Distinct values, the latest first, then by value; each with the latest row that has it. */
function collected(limit: number, candidates: Sql): Sql {
  return sql`
    , ${name('witnesses')} as (
      select
        ${lines(WITNESS.map((column) => name(column)))},
        row_number() over (
          partition by ${name('customer_id')}, ${name('value')}
          order by ${LATEST.terms}
        ) as ${name('sighting')}
      from ${candidates}
    ), ${name('elements')} as (
      select
        ${lines(WITNESS.map((column) => name(column)))},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${name('observed_at')} desc nulls last, ${name('value')}
        ) as ${name('place')}
      from ${name('witnesses')}
      where ${name('sighting')} = 1
    )
    select
      ${lines([...WITNESS, 'place'].map((column) => name(column)))}
    from ${name('elements')}
    where ${name('place')} <= ${limit}
  `
}

/** A party as the language writes it: candidates have its rank. */
const PARTY_WORD = sql`case ${name('party')} ${list(
  Object.entries(PARTIES).map(([word, rank]) => sql`when ${rank} then ${word}`),
  ' ',
)} end`

/** No row is the winner of an aggregate that cdp does not understand. */
function ofFragment(scope: Scope, fragment: string, candidates: Sql): Sql {
  return sql`
    select
      ${lines([
        name('customer_id'),
        as(
          bracketed(fragment, substituteName(fragment, scope.dialect.lexicon, 'party', PARTY_WORD)),
          'value',
        ),
        as(nullOf(scope, 'string'), 'source'),
        as(nullOf(scope, 'string'), 'record_key'),
        as(nullOf(scope, 'timestamp'), 'observed_at'),
      ])}
    from ${candidates}
    group by ${name('customer_id')}
  `
}
