import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** Who is in a segment: every operator on something and on nothing. as_of is noon of 1 July 2026 UTC, 8 in New York. */

const AS_OF = '2026-07-01T12:00:00Z'

const profiles = (timezone: string) => `name: tiny
language: 1
timezone: ${timezone}
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`

const MODELS = `
sources:
  - name: people
    file: data/people.csv
    key: p
    identifiers: { person: p, phone: phone }
    attributes: { name: name, country: country, born: born, seen: seen, points: points, vip: vip, tags: tags }
  - name: web
    file: data/web.csv
    key: k
    event: event
    timestamp: at
    identifiers: { person: p }
    properties: { page: page, amount: { type: number } }
  - name: app
    file: data/app.csv
    key: k
    event: { value: opened }
    timestamp: at
    identifiers: { person: p }
    properties: { page: page, amount: { type: number } }
entities:
  - name: customer
    identifiers: [{ name: person }, { name: phone }]
    max_profile_share: 100%
    attributes:
      - { name: name }
      - { name: country }
      - { name: born, type: date }
      - { name: seen, type: timestamp }
      - { name: points, type: 'number(10,2)' }
      - { name: vip, type: boolean }
      - { name: tags, merge: collect }
traits:
  - { name: visits, from: web, count: true }
  - { name: last_page, from: web, last: page }
segments:
`

/** zed knows nothing but its id. */
const DATA = {
  'data/people.csv': `p,phone,name,country,born,seen,points,vip,tags
ann,+1,Ann,us,1990-06-30,2026-07-01T03:59:59Z,10,y,red
bob,,Bob B.,ca,1990-07-01,2026-07-01T04:00:00Z,9.5,n,blue
eve,+2,ÉVE,US,2026-07-01,2026-07-01T12:00:00Z,-1,,
fay,,100%_a,de,2026-07-02,2026-07-01T12:00:01Z,,y,
zed,,,,,,,,
`,
  'data/web.csv': `k,p,at,event,page,amount
1,ann,2026-06-30T00:00:00Z,view,home,5
2,ann,2026-06-01T12:00:00Z,view,shop,1
3,ann,2026-06-01T12:00:01Z,buy,shop,
4,bob,2026-06-30T00:00:00Z,view,shop,7
5,eve,2026-01-01T00:00:00Z,buy,,2
6,eve,2026-07-01T12:00:01Z,view,home,9
`,
  'data/app.csv': 'k,p,at,page,amount\n1,bob,2026-06-30T00:00:00Z,home,1\n2,fay,2026-06-30T00:00:00Z,home,\n',
}

/** Each segment by its condition, and the names of its members. */
async function segments(
  expected: Readonly<Record<string, readonly [condition: string, members: string]>>,
  timezone = 'UTC',
): Promise<void> {
  const entries = Object.entries(expected)
  const lines = entries.map(([name, [condition]]) => `  - { name: ${name}, where: ${condition} }`)
  const folder = writeProject({
    'profiles.yml': profiles(timezone),
    'models/all.yml': MODELS + lines.join('\n'),
    ...DATA,
  })
  const run = await runProjectIn(folder, { asOf: AS_OF })
  expect(run.printed).toBe('')
  expect(run.result?.error).toBeUndefined()
  const rows = await query(
    folder,
    `
      select segment, string_agg(person, ' ' order by person) as members
      from customer_segments join customer_profiles using (customer_id) group by segment
    `,
  )
  const found = new Map(rows.map((row) => [row.segment, row.members]))
  expect(entries.map(([name]) => [name, found.get(name) ?? ''])).toEqual(
    entries.map(([name, [, members]]) => [name, members]),
  )
  expect(await query(folder, 'select distinct entered_at from customer_segments')).toEqual([
    { entered_at: '2026-07-01 12:00:00' },
  ])
}

describe('operators', () => {
  it('compare text, numbers and booleans, and nothing with nothing', async () => {
    await segments({
      eq: ['{ attribute: country, eq: us }', 'ann'],
      ne: ['{ attribute: country, ne: us }', 'bob eve fay zed'],
      not_eq: ['{ not: { attribute: country, eq: us } }', 'bob eve fay zed'],
      not_ne: ['{ not: { attribute: country, ne: us } }', 'ann'],
      in_two: ['{ attribute: country, in: [us, ca] }', 'ann bob'],
      not_in_two: ['{ attribute: country, not_in: [us, ca] }', 'eve fay zed'],
      not_not_in: ['{ not: { attribute: country, not_in: [us, ca] } }', 'ann bob'],
      gt_text: ['{ attribute: country, gt: ca }', 'ann fay'],
      between_text: ['{ attribute: country, between: [ca, de] }', 'bob fay'],
      gt: ['{ attribute: points, gt: 9.5 }', 'ann'],
      gte: ['{ attribute: points, gte: 9.5 }', 'ann bob'],
      gt_finer: ['{ attribute: points, gt: 9.4999 }', 'ann bob'],
      lt_finer: ['{ attribute: points, lt: 9.5001 }', 'bob eve'],
      lt: ['{ attribute: points, lt: 9.5 }', 'eve'],
      lte: ['{ attribute: points, lte: 9.5 }', 'bob eve'],
      not_lt: ['{ not: { attribute: points, lt: 9.5 } }', 'ann bob fay zed'],
      huge: ['{ attribute: points, lt: 1e15 }', 'ann bob eve'],
      between: ['{ attribute: points, between: [-1, 9.50] }', 'bob eve'],
      not_between: ['{ not: { attribute: points, between: [-1, 9.5] } }', 'ann fay zed'],
      two_tests: ['{ attribute: points, gte: 0, lt: 10 }', 'bob'],
      half_visit: ['{ trait: visits, gt: 1.5 }', 'ann'],
      whole_visit: ['{ trait: visits, eq: 1.0 }', 'bob eve'],
      no_visit: ['{ trait: visits, eq: 0 }', 'fay zed'],
      last_page: ['{ trait: last_page, ne: shop }', 'ann eve fay zed'],
      vip: ['{ attribute: vip, eq: true }', 'ann fay'],
      not_vip: ['{ attribute: vip, ne: true }', 'bob eve zed'],
      no_vip: ['{ attribute: vip, eq: no }', 'bob'],
      known_phone: ['{ identifier: phone, exists: true }', 'ann eve'],
      no_phone: ['{ identifier: phone, exists: false }', 'bob fay zed'],
      phone: ['{ identifier: phone, eq: "+2" }', 'eve'],
      person: ['{ identifier: person, in: [bob, zed] }', 'bob zed'],
      tagged: ['{ attribute: tags, exists: true }', 'ann bob'],
      red: [`{ attribute: tags, contains: '"red"' }`, 'ann'],
    })
  })

  it('search text to the letter', async () => {
    await segments({
      contains: ['{ attribute: name, contains: b }', 'bob'],
      contains_upper: ['{ attribute: name, contains: B }', 'bob'],
      contains_ann: ['{ attribute: name, contains: ann }', ''],
      contains_sign: ['{ attribute: name, contains: "%_" }', 'fay'],
      contains_nothing: ['{ attribute: name, contains: "" }', 'ann bob eve fay'],
      not_contains: ['{ not: { attribute: name, contains: n } }', 'bob eve fay zed'],
      starts: ['{ attribute: name, starts_with: B }', 'bob'],
      starts_sign: ['{ attribute: name, starts_with: "1__" }', ''],
      starts_accent: ['{ attribute: name, starts_with: É }', 'eve'],
      ends: ['{ attribute: name, ends_with: "B." }', 'bob'],
      ends_accent: ['{ attribute: name, ends_with: ÉVE }', 'eve'],
      ends_longer: ['{ attribute: name, ends_with: "  Ann" }', ''],
      matches: ['{ attribute: name, matches: "^[A-Z][a-z]+" }', 'ann bob'],
      matches_case: ['{ attribute: name, matches: "^a" }', ''],
      matches_sign: ['{ attribute: name, matches: "^[0-9]+%" }', 'fay'],
      not_matches: ['{ not: { attribute: name, matches: "n" } }', 'bob eve fay zed'],
    })
  })

  // seen: ann 03:59:59, bob 04:00, eve 12:00, fay 12:00:01, all of 1 July UTC.
  const TIMES: Readonly<Record<string, readonly [string, utc: string, newYork: string]>> = {
    before_day: ['{ attribute: seen, before: 2026-07-01 }', '', 'ann'],
    after_day: ['{ attribute: seen, after: 2026-07-01 }', 'ann bob eve fay', 'eve fay'],
    from_day: ['{ attribute: seen, gte: 2026-07-01 }', 'ann bob eve fay', 'bob eve fay'],
    before_time: ['{ attribute: seen, before: "2026-07-01T04:00:00Z" }', 'ann', 'ann'],
    before_local: ['{ attribute: seen, before: "2026-07-01 04:00" }', 'ann', 'ann bob'],
    before_offset: ['{ attribute: seen, before: "2026-07-01T00:00:00-04:00" }', 'ann', 'ann'],
    at_time: ['{ attribute: seen, eq: "2026-07-01T12:00:00Z" }', 'eve', 'eve'],
    not_after: ['{ not: { attribute: seen, after: 2026-07-01 } }', 'zed', 'ann bob zed'],
    hours: ['{ attribute: seen, within: 8 hours }', 'eve', 'eve'],
    more_hours: ['{ attribute: seen, within: 28801 s }', 'bob eve', 'bob eve'],
    next: ['{ attribute: seen, within_next: 1 hours }', 'fay', 'fay'],
    // Days, which begin at midnight of the project's zone: 12 hours before as_of, or 8.
    born_day: ['{ attribute: born, before: 1990-07-01 }', 'ann', 'ann'],
    born_after: ['{ attribute: born, after: 1990-07-01 }', 'eve fay', 'eve fay'],
    born_within: ['{ attribute: born, within: 9 hours }', '', 'eve'],
    born_within_12: ['{ attribute: born, within: 12 hours }', '', 'eve'],
    born_within_day: ['{ attribute: born, within: 1 days }', 'eve', 'eve'],
    born_next: ['{ attribute: born, within_next: 12 hours }', 'fay', ''],
    born_next_day: ['{ attribute: born, within_next: 16 hours }', 'fay', 'fay'],
    born_between: ['{ attribute: born, between: [1990-07-01, 2026-07-01] }', 'bob eve', 'bob eve'],
  }
  it('measure time in UTC', async () => {
    await segments(
      Object.fromEntries(Object.entries(TIMES).map(([name, [where, utc]]) => [name, [where, utc]])),
    )
  })
  it('measure days in the zone of the project', async () => {
    const there = Object.entries(TIMES).map(([name, [where, , local]]): [string, [string, string]] => [
      name,
      [where, local],
    ])
    await segments(Object.fromEntries(there), 'America/New_York')
  })
})

describe('conditions', () => {
  it('count events', async () => {
    await segments({
      some: ['{ from: web }', 'ann bob eve'],
      viewed: ['{ event: view, from: web }', 'ann bob'],
      at_least_two: ['{ event: view, from: web, at_least: 2 }', 'ann'],
      at_least_none: ['{ event: view, from: web, at_least: 0 }', 'ann bob eve fay zed'],
      none: ['{ event: view, from: web, at_most: 0 }', 'eve fay zed'],
      at_most_one: ['{ event: view, from: web, at_most: 1 }', 'bob eve fay zed'],
      exactly_none: ['{ event: buy, from: web, exactly: 0 }', 'bob fay zed'],
      exactly_one: ['{ event: view, from: web, exactly: 1 }', 'bob'],
      not_exactly_one: ['{ not: { event: view, from: web, exactly: 1 } }', 'ann eve fay zed'],
      // (1 June 12:00, 1 July 12:00]
      lately: ['{ from: web, within: 30 days, at_least: 2 }', 'ann'],
      not_lately: ['{ event: buy, from: web, within: 30 days, at_most: 0 }', 'bob eve fay zed'],
      anywhere: ['{ from: [web, app], at_least: 2 }', 'ann bob'],
      opened: ['{ event: opened, from: [web, app] }', 'bob fay'],
      large: ['{ event: view, from: web, where: { property: amount, gte: 5 } }', 'ann bob'],
      not_large: [
        '{ event: view, from: web, where: { property: amount, gte: 5 }, at_most: 0 }',
        'eve fay zed',
      ],
      no_page: ['{ from: web, where: { property: page, ne: shop }, within: 500 days }', 'ann eve'],
      by_sql: [`{ from: web, where: { sql: "amount > 1 and page like 's%'" } }`, 'bob'],
      several: [
        '{ from: [web, app], where: { all: [{ property: amount, lt: 6 }, { property: page, eq: home }] } }',
        'ann bob',
      ],
    })
  })

  it('nest, refer to other segments, and take SQL', async () => {
    await segments({
      outer: [
        '{ all: [{ not: { segment: inner } }, { any: [{ segment: other }, { attribute: country, eq: US }] }] }',
        'bob eve',
      ],
      inner: ['{ attribute: vip, eq: true }', 'ann fay'],
      other: ['{ trait: visits, gte: 1 }', 'ann bob eve'],
      twice_not: ['{ not: { not: { segment: inner } } }', 'ann fay'],
      none_of: ['{ not: { any: [{ segment: inner }, { segment: other }] } }', 'zed'],
      by_sql: ['{ sql: "points > 9 and visits < 2" }', 'bob'],
      null_sql: ['{ sql: "points > 0" }', 'ann bob'],
      not_null_sql: ['{ not: { sql: "points > 0 -- or nothing" } }', 'eve fay zed'],
      by_id: [`{ sql: "customer_id like 'c\\\\_%' escape '\\\\' and is_known" }`, 'ann bob eve fay zed'],
      built_in: ['{ sql: "event_count = 0 and record_count = 1" }', 'zed'],
    })
  })
})
