import { describe, expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { Receiver } from './receiver.js'
import { LIVE, quickConnector, syncIn, syncOne } from './syncing.js'

function project(url: string, key: string, replaced: Parameters<typeof quickConnector>[1] = []): string {
  return writeProject({
    'profiles.yml': LIVE,
    'connectors/quick.yml': quickConnector('quick', replaced),
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { profiles: customer }, to: hook, mode: mirror, on_leave: delete, allow_delete: true, key: ${key}, map: { city: city } }
`,
  })
}

async function runWith(folder: string, people: readonly string[]): Promise<void> {
  writeFiles(folder, { 'people.csv': `id,card,email,city,at\n${people.join('\n')}\n` })
  const run = await runProjectIn(folder)
  if (run.result?.status !== 'succeeded') throw new Error(run.printed)
}

const operations = (receiver: Receiver) =>
  receiver.batches.flatMap(({ operation, rows }) => rows.map((row) => [operation, row.key, row.previous_key]))

/** A destination that can neither re-key nor merge. */
const PLAIN = [
  [/^ {2}rekey:\n(?: {4}.*\n)+/gm, ''],
  [/^ {2}merge:\n(?: {4}.*\n)+/gm, ''],
] as const

/** A destination whose rows get another key, and no other values with it. */
const KEY_ONLY = [
  [/^ {2}rekey:\n/gm, '  rekey:\n    key_only: true\n'],
  [/(previous_key: "{{row.\$previous.key}}"), fields: "{{row.\$all}}"/g, '$1'],
] as const

describe('a customer whose address changes', () => {
  test('keeps the row of the old one for as long as it is theirs', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email')
    await runWith(folder, ['1,c1,old@x.com,Ely,2026-01-01'])
    await syncOne(folder)
    await runWith(folder, ['1,c1,old@x.com,Ely,2026-01-01', '2,c1,new@x.com,York,2026-02-01'])
    expect(await query(folder, 'select email from customer_profiles')).toEqual([{ email: 'new@x.com' }])
    expect(await syncOne(folder)).toMatchObject({ changed: 1, added: 0, removed: 0 })
    expect([...receiver.store('/')]).toEqual([['old@x.com', { email: 'old@x.com', city: 'York' }]])
  })

  test('has a row with a new key where the destination can re-key', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email')
    await runWith(folder, ['1,c1,old@x.com,Ely,2026-01-01'])
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, ['1,c1,new@x.com,Ely,2026-02-01'])
    expect(await syncOne(folder)).toMatchObject({ changed: 1, added: 0, removed: 0, ok: 1 })
    expect(operations(receiver)).toEqual([['rekey', 'new@x.com', 'old@x.com']])
    expect([...receiver.store('/').keys()]).toEqual(['new@x.com'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
  })

  test('has its other values with the next run where the destination can re-key and do no more', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email', KEY_ONLY)
    await runWith(folder, ['1,c1,old@x.com,Ely,2026-01-01'])
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, ['1,c1,new@x.com,York,2026-02-01'])
    expect(await syncOne(folder)).toMatchObject({ changed: 1, added: 0, removed: 0, ok: 1 })
    expect([...receiver.store('/')]).toEqual([['new@x.com', { email: 'old@x.com', city: 'Ely' }]])
    expect(await syncOne(folder)).toMatchObject({ changed: 1, ok: 1 })
    expect(operations(receiver)).toEqual([
      ['rekey', 'new@x.com', 'old@x.com'],
      ['upsert', 'new@x.com', undefined],
    ])
    expect([...receiver.store('/')]).toEqual([['new@x.com', { email: 'new@x.com', city: 'York' }]])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
  })

  test('has a new row, and then loses the old one, where it cannot', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email', PLAIN)
    await runWith(folder, ['1,c1,old@x.com,Ely,2026-01-01'])
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, ['1,c1,new@x.com,Ely,2026-02-01'])
    expect(await syncOne(folder)).toMatchObject({ added: 1, removed: 1, ok: 2 })
    expect(operations(receiver)).toEqual([
      ['upsert', 'new@x.com', undefined],
      ['delete', 'old@x.com', undefined],
    ])
  })
})

describe('an address that goes from one customer to another', () => {
  test('takes the row of neither: each keeps their own, under an address that is theirs', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email')
    await runWith(folder, ['1,c1,a@x.com,Ely,2026-01-01', '2,c2,b@x.com,York,2026-01-01'])
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, [
      '1,c1,new@x.com,Ely,2026-02-01',
      '2,c2,b@x.com,York,2026-01-01',
      '3,c2,a@x.com,York,2026-02-02',
    ])
    expect(await syncOne(folder)).toMatchObject({ changed: 1, added: 0, removed: 0, unchanged: 1, ok: 1 })
    expect(operations(receiver)).toEqual([['rekey', 'new@x.com', 'a@x.com']])
    expect([...receiver.store('/')]).toEqual([
      ['b@x.com', { email: 'b@x.com', city: 'York' }],
      ['new@x.com', { email: 'new@x.com', city: 'Ely' }],
    ])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 2 })
  })
})

describe('two customers who become one', () => {
  const apart = ['1,c1,a@x.com,Ely,2026-01-01', '2,c2,b@x.com,York,2026-01-02']
  const joined = [...apart, '3,c1,b@x.com,Deal,2026-02-01']

  test('are merged where the destination can', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'customer_id')
    await runWith(folder, apart)
    await syncOne(folder)
    const [first, second] = await query(folder, 'select customer_id from customer_profiles order by city')
    receiver.batches.length = 0
    await runWith(folder, joined)
    expect(await syncOne(folder)).toMatchObject({ changed: 1, removed: 1, ok: 2 })
    const [survivor] = await query(folder, 'select customer_id from customer_profiles')
    const other = [first, second].find((row) => row?.customer_id !== survivor?.customer_id)
    expect(operations(receiver)).toEqual([
      ['upsert', survivor?.customer_id, undefined],
      ['merge', survivor?.customer_id, other?.customer_id],
    ])
    expect([...receiver.store('/').keys()]).toEqual([survivor?.customer_id])
    expect(await syncOne(folder)).toMatchObject({ planned: 0 })
  })

  test('are merged into the row of the one who stays, though the latest address is that of the other', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email')
    await runWith(folder, apart)
    await syncOne(folder)
    const [first] = await query(folder, "select customer_id from customer_profiles where email = 'a@x.com'")
    await runWith(folder, joined)
    const [survivor] = await query(folder, 'select customer_id from customer_profiles')
    const [kept, other] =
      survivor?.customer_id === first?.customer_id ? ['a@x.com', 'b@x.com'] : ['b@x.com', 'a@x.com']
    receiver.batches.length = 0
    await syncOne(folder)
    expect(operations(receiver)).toEqual([
      ['upsert', kept, undefined],
      ['merge', kept, other],
    ])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
  })

  test('keep the row of the one who was known alone, when another address comes later', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'email')
    const nameless = '1,c1,,Ely,2026-01-01'
    await runWith(folder, [nameless, '2,c2,b@x.com,York,2026-01-02'])
    await syncOne(folder)
    const rows = [nameless, '2,c2,b@x.com,York,2026-01-02', '3,c1,b@x.com,York,2026-02-01']
    await runWith(folder, rows)
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, [...rows, '4,c1,late@x.com,York,2026-03-01'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
    expect([...receiver.store('/').keys()]).toEqual(['b@x.com'])
  })

  test('are known by what the destination calls the one from then on', async () => {
    const receiver = await Receiver.listen()
    const naming = [['if_none: ok', 'successes: { path: results, key: key, id: id }']] as const
    const folder = project(receiver.url, 'customer_id', naming)
    let named = 0
    receiver.fate = ({ rows }) => ({
      after: (response) => {
        named += 1
        response.end(JSON.stringify({ results: rows.map(({ key }, i) => ({ key, id: `${named}-${i}` })) }))
      },
    })
    await runWith(folder, apart)
    await syncOne(folder)
    await runWith(folder, joined)
    await syncOne(folder)
    expect(receiver.batches.map(({ operation }) => operation)).toEqual(['upsert', 'upsert', 'merge'])
    expect(await query(folder, 'select destination_id from ledger_people')).toEqual([
      { destination_id: '3-0' },
    ])
  })

  test('become an update and then a deletion where it cannot; parted again, they are two', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, 'customer_id', PLAIN)
    await runWith(folder, apart)
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, joined)
    await syncOne(folder)
    expect(operations(receiver).map(([operation]) => operation)).toEqual(['upsert', 'delete'])
    await runWith(folder, apart)
    await syncOne(folder)
    const ids = await query(folder, 'select customer_id from customer_profiles')
    expect([...receiver.store('/').keys()].sort()).toEqual(ids.map(({ customer_id }) => customer_id).sort())
  })
})

test('addresses that differ in case are one key where the destination takes them for one', async () => {
  const receiver = await Receiver.listen()
  const sync = 'mode: mirror, on_leave: delete, allow_delete: true, map: { city: city }'
  const folder = writeProject({
    'profiles.yml': LIVE,
    'connectors/quick.yml': quickConnector('quick'),
    'connectors/folding.yml': quickConnector('folding', [
      [
        '\noperations:\n',
        '\nschema: { key: { type: string, emails_ignore_case: true }, additional_fields: { type: string } }\noperations:\n',
      ],
    ]),
    'models/people.sql': 'select email, city from {{source "people_csv"}}\n',
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: crm, connector: folding, config: { url: ${receiver.url}/crm }, allow_http: true, allow_private: true }
  - { name: other, connector: quick, config: { url: ${receiver.url}/other }, allow_http: true, allow_private: true }
syncs:
  - { name: crm, from: { model: people }, to: crm, key: email, ${sync} }
  - { name: other, from: { model: people }, to: other, key: email, ${sync} }
`,
  })
  const build = async (...people: readonly string[]) => {
    writeFiles(folder, { 'people.csv': `id,email,city\n${people.join('\n')}\n` })
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
  }
  await build('1,Ann@X.com,Ely', '2,ID-7,York')
  await syncIn(folder)
  expect([...receiver.store('/crm').keys()].sort()).toEqual(['ID-7', 'ann@x.com'])
  await build('1,ann@x.COM,Ripon', '2,ID-7,York')
  expect((await syncIn(folder)).results).toMatchObject([
    { sync: 'crm', changed: 1, added: 0, removed: 0 },
    { sync: 'other', changed: 0, added: 1, removed: 1 },
  ])
  expect(receiver.store('/crm').get('ann@x.com')).toMatchObject({ city: 'Ripon' })
  await build('1,ann@x.com,Ely', '2,ID-7,York', '3,ANN@x.com,Bath')
  expect((await syncIn(folder)).results).toMatchObject([{ invalid: 2, removed: 0 }, { invalid: 0 }])
})
