import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

const ENTITIES = `entities:
  - name: customer
    identifiers:
      - { name: shop_id, max_per_profile: 1 }
      - { name: email, normalize: email }
      - { name: phone, shared_above: { email: 2 } }
sources:
  - name: shop
    file: data/shop.csv
    key: id
    updated_at: day
    identifiers: { shop_id: shop_id, email: email, phone: phone }
`
const HEADER = 'id,shop_id,email,phone,day'

const project = (overrides: string, rows: readonly string[]) =>
  writeProject({
    'models/models.yml': `${ENTITIES}${overrides}`,
    'data/shop.csv': `${[HEADER, ...rows].join('\n')}\n`,
  })

/** Each profile as its identifiers, in order. */
async function profiles(folder: string): Promise<readonly string[]> {
  const rows = await query(
    folder,
    `select string_agg(value, ' ' order by value) as held from customer_identifiers group by customer_id order by 1`,
  )
  return rows.map((row) => String(row.held))
}

test('a link joins what no row joins, in the normal form of its values', async () => {
  const folder = project('overrides: [{ link: ["email:ANN@X.com ", "shop_id:7"], reason: Called in }]\n', [
    '1,,ann@x.com,,2026-01-01',
    '2,7,,,2026-01-01',
  ])
  const run = await runProjectIn(folder)
  expect(run.result?.warnings).toEqual([])
  expect(await profiles(folder)).toEqual(['7 ann@x.com'])
  expect(run.result?.measures['identity.customer']?.overrides).toEqual([
    { override: 'link email:ANN@X.com , shop_id:7', kind: 'link', holds: true, effect: '1' },
  ])
})

test('a link holds over a limit, an unlink over a link', async () => {
  const rows = ['1,7,ann@x.com,,2026-01-01', '2,8,bob@x.com,,2026-01-01']
  const link = '{ link: ["shop_id:7", "shop_id:8"] }'
  expect(await run(`overrides: [${link}]\n`, rows)).toEqual(['7 8 ann@x.com bob@x.com'])
  expect(await run(`overrides: [${link}, { unlink: ["shop_id:7", "shop_id:8"] }]\n`, rows)).toEqual([
    '7 ann@x.com',
    '8 bob@x.com',
  ])
  async function run(overrides: string, lines: readonly string[]) {
    const folder = project(overrides, lines)
    await runProjectIn(folder)
    return profiles(folder)
  }
})

test('an unlink keeps apart what rows join, and says so', async () => {
  const folder = project('overrides: [{ unlink: ["shop_id:7", "email:ann@x.com"], by: ann.lee }]\n', [
    '1,7,ann@x.com,,2026-01-01',
  ])
  const run = await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['7', 'ann@x.com'])
  expect(
    await query(
      folder,
      'select identifier, value, other_identifier, other_value, reason, tier from customer_refused_edges',
    ),
  ).toEqual([
    {
      identifier: 'shop_id',
      value: '7',
      other_identifier: 'email',
      other_value: 'ann@x.com',
      reason: 'unlink',
      tier: 'email',
    },
  ])
  expect(run.result?.measures['identity.customer']?.overrides?.[0]).toMatchObject({ effect: '1' })
})

test('a blocked value joins nobody, identifies no row, and is listed', async () => {
  const folder = project('overrides: [{ block: "phone:555" }]\n', [
    '1,7,,555,2026-01-01',
    '2,8,,555,2026-01-01',
    '3,,,555,2026-01-01',
  ])
  await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['7', '8'])
  expect(await query(folder, 'select record_key from customer_records where customer_id is null')).toEqual([
    { record_key: '3' },
  ])
  expect(await query(folder, 'select * from rejected_identifiers')).toEqual([
    {
      source: 'shop',
      identifier: 'phone',
      value: '555',
      rule: 'block',
      row_count: '3',
      sample_record_key: '1',
    },
  ])
})

test('a shared value joins by a link alone', async () => {
  const rows = [1, 2, 3].map((n) => `${n},,p${n}@x.com,555,2026-01-01`)
  const shared = project('', rows)
  await runProjectIn(shared)
  expect(await profiles(shared)).toEqual(['p1@x.com', 'p2@x.com', 'p3@x.com'])
  const linked = project('overrides: [{ link: ["phone:555", "email:p2@x.com"] }]\n', rows)
  await runProjectIn(linked)
  expect(await profiles(linked)).toEqual(['555 p2@x.com', 'p1@x.com', 'p3@x.com'])
})

test('an override holds until the day on which it expires, and is announced before', async () => {
  const folder = project(
    'overrides:\n  - { link: ["email:ann@x.com", "shop_id:7"], expires: 2026-12-01 }\n',
    ['1,,ann@x.com,,2026-01-01', '2,7,,,2026-01-01'],
  )
  const messages = async (asOf: string) =>
    (await runProjectIn(folder, { asOf })).result?.warnings.map(({ message, rows }) => [
      message,
      rows[0]?.place,
    ])
  expect(await messages('2026-10-31')).toEqual([])
  expect(await profiles(folder)).toEqual(['7 ann@x.com'])
  expect(await messages('2026-11-30T23:00:00Z')).toEqual([
    ['Overrides expire within 30 days.', 'models/models.yml:14'],
  ])
  expect(await profiles(folder)).toEqual(['7 ann@x.com'])
  expect(await messages('2026-12-01')).toEqual([
    ['Overrides have expired: rows alone decide again.', 'models/models.yml:14'],
  ])
  expect(await profiles(folder)).toEqual(['7', 'ann@x.com'])
})

test('an override about what no row has does nothing, and says so', async () => {
  const folder = project(
    'overrides: [{ link: ["email:nobody@x.com", "shop_id:7"] }, { block: "email:not an address" }]\n',
    ['1,7,ann@x.com,,2026-01-01'],
  )
  const run = await runProjectIn(folder)
  expect(run.result?.warnings.flatMap(({ rows }) => rows.map((row) => row.override))).toEqual([
    'link email:nobody@x.com, shop_id:7',
    'block email:not an address',
  ])
})

test('mistakes are told with their places', async () => {
  const folder = project(
    `overrides:
  - { link: ["emial:ann@x.com", "shop_id:7"] }
  - { unlink: ["ann@x.com", "shop_id:7"] }
  - { block: "phone:555", expires: 2026-02-30 }
  - { link: ["shop_id:7", "shop_id:7"] }
`,
    ['1,7,ann@x.com,,2026-01-01'],
  )
  const { printed } = await runProjectIn(folder)
  const heads = printed.split('\n').filter((line) => / error /.test(line))
  expect(heads).toEqual([
    'models/models.yml:14:14 error CDP3001: unknown identifier type "emial"',
    'models/models.yml:15:16 error CDP2004: "ann@x.com" does not say what kind of identifier it is',
    'models/models.yml:16:36 error CDP2004: "2026-02-30" is no day',
    'models/models.yml:17:13 error CDP3006: both identifiers are the same one',
  ])
})

test('a customer whose links are all refused has a profile, without a row', async () => {
  const folder = project('overrides: [{ unlink: ["shop_id:7", "email:ann@x.com"] }]\n', [
    '1,7,ann@x.com,,2026-01-01',
  ])
  await runProjectIn(folder)
  expect(
    await query(
      folder,
      'select shop_id, email, first_seen_at, record_count from customer_profiles order by 1',
    ),
  ).toEqual([
    { shop_id: '7', email: null, first_seen_at: '2026-01-01 00:00:00', record_count: '1' },
    { shop_id: null, email: 'ann@x.com', first_seen_at: null, record_count: '0' },
  ])
})

test('a link to a shared value holds where another link of the customer is refused', async () => {
  // Each phone is seen with three addresses; whether it or the account stands for the two depends on their numbers.
  const few = [1, 2, 3, 4, 5, 6, 7, 8]
  const rows = few.flatMap((n) => [
    `${n}0,${n},own${n}@x.com,,2026-01-01`,
    ...['a', 'b', 'c'].map((who, i) => `${n}${i + 1},,${who}${n}@x.com,+${n},2026-01-01`),
  ])
  const decided = few.flatMap((n) => [
    `{ unlink: ["shop_id:${n}", "email:own${n}@x.com"] }`,
    `{ link: ["shop_id:${n}", "phone:+${n}"] }`,
  ])
  const folder = project(`overrides: [${decided.join(', ')}]\n`, rows)
  await runProjectIn(folder)
  expect((await profiles(folder)).filter((held) => held.startsWith('+'))).toEqual(
    few.map((n) => `+${n} ${n}`),
  )
})
