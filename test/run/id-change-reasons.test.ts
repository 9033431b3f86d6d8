import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** Why an id changed: what a person decided, and the day on which that ended, is told apart from data and rules. */
const models = (overrides: string) => `entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email }]
    max_profile_share: 100%
sources:
  - name: shop
    file: data/shop.csv
    key: id
    updated_at: day
    identifiers: { shop_id: shop_id, email: email }
${overrides === '' ? '' : `overrides: [${overrides}]\n`}`

const ANN = '1,s1,ann@x.com,2026-01-01'
const BOB = '2,s2,bob@x.com,2026-01-02'
const BOTH = '3,s2,ann@x.com,2026-01-03'

async function history(rows: readonly string[], ...moments: readonly (readonly [string, string])[]) {
  const folder = writeProject({
    'data/shop.csv': `${['id,shop_id,email,day', ...rows].join('\n')}\n`,
  })
  for (const [asOf, overrides] of moments) {
    writeFiles(folder, { 'models/models.yml': models(overrides) })
    const run = await runProjectIn(folder, { asOf, runId: asOf })
    expect(run.result?.error).toBeUndefined()
  }
  const changes = await query(
    folder,
    `select run_id, kind, reason from customer_id_changes where kind <> 'created' order by run_id, kind`,
  )
  return changes.map(({ run_id, kind, reason }) => `${run_id} ${kind} ${reason}`)
}

const LINK = '{ link: ["shop_id:s1", "shop_id:s2"], reason: called in, expires: 2026-06-10 }'
const UNLINK = '{ unlink: ["shop_id:s1", "shop_id:s2"], reason: twins, expires: 2026-06-10 }'
const BLOCK = '{ block: "email:ann@x.com", reason: store, expires: 2026-06-10 }'

test('a link that a person made merges, and its end splits', async () => {
  expect(
    await history(
      [ANN, BOB],
      ['2026-06-01', ''],
      ['2026-06-02', LINK],
      ['2026-06-10', LINK],
      ['2026-06-11', LINK],
    ),
  ).toEqual(['2026-06-02 merged override', '2026-06-10 split expiry'])
})

test('an unlink splits, and its end merges', async () => {
  expect(
    await history([ANN, BOB, BOTH], ['2026-06-01', ''], ['2026-06-02', UNLINK], ['2026-06-10', UNLINK]),
  ).toEqual(['2026-06-02 split override', '2026-06-10 merged expiry'])
})

test('a block splits, and its end merges', async () => {
  expect(
    await history([ANN, BOB, BOTH], ['2026-06-01', ''], ['2026-06-02', BLOCK], ['2026-06-12', BLOCK]),
  ).toEqual(['2026-06-02 split override', '2026-06-12 merged expiry'])
})

test('a block of the only identifier retires', async () => {
  expect(await history(['1,,ann@x.com,2026-01-01', BOB], ['2026-06-01', ''], ['2026-06-02', BLOCK])).toEqual([
    '2026-06-02 retired override',
  ])
})

test('a decision that is taken back is a changed rule', async () => {
  expect(await history([ANN, BOB], ['2026-06-01', LINK], ['2026-06-02', ''])).toEqual([
    '2026-06-02 split rule',
  ])
})

test('every word about who is one is a rule: what becomes of contested identifiers, too', async () => {
  const declared = (onConflict: string) =>
    models('')
      .replace('{ name: shop_id }', '{ name: shop_id, max_per_profile: 1 }')
      .replace('    max_profile_share', `    on_conflict: ${onConflict}\n    max_profile_share`)
  const folder = writeProject({
    'models/models.yml': declared('keep_best'),
    'data/shop.csv': `${['id,shop_id,email,day', ANN, BOB, BOTH].join('\n')}\n`,
  })
  await runProjectIn(folder, { asOf: '2026-06-01' })
  writeFiles(folder, { 'models/models.yml': declared('refuse_all') })
  await runProjectIn(folder, { asOf: '2026-06-02' })
  expect(await query(folder, "select kind, reason from customer_id_changes where kind <> 'created'")).toEqual(
    [{ kind: 'split', reason: 'rule' }],
  )
})
