import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** What traits compute from rows; as_of is noon of 1 July 2026. */

const AS_OF = '2026-07-01T12:00:00Z'

const SOURCES = `
sources:
  - name: people
    file: data/people.csv
    key: p
    identifiers: { person: p }
    attributes: { plan: plan }
  - name: orders
    file: data/orders.csv
    key: k
    updated_at: at
    identifiers: { person: p }
    properties:
      status: status
      category: category
      amount: { type: number }
      weight: { type: float }
      pieces: { type: integer }
      gift: { type: boolean }
      due: { column: due, type: date }
      shipped: { type: timestamp }
    attributes: { plan: plan }
  - name: web
    file: data/web.jsonl
    key: id
    event: name
    timestamp: at
    identifiers: { person: p }
    properties: { page: props.page, amount: { path: props.amount, type: number } }
  - name: app
    file: data/app.csv
    identity: attach
    key: id
    event: { value: page_viewed }
    timestamp: at
    identifiers: { person: p }
    properties: { page: page, amount: { column: amount, type: integer } }
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
traits:
`

const DATA = {
  'data/people.csv': 'p,plan\nann,gold\nbob,\ncyd,free\n',
  'data/orders.csv': `k,p,at,status,category,amount,weight,pieces,gift,due,shipped,plan
1,ann,2026-01-01T00:00:00Z,paid,shoes,0.1,0.1,1,y,2026-07-02,2026-01-02T00:00:00Z,a
2,ann,2026-05-01T00:00:00Z,paid,hats,0.2,0.2,2,n,2026-07-01,,b
3,ann,2026-06-01T12:00:00Z,open,shoes,100,1.5,,n,2026-07-31,2026-06-02T00:00:00Z,b
4,ann,2026-06-01T12:00:01Z,paid,hats,-0.3,,4,,2026-08-01,,
5,ann,2026-07-01T12:00:00Z,refunded,bags,,2,2,y,2026-06-30,,c
6,ann,2026-07-01T12:00:01Z,paid,,7,,1,n,,,
7,ann,,paid,belts,1,,1,n,,,
8,bob,2026-06-15T00:00:00Z,open,,,,,,,,
`,
  'data/web.jsonl': [
    '{"id":"w1","p":"ann","name":"page_viewed","at":"2026-06-30T00:00:00Z","props":{"page":"home","amount":1.5}}',
    '{"id":"w2","p":"ann","name":"page_viewed","at":"2026-06-29T00:00:00Z","props":{"page":"shop","amount":2}}',
    '{"id":"w3","p":"ann","name":"signed_up","at":"2026-06-28T00:00:00Z","props":{"page":"join"}}',
    '{"id":"w4","p":"bob","name":"signed_up","at":"2026-06-28T00:00:00Z","props":{}}',
    '{"id":"w5","p":"ann","name":"page_viewed","at":"2026-07-01T12:00:01Z","props":{"page":"later"}}',
  ].join('\n'),
  'data/app.csv': `id,p,at,page,amount
a1,ann,2026-06-30T00:00:00Z,home,3
a2,ann,2026-04-01T00:00:00Z,cart,4
a3,zoe,2026-06-30T00:00:00Z,home,5
`,
}

/** Values of each trait for ann, bob and cyd, who has no rows. */
async function traits(
  expected: Readonly<
    Record<string, readonly [definition: string, ...values: readonly (string | number | boolean | null)[]]>
  >,
): Promise<void> {
  const entries = Object.entries(expected)
  const lines = entries.map(([name, [definition]]) => `  - { name: ${name}, ${definition} }`)
  const folder = writeProject({ 'models/all.yml': SOURCES + lines.join('\n'), ...DATA })
  const run = await runProjectIn(folder, { asOf: AS_OF })
  expect(run.printed).toBe('')
  expect(run.result?.error).toBeUndefined()
  const columns = entries.map(([name]) => `"${name}"`).join(', ')
  const rows = await query(folder, `select ${columns} from customer_profiles order by person`)
  const found = entries.map(([name]) => [name, ...rows.map((row) => row[name])])
  expect(found).toEqual(entries.map(([name, [, ...values]]) => [name, ...values]))
}

describe('traits of rows', () => {
  it('aggregate what is there, and say what there is where nothing is', async () => {
    await traits({
      n: ['from: orders, count: true', '7', '1', '0'],
      any_order: ['from: orders, exists: true', true, true, false],
      categories: ['from: orders, count_distinct: category', '4', '0', '0'],
      total: ['from: orders, sum: amount', '108.000000000', null, null],
      pieces_sum: ['from: orders, sum: pieces', '11', null, null],
      mean: ['from: orders, avg: amount', '18.000000', null, null],
      mean_pieces: ['from: orders, avg: pieces', '1.833333', null, null],
      least: ['from: orders, min: amount', '-0.300000000', null, null],
      most: ['from: orders, max: amount', '100.000000000', null, null],
      first_category: ['from: orders, first: category', 'shoes', null, null],
      last_category: ['from: orders, last: category', 'bags', null, null],
      last_amount: ['from: orders, last: amount', '7.000000000', null, null],
      last_gift: ['from: orders, last: gift', false, null, null],
      favourite: ['from: orders, most_frequent: category', 'hats', null, null],
      usual_gift: ['from: orders, most_frequent: gift', false, null, null],
      all_categories: ['from: orders, collect: category', '["bags","hats","shoes","belts"]', null, null],
      two_categories: ['from: orders, collect: category, limit: 2', '["bags","hats"]', null, null],
      all_pieces: ['from: orders, collect: pieces', '["1","2","4"]', null, null],
      first_at: ['from: orders, min: updated_at', '2026-01-01 00:00:00', '2026-06-15 00:00:00', null],
      last_due: ['from: orders, max: due', '2026-08-01', null, null],
      best_plan: ['from: orders, last: plan', 'c', null, null],
      usual_plan: ['from: [people, orders], most_frequent: plan', 'b', null, 'free'],
    })
  })

  it('count only the rows that where, event and windows leave', async () => {
    await traits({
      paid: ['from: orders, count: true, where: { property: status, eq: paid }', '5', '0', '0'],
      paid_sum: [
        'from: orders, sum: amount, where: { property: status, eq: paid }',
        '8.000000000',
        null,
        null,
      ],
      unpaid: ['from: orders, count: true, where: { property: status, ne: paid }', '2', '1', '0'],
      no_hats: ['from: orders, count: true, where: { property: category, ne: hats }', '5', '1', '0'],
      a_b: ['from: orders, count: true, where: { property: plan, in: [a, b] }', '3', '0', '0'],
      by_sql: ['from: orders, count: true, where: { sql: "amount > 1 or gift -- or so" }', '4', '0', '0'],
      both: [
        'from: orders, count: true, where: { all: [{ property: status, eq: paid }, { property: pieces, gte: 2 }] }',
        '2',
        '0',
        '0',
      ],
      // (1 June 12:00, 1 July 12:00]: the first is out, the second in, what comes later is not yet.
      last_30: ['from: orders, count: true, within: 30 days', '2', '1', '0'],
      last_hour: ['from: orders, exists: true, within: 1 hours', true, false, false],
      next_hour: ['from: orders, count: true, within_next: 1 hours', '1', '0', '0'],
      recent_sum: ['from: orders, sum: amount, within: 30 days', '-0.300000000', null, null],
      recent_last: ['from: orders, last: category, within: 31 days', 'bags', null, null],
      recent_often: ['from: orders, most_frequent: category, within: 31 days', 'bags', null, null],
      // A day is its first moment: 2 July is still to come, 1 July began before noon.
      due_soon: ['from: orders, count: true, time: due, within_next: 30 days', '2', '0', '0'],
      due_lately: ['from: orders, count: true, time: due, within: 2 days', '2', '0', '0'],
      shipped_lately: ['from: orders, count: true, time: shipped, within: 60 days', '1', '0', '0'],
      views: ['from: web, event: page_viewed, count: true', '2', '0', '0'],
      all_events: ['from: web, count: true', '3', '1', '0'],
      views_anywhere: ['from: [web, app], event: page_viewed, count: true', '4', '0', '0'],
      viewed_anywhere: ['from: [app, web], sum: amount', '10.500000000', null, null],
      pages: ['from: [web, app], collect: page', '["home","shop","join","cart"]', null, null],
      last_seen_event: [
        'from: [web, app], max: occurred_at',
        '2026-06-30 00:00:00',
        '2026-06-28 00:00:00',
        null,
      ],
      first_page: ['from: [web, app], first: page', 'cart', null, null],
      // web and app at one time: the source's name decides.
      last_page: ['from: [web, app], last: page', 'home', null, null],
      attached: ['from: app, count: true', '2', '0', '0'],
    })
  })

  it('add exactly, floats as numbers', async () => {
    await traits({
      // 0.1 + 0.2 + 1.5 + 2 is 3.8, not 3.8000000000000003.
      weight: ['from: orders, sum: weight', '3.800000000', null, null],
      mean_weight: ['from: orders, avg: weight', '0.950000', null, null],
      exact: ['from: orders, sum: amount, where: { property: amount, lt: 1 }', '0.000000000', null, null],
    })
  })
})

describe('traits of traits', () => {
  it('divide to six decimals, half away from zero, and by nothing to nothing', async () => {
    await traits({
      n: ['from: orders, count: true', '7', '1', '0'],
      one: ['from: people, count: true', '1', '1', '1'],
      three: ['from: web, count: true', '3', '1', '0'],
      total: ['from: orders, sum: amount', '108.000000000', null, null],
      least: ['from: orders, min: amount', '-0.300000000', null, null],
      pieces: ['from: orders, sum: pieces', '11', null, null],
      third: ['ratio: [one, three]', '0.333333', '1.000000', null],
      sevenths: ['ratio: [pieces, n]', '1.571429', null, null],
      negative: ['ratio: [least, n]', '-0.042857', null, null],
      per_order: ['ratio: [total, n]', '15.428571', null, null],
      of_nothing: ['ratio: [n, total]', '0.064815', null, null],
      half: ['type: number, sql: "0.0000005 * one"', '0.000000500', '0.000000500', '0.000000500'],
      minus_half: ['type: number, sql: "-half"', '-0.000000500', '-0.000000500', '-0.000000500'],
      rounded: ['ratio: [half, one]', '0.000001', '0.000001', '0.000001'],
      minus_rounded: ['ratio: [minus_half, one]', '-0.000001', '-0.000001', '-0.000001'],
    })
  })

  it('see attributes, identifiers and other traits, in whatever order they stand', async () => {
    await traits({
      label: [
        `type: string, sql: "upper(person) || ':' || band || coalesce(plan, '')"`,
        'ANN:highc',
        'BOB:low',
        'CYD:lowfree',
      ],
      band: [
        `type: string, sql: "case when value > 100 then 'high' else 'low' end -- two bands"`,
        'high',
        'low',
        'low',
      ],
      value: ['from: orders, sum: amount, default: 0', '108.000000000', '0.000000000', '0.000000000'],
      seen_twice: ['type: boolean, sql: "record_count + event_count > 1"', true, true, false],
      // SQL casts as the engine does.
      whole: ['type: integer, sql: "value / 4"', '27', '0', '0'],
    })
  })

  it('take a default where there is no row', async () => {
    await traits({
      status: ['from: orders, last: status, default: none', 'paid', 'open', 'none'],
      when: ['from: orders, max: due, default: 2000-01-01', '2026-08-01', '2000-01-01', '2000-01-01'],
      moment: [
        'from: orders, max: shipped, default: 2000-01-01',
        '2026-06-02 00:00:00',
        '2000-01-01 00:00:00',
        '2000-01-01 00:00:00',
      ],
      gift: ['from: orders, last: gift, default: yes', false, true, true],
      categories: [
        `from: orders, collect: category, default: '[]'`,
        '["bags","hats","shoes","belts"]',
        '[]',
        '[]',
      ],
      mean: ['from: orders, avg: amount, default: 0.5', '18.000000', '0.500000', '0.500000'],
      n: ['from: orders, count: true, default: -1', '7', '1', '-1'],
    })
  })
})
