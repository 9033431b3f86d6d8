import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

const models = (identifiers: string, fields: string, more = '') => `entities:
  - name: customer
    identifiers: [${identifiers}]
${more}
sources:
  - { name: shop, file: data/shop.csv, key: id, updated_at: day, identifiers: { ${fields} } }
`
const SHOP = models('{ name: shop_id }, { name: email }', 'shop_id: shop_id, email: email')
const HEADER = 'id,shop_id,email,day'

/** Runs one day after the other; gives the id of each e-mail address and of each account, and what happened to ids. */
function shop(declarations = SHOP) {
  const folder = writeProject({ 'models/models.yml': declarations })
  let day = 0
  return {
    folder,
    run: async (rows: readonly string[], changed?: string) => {
      day += 1
      if (changed !== undefined) writeFiles(folder, { 'models/models.yml': changed })
      writeFiles(folder, { 'data/shop.csv': `${[HEADER, ...rows].join('\n')}\n` })
      const runId = `run-${day}`
      const run = await runProjectIn(folder, { asOf: `2026-06-${String(day).padStart(2, '0')}`, runId })
      expect(run.printed).toBe('')
      expect(run.result?.error).toBeUndefined()
      const held = await query(folder, 'select value, customer_id from customer_identifiers')
      const aliases = await query(folder, 'select previous_id, customer_id from customer_id_aliases')
      const changes = await query(
        folder,
        `select kind, customer_id, previous_id, reason, identifier, value, source, record_key
         from customer_id_changes where run_id = '${runId}' order by kind, customer_id`,
      )
      return {
        ids: Object.fromEntries(held.map((row) => [String(row.value), String(row.customer_id)])),
        aliases: Object.fromEntries(aliases.map((row) => [String(row.previous_id), row.customer_id])),
        changes,
      }
    },
  }
}

const ANN = '1,s1,ann@x.com,2026-01-01'
const BOB = '2,s2,bob@x.com,2026-01-02'
const CAT = '3,s3,cat@x.com,2026-01-03'

test('a merged id answers with its heir, over any number of merges, in one hop', async () => {
  const { run } = shop()
  const first = await run([ANN, BOB, CAT])
  const [ann, bob, cat] = [first.ids.s1 ?? '', first.ids.s2 ?? '', first.ids.s3 ?? '']
  expect(first.aliases).toEqual({})
  const second = await run([ANN, BOB, CAT, '4,s2,cat@x.com,2026-02-01'])
  expect(second.aliases).toEqual({ [cat]: bob })
  const third = await run([ANN, BOB, CAT, '4,s2,cat@x.com,2026-02-01', '5,s1,bob@x.com,2026-03-01'])
  expect(third.aliases).toEqual({ [cat]: ann, [bob]: ann })
})

test('an id answers with whoever holds its address: after a split the new id, after a return the returned one', async () => {
  const { run } = shop()
  const { ids } = await run([ANN, BOB])
  const bob = ids.s2 ?? ''
  await run([ANN, BOB, '4,s1,bob@x.com,2026-02-01'])
  const split = await run([ANN, BOB])
  expect(split.ids.s1).toBe(ids.s1)
  expect(split.ids.s2).not.toBe(bob)
  expect(split.aliases).toEqual({ [bob]: split.ids.s2 })
  const gone = await run([ANN])
  expect(gone.aliases).toEqual({ [bob]: ids.s1, [split.ids.s2 ?? '']: null })
  const back = await run([ANN, BOB])
  expect(back.aliases).toEqual({ [bob]: back.ids.s2, [split.ids.s2 ?? '']: back.ids.s2 })
  expect(new Set([bob, split.ids.s2, back.ids.s2]).size).toBe(3)
})

test('a customer whose only identifier is corrected on the same record keeps the id', async () => {
  const { run } = shop()
  const { ids } = await run(['1,,ann@x.con,2026-01-01', BOB])
  const corrected = await run(['1,,ann@x.com,2026-02-01', BOB])
  expect(corrected.ids['ann@x.com']).toBe(ids['ann@x.con'])
  expect(corrected.changes).toEqual([])
})

test('a renamed identifier type and a new normaliser keep every id', async () => {
  const { run } = shop()
  const rows = ['1,s1,Ann@x.com,2026-01-01', BOB, '3,,CAT@x.com,2026-01-03']
  const { ids } = await run(rows)
  const renamed = models('{ name: account }, { name: mail }', 'account: shop_id, mail: email')
  const after = await run(rows, renamed)
  expect(after.ids).toEqual(ids)
  expect(after.changes).toEqual([])
  const lowered = models(
    '{ name: account }, { name: mail, normalize: email }',
    'account: shop_id, mail: email',
  )
  const normal = await run(rows, lowered)
  expect(normal.ids).toEqual({
    s1: ids.s1,
    'ann@x.com': ids.s1,
    s2: ids.s2,
    'bob@x.com': ids.s2,
    'cat@x.com': ids['CAT@x.com'],
  })
  expect(normal.changes).toEqual([])
})

test('records decide where identifiers are even', async () => {
  const { run } = shop()
  // One customer of two e-mail addresses; the later one has more records.
  const together = ['1,,ann@x.com,2026-01-01', '2,,bob@x.com,2026-01-02', '3,,bob@x.com,2026-01-03']
  const linked = models('{ name: shop_id }, { name: email }', 'shop_id: shop_id, email: email').concat(
    'overrides: [{ link: ["email:ann@x.com", "email:bob@x.com"] }]\n',
  )
  const { ids } = await run(together, linked)
  expect(new Set(Object.values(ids)).size).toBe(1)
  const apart = await run(together, SHOP)
  expect(apart.ids['bob@x.com']).toBe(ids['bob@x.com'])
  expect(apart.ids['ann@x.com']).not.toBe(ids['ann@x.com'])
  expect(apart.changes).toMatchObject([{ kind: 'split', previous_id: ids['ann@x.com'], reason: 'rule' }])
})

test('a merge names its reason, the value that joins, and the first row that says so', async () => {
  const { run } = shop()
  const { ids } = await run([ANN, BOB, CAT])
  const merged = await run([ANN, BOB, CAT, '9,s2,ann@x.com,2026-03-01', '4,s2,ann@x.com,2026-02-01'])
  expect(merged.changes).toEqual([
    {
      kind: 'merged',
      customer_id: ids.s1,
      previous_id: ids.s2,
      reason: 'data',
      identifier: 'email',
      value: 'ann@x.com',
      source: 'shop',
      record_key: '4',
    },
  ])
  const linked = `${SHOP}overrides: [{ link: ["shop_id:s1", "shop_id:s3"] }]\n`
  const decided = await run([ANN, BOB, CAT, '9,s2,ann@x.com,2026-03-01', '4,s2,ann@x.com,2026-02-01'], linked)
  expect(decided.changes).toMatchObject([
    { kind: 'merged', previous_id: ids.s3, reason: 'override', identifier: 'shop_id', source: null },
  ])
})
