import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import type { Difference, Verification } from '../../src/inspect/verify/verification.js'
import { runProjectIn, writeProject } from '../project-run.js'
import { cdp, copyOf, project, shopThatRan } from './command-line.js'

const MODELS = `entities:
  - name: customer
    identifiers:
      - { name: shop_id, max_per_profile: 2 }
      - { name: email, normalize: email, pii: direct }
      - { name: phone, shared_above: { email: 2 } }
      - { name: cookie }
    match: [{ name: same_name, on: [first_name, city] }]
    max_profile_size: 6
    attributes:
      - { name: first_name, merge: longest, pii: direct }
      - { name: city, merge: most_frequent }
      - { name: score, type: integer, merge: max }
      - { name: emails, from: email, merge: { collect: { limit: 3 } } }
      - { name: plan, merge: { source_priority: [crm, shop], then: most_recent } }
sources:
  - name: shop
    file: shop.csv
    key: id
    updated_at: day
    identifiers: { shop_id: shop_id, email: [email, email_2], phone: phone }
    attributes: [first_name, city, score, plan]
  - { name: crm, file: crm.csv, key: id, party: second, identifiers: { email: email }, attributes: [plan, city] }
  - { name: visits, file: visits.csv, key: id, event: { value: visit }, timestamp: at, identifiers: { email: email, cookie: cookie } }
overrides:
  - { link: ["shop_id:1", "cookie:c9"], reason: Called in }
  - { unlink: ["shop_id:3", "shop_id:4"] }
`
const FILES = {
  'models/all.yml': MODELS,
  'shop.csv': `id,shop_id,email,email_2,phone,day,first_name,city,score,plan
1,1,ann@x.com,,+1000,2026-01-01,Ann,Ely,9,
2,1,ann@x.com,ann@work.com,,2026-02-01,Annabel,Ely,10,gold
3,2,bob@x.com,,+1000,2026-01-03,Bob,York,,
4,3,cat@x.com,,+1000,,Cat,Ely,5,
5,4,dan@x.com,,+2000,2026-03-01,Dan,Ely,6,
6,3,,,+2000,2026-04-01,Cat,Hull,,silver
7,,,,+1000,2026-04-01,Nobody,,,
`,
  'crm.csv': 'id,email,plan,city\nk1,ann@x.com,basic,Rome\nk2,zed@x.com,basic,Oslo\nk3,dan@x.com,,Ely\n',
  'visits.csv':
    'id,email,cookie,at\nv1,ann@x.com,c1,2026-05-01\nv2,,c1,2026-06-01\nv3,,c9,2026-06-02\nv4,bob@x.com,c2,2026-06-03\n',
}

/** A project that ran, with limits, decisions, shared values, several parties and policies; and what to change by hand. */
async function edited(...statements: readonly string[]): Promise<string> {
  const path = writeProject(FILES)
  const run = await runProjectIn(path)
  expect([run.printed, run.result?.status]).toEqual(['', 'succeeded'])
  const instance = await DuckDBInstance.create(join(path, 'target/dev.duckdb'))
  const connection = await instance.connect()
  await connection.run("set search_path = 'cdp_internal'")
  for (const statement of statements) {
    const { rowsChanged } = await connection.run(statement)
    expect({ statement, changed: rowsChanged > 0 }).toEqual({ statement, changed: true })
  }
  connection.closeSync()
  instance.closeSync()
  return path
}

async function verified(path: string, ...args: string[]): Promise<Verification & { code: number | null }> {
  const { code, out, err } = await cdp(['verify', '--reveal', '--output', 'json', ...args], { cwd: path })
  expect(err).toBe('')
  return { ...JSON.parse(out), code }
}

/** What is found, as `kind: what it is about`. */
const kinds = (differences: readonly Difference[]) =>
  differences.map(
    ({ kind, about }) =>
      `${kind}: ${about.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`)).join(', ')}`,
  )

const idOf = (type: string, value: string) =>
  `(select customer_id from identifiers_customer where identifier = '${type}' and value = '${value}')`

test('tables as a run leaves them agree with the rows', async () => {
  const path = await edited()
  const found = await verified(path)
  expect(found).toMatchObject({ ok: true, code: 0, difference_count: 0, differences: [] })
  expect(found.checked).toMatchObject([
    { entity: 'customer', skipped: 0, unchecked: ['traits and segments'] },
  ])
  const [all] = (await verified(path, '--all')).checked
  // Rows that no customer has are read again only with all.
  expect(all).toEqual({ ...found.checked[0], source_rows: 14 })
  expect(found.checked[0]?.source_rows).toBe(12)
  expect(all?.customers).toBe(all?.total)
  // Of 14 rows all but the one that has nothing but a shared phone, and the contact whom no shop knows.
  expect(all?.rows).toBe(12)
})

describe('staged rows are read again from their sources', () => {
  test('a value that was changed by hand is found', async () => {
    const path = await edited(
      "update rows_shop set attr__customer__first_name = 'Rob' where record_key = '3'",
    )
    const found = await verified(path)
    const [difference] = found.differences.filter(({ kind }) => kind === 'row_differs')
    expect(difference).toMatchObject({
      about: [{ name: 'rows_shop.attr__customer__first_name' }],
      published: 'Rob',
      expected: 'Bob',
      row: { source: 'shop', record_key: '3' },
    })
    expect(found.code).toBe(1)
    const masked = await cdp(['verify', '--output', 'json'], { cwd: path })
    expect(masked.out).not.toContain('Bob')
  })

  test('rows of a source that has moved on are counted, and no mistake', async () => {
    const path = await edited()
    const [before] = (await verified(path, '--all')).checked
    expect(before?.source_rows).toBe(14)
    writeFileSync(join(path, 'crm.csv'), 'id,email,plan,city\nk1,ann@x.com,basic,Paris\nk3,dan@x.com,,Ely\n')
    const { ok, checked } = await verified(path, '--all')
    expect(ok).toBe(true)
    expect(checked[0]?.source_rows).toBe(12)
    expect(checked[0]?.unchecked).toContain('2 of the rows of crm: the source has changed since the last run')
  })

  test('rows that a cursor hides from runs are found: its promise was broken', async () => {
    const rows = (...more: readonly string[]) =>
      ['id,email,city,loaded', '9,z@x.com,Ely,2026-05-10', ...more].join('\n')
    const models = `entities: [{ name: customer, identifiers: [{ name: email }] }]
sources:
  - { name: people, file: people.csv, key: id, loaded_at: { column: loaded, lookback: 3 days }, identifiers: { email: email }, attributes: [city] }
`
    const path = writeProject({
      'models/all.yml': models,
      'people.csv': rows(
        'kept,a@x.com,Ely,2026-05-01',
        'moved,b@x.com,Ely,2026-05-01',
        'gone,c@x.com,Ely,2026-05-01',
        'changed,d@x.com,Ely,2026-05-01',
        'late,e@x.com,Ely,2026-05-08',
        'without,f@x.com,Ely,',
      ),
    })
    await runProjectIn(path)
    expect(await verified(path, '--all')).toMatchObject({ code: 0, ok: true })
    writeFileSync(
      join(path, 'people.csv'),
      rows(
        'kept,a@x.com,Ely,2026-05-01',
        // A new value of the cursor, within the lookback, or no value at all: a run sees it.
        'moved,b@x.com,York,2026-05-11',
        'changed,d@x.com,York,2026-05-01',
        'late,e@x.com,York,2026-05-08',
        'without,f@x.com,York,',
        'new,g@x.com,York,2026-05-02',
        'later,h@x.com,York,2026-05-12',
      ),
    )
    const broken = async () => {
      const { differences } = await verified(path, '--all')
      return differences.map(({ kind, row }) => [kind, row?.record_key])
    }
    const promised = ['changed', 'gone', 'new'].map((key) => ['promise_broken', key])
    expect(await broken()).toEqual(promised)
    await runProjectIn(path)
    expect(await broken()).toEqual(promised)
    const { code, out } = await cdp(['verify', '--all'], { cwd: path })
    expect(code).toBe(1)
    expect(out).toContain('cdp run --reprocess')
  })

  test('a source that the project now reads otherwise is passed over', async () => {
    const path = await edited()
    writeFileSync(join(path, 'models/all.yml'), MODELS.replace('normalize: email, pii', 'pii'))
    const [checked] = (await verified(path)).checked
    expect(checked?.unchecked.join()).toContain('crm, shop, visits from the sources')
  })
})

describe('each kind of change by hand is found', () => {
  const cases: readonly (readonly [string, string | readonly string[], string])[] = [
    [
      'an identifier moved to another customer',
      `update identifiers_customer set customer_id = ${idOf('email', 'bob@x.com')} where value = 'c1'`,
      'linked_apart: email:ann@x.com, cookie:c1',
    ],
    [
      'two customers made one',
      `update identifiers_customer set customer_id = ${idOf('email', 'bob@x.com')} where customer_id = ${idOf('shop_id', '1')}`,
      'not_connected: ',
    ],
    [
      'an id changed',
      "update identifiers_customer set customer_id = 'c_0' where customer_id = (select customer_id from identifiers_customer where value = 'bob@x.com')",
      'id_registry: ids',
    ],
    [
      'an id retired that somebody has',
      `update ids_customer set retired_at = now() where customer_id = ${idOf('email', 'bob@x.com')}`,
      'id_registry: ids',
    ],
    [
      'an anchor changed',
      `update ids_customer set generation = generation + 1 where customer_id = ${idOf('email', 'bob@x.com')}`,
      'id_registry: ids',
    ],
    [
      'an identifier deleted',
      "delete from identifiers_customer where value = 'c1'",
      'identifier_missing: cookie:c1',
    ],
    [
      'an identifier added',
      "insert into identifiers_customer select 1, customer_id, 'cookie', 3, 'made-up', null, null, 1 from identifiers_customer where value = 'bob@x.com'",
      'identifier_unseen: cookie:made-up',
    ],
    [
      'an identifier listed twice',
      "insert into identifiers_customer from identifiers_customer where value = 'bob@x.com'",
      'identifier_twice: email:bob@x.com',
    ],
    [
      'a value changed',
      "update identifiers_customer set value = 'rob@x.com' where value = 'bob@x.com'",
      'identifier_renamed: email:rob@x.com',
    ],
    [
      'a count changed',
      "update identifiers_customer set row_count = row_count + 1 where value = 'bob@x.com'",
      'identifier_differs: email:bob@x.com',
    ],
    [
      'a time changed',
      "update identifiers_customer set first_seen_at = '2020-01-01' where value = 'bob@x.com'",
      'identifier_differs: email:bob@x.com',
    ],
    [
      'a customer deleted',
      `delete from customers_customer where customer_id = ${idOf('email', 'bob@x.com')}`,
      'customer_missing: customers',
    ],
    [
      'how often a customer was seen',
      `update customers_customer set event_count = 7 where customer_id = ${idOf('email', 'bob@x.com')}`,
      'customer_differs: customers',
    ],
    [
      'when a customer was seen',
      `update customers_customer set last_seen_at = null where customer_id = ${idOf('email', 'bob@x.com')}`,
      'customer_differs: customers',
    ],
    [
      'a record placed elsewhere',
      `update records_customer set customer_id = ${idOf('email', 'bob@x.com')} where source = 'shop' and record_key = '1'`,
      'record_misplaced: customer_records',
    ],
    [
      'a record placed nowhere',
      "update records_customer set customer_id = null where source = 'crm' and record_key = 'k1'",
      'record_misplaced: customer_records',
    ],
    [
      'a refused link forgotten',
      "delete from refused_edges_customer where reason = 'unlink'",
      'linked_apart: shop_id:3, phone:+2000',
    ],
    [
      'a link of a person undone',
      "update identifiers_customer set customer_id = (select customer_id from identifiers_customer where value = 'bob@x.com') where value = 'c9'",
      'linked_apart: shop_id:1, cookie:c9',
    ],
    [
      'a shared value forgotten',
      "delete from shared_values_customer where value = '+1000'",
      'identifier_missing: phone:+1000',
    ],
    ...[
      ['first_name', "'Bert'"],
      ['city', "'Ely'"],
      ['score', '1'],
      ['emails', 'null'],
      ['plan', "'gold'"],
    ].map(
      ([attribute, value]) =>
        [
          `the golden value of ${attribute}`,
          `update attributes_customer set ${attribute} = ${value} where customer_id = ${idOf('email', 'bob@x.com')}`,
          `golden_value: ${attribute}`,
        ] as const,
    ),
  ]
  test.each(cases)('%s', async (_, statements, expected) => {
    const path = await edited(...[statements].flat())
    const found = await verified(path)
    expect(found).toMatchObject({ ok: false, code: 1 })
    expect(kinds(found.differences).filter((one) => one.startsWith(expected))).not.toEqual([])
    expect(found.differences.length).toBeLessThanOrEqual(10)
  })
})

test('a difference names what is published, what the rows say, and a row', async () => {
  const path = await edited(
    `update identifiers_customer set customer_id = ${idOf('email', 'bob@x.com')} where value = 'c1'`,
  )
  const { differences } = await verified(path)
  const apart = differences.find(({ kind }) => kind === 'linked_apart')
  expect(apart).toMatchObject({
    entity: 'customer',
    expected: 'one customer',
    row: { source: 'visits', record_key: 'v1' },
  })
  expect(apart?.published).toMatch(/^c_[0-9a-f]{20} and c_[0-9a-f]{20}$/)
  const seen = differences.find(({ kind }) => kind === 'customer_differs')
  expect(JSON.parse(seen?.published ?? '')).toHaveProperty('event_count')
  const { code, out } = await cdp(['verify'], { cwd: path })
  expect(code).toBe(1)
  expect(out).toMatch(/differs email:a…@x\.com – cookie:c1 of c_\w+: a row links two customers/)
  expect(out).toContain('row        visits/v1')
  expect(out).toContain('"cdp run --full-refresh" builds them anew')
  expect(out).not.toContain('ann@x.com')
})

test('the same seed looks at the same customers, and what was changed elsewhere stays unseen', async () => {
  const path = await edited(
    `update customers_customer set event_count = 7 where customer_id = ${idOf('email', 'bob@x.com')}`,
  )
  const results = new Set<boolean>()
  for (const seed of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) {
    const one = await verified(path, '--sample', '1', '--seed', seed)
    expect(one.checked[0]?.customers).toBe(1)
    expect((await verified(path, '--sample', '1', '--seed', seed)).ok).toBe(one.ok)
    results.add(one.ok)
  }
  expect(results).toEqual(new Set([true, false]))
  expect((await verified(path, '--all')).ok).toBe(false)
  const { out } = await cdp(['verify', '--sample', '1', '--seed', 'a'], { cwd: path })
  expect(out).toContain('chosen by --seed a')
})

describe('the starter project', () => {
  const shop = shopThatRan()
  test('agrees, and says what was not recomputed', async () => {
    const { code, out } = await cdp(['verify', '--all'], { cwd: shop.path })
    expect(code).toBe(0)
    expect(out).toMatch(/customers recomputed from \d+ rows/)
    expect(out).toContain('not recomputed: traits and segments')
    expect(out).toMatch(/Verified in \d+\.\d s: tables and rows agree/)
  })

  test('still agrees after a second run', async () => {
    const copy = copyOf(shop.path)
    expect((await cdp(['run', '--as-of', '2026-02-01'], { cwd: copy })).code).toBe(0)
    expect((await cdp(['verify', '--all'], { cwd: copy })).code).toBe(0)
  })
})

test('wrong numbers, both of them, and no run yet are mistakes of the command line', async () => {
  const path = project()
  for (const args of [['--sample', '0'], ['--sample', 'many'], ['--sample', '5', '--all'], []])
    expect((await cdp(['verify', ...args], { cwd: path })).code).toBe(2)
})
