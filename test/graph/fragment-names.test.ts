import { describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { namesIn } from '../../src/graph/fragment-names.js'

const names = (sql: string) => [...new Set(namesIn(sql, duckdb.lexicon).map((used) => used.name))]

describe('columns that an expression names', () => {
  test.each([
    ["case when spend >= 500 then 'high' else 'low' end", ['spend']],
    ['coalesce(a, "B c", 0) + c', ['a', 'B c', 'c']],
    ['cast(a as varchar) || b::decimal(38, 2)', ['a', 'b']],
    ['cast(a as timestamp with time zone)', ['a']],
    ['cast(a as double precision)', ['a']],
    ["extract(year from birth_date) < 1990 and date_part('month', born) = 1", ['birth_date', 'born']],
    ['extract(isoyear from born)', ['born']],
    ["born > current_date - interval '1' day and born < date '2025-01-01'", ['born']],
    ['a > now() - interval 90 days', ['a']],
    ["trim(both ' ' from a)", ['a']],
    ["substring(a from 1 for 2) = position('x' in b)", ['a', 'b']],
    ["a at time zone 'UTC'", ['a']],
    ['a is not distinct from b', ['a', 'b']],
    ["a like 'x!%' escape '!' and b ilike 'y'", ['a', 'b']],
    ['a collate nocase = b', ['a', 'b']],
    ['list_transform(tags, x -> x + n)', ['tags', 'n']],
    ['list_reduce(tags, (x, y) -> x + y)', ['tags']],
    ['list_transform(tags, lambda x: x + n)', ['tags', 'n']],
    ["props -> 'a' ->> 'b'", ['props']],
    ['{a: b}', ['b']],
    ['struct_pack(a := b)', ['b']],
    ["map {'x': a}", ['a']],
    ['[a, b][1]', ['a', 'b']],
    ['sum(value) filter (where party = 1)', ['value', 'party']],
    ['max(value order by observed_at desc nulls last)', ['value', 'observed_at']],
    [
      'row_number() over (partition by a order by b rows between unbounded preceding and current row)',
      ['a', 'b'],
    ],
    ['(select max(x) from unnest([a, b]) as t(x))', []],
    ['profile.country', []],
    ["'not a name' /* nor this */ -- nor that", []],
    ['{{var "region"}} = country', []],
    ['TRUE and Country is NULL', ['Country']],
  ])('%s', (sql, expected) => {
    expect(names(sql)).toEqual(expected)
  })
})
