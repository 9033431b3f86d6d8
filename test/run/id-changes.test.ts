import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { query, writeFiles, writeProject } from '../project-run.js'
import { succeeded } from './accounts.js'

const MODELS = `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }]
sources:
  - name: accounts
    file: accounts.csv
    key: id
    updated_at: at
    identifiers: { shop_id: [shop, other_shop], email: email }
`

/** The recipe of ids, for anchors of one-digit length like `s1`. */
function idOf(shop: string, generation = 0): string {
  const text = `8:customer0:7:shop_id${shop.length}:${shop}1:${generation}`
  return `c_${createHash('md5').update(text).digest('hex').slice(0, 20)}`
}

it('ids are kept, merged, split and retired, and each change is told', async () => {
  const folder = writeProject({ 'models/all.yml': MODELS })
  const run = async (day: string, rows: readonly string[]) => {
    writeFiles(folder, { 'accounts.csv': `id,shop,other_shop,email,at\n${rows.join('\n')}\n` })
    await succeeded(folder, { asOf: day, runId: `run-${day}` })
    const changes = await query(
      folder,
      `select kind, customer_id, previous_id, identifier, value from customer_id_changes
       where run_id = 'run-${day}' order by kind, customer_id`,
    )
    const ids = await query(folder, 'select shop_id, customer_id from customer_profiles order by 1')
    return { changes, ids: Object.fromEntries(ids.map((row) => [row.shop_id, row.customer_id])) }
  }
  // Seen first, though not with all that is known of Ann.
  const ann = '1,s1,,,2026-01-01\n6,s1,,ann@x.com,2026-02-15'
  const bob = '2,s2,,bob@x.com,2026-01-02'
  const cid = '3,s3,,cid@x.com,2026-01-03'
  const annToBob = '4,s1,s2,,2026-02-01'

  const first = await run('2026-03-01', [ann, bob, cid])
  expect(first.ids).toEqual({ s1: idOf('s1'), s2: idOf('s2'), s3: idOf('s3') })
  expect(first.changes).toEqual(
    ['s1', 's2', 's3']
      .map((shop) => ({
        kind: 'created',
        customer_id: idOf(shop),
        previous_id: null,
        identifier: 'shop_id',
        value: shop,
      }))
      .sort((a, b) => (a.customer_id < b.customer_id ? -1 : 1)),
  )

  expect((await run('2026-03-02', [cid, bob, ann])).changes).toEqual([])

  // Two customers become one: the id whose anchor was seen first stays.
  const merged = await run('2026-03-03', [ann, bob, cid, annToBob])
  expect(merged.changes).toMatchObject([{ kind: 'merged', customer_id: idOf('s1'), previous_id: idOf('s2') }])
  expect(new Set(Object.values(merged.ids))).toEqual(new Set([idOf('s1'), idOf('s3')]))

  // One becomes two again: the id stays with the half seen first, the other half gets one that was never used.
  const split = await run('2026-03-04', [ann, bob, cid])
  expect(split.ids).toEqual({ s1: idOf('s1'), s2: idOf('s2', 1), s3: idOf('s3') })
  expect(split.changes).toMatchObject([
    { kind: 'split', customer_id: idOf('s2', 1), previous_id: idOf('s1') },
  ])

  const retired = await run('2026-03-05', [ann, bob])
  expect(retired.changes).toMatchObject([{ kind: 'retired', customer_id: idOf('s3'), previous_id: null }])

  const again = await run('2026-03-06', [ann, bob, cid])
  expect(again.ids.s3).toBe(idOf('s3', 1))
  expect(again.changes).toMatchObject([{ kind: 'created', customer_id: idOf('s3', 1) }])

  // A new, stronger and older identifier of a customer does not change the id.
  const grown = await run('2026-03-07', [ann, bob, cid, '5,s0,s1,old@x.com,2020-01-01'])
  expect(grown.changes).toEqual([])
  expect(Object.values(grown.ids)).toContain(idOf('s1'))

  const state = await query(
    folder,
    `select customer_id, generation, minted_run, retired_at is not null as retired from ids_customer order by minted_at, customer_id`,
  )
  expect(state.filter((row) => row.retired).map((row) => row.customer_id)).toEqual(
    [idOf('s2'), idOf('s3')].sort(),
  )
  expect(new Set(state.map((row) => row.customer_id)).size).toBe(state.length)
})

const PEOPLE = `
entities:
  - name: customer
    identifiers: [{ name: email }]
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { email: [email, other] } }
`

/** A project of people with up to two addresses; gives the id of each address, and what happened to ids in the run. */
function people() {
  const folder = writeProject({ 'models/all.yml': PEOPLE })
  let runs = 0
  const run = async (rows: readonly string[], asOf = '2026-03-01') => {
    runs += 1
    writeFiles(folder, { 'people.csv': `id,email,other,at\n${rows.join('\n')}\n` })
    await succeeded(folder, { asOf, runId: `run-${runs}`, allowBackwards: true })
    const ids = await query(folder, 'select value, customer_id from customer_identifiers')
    const changes = await query(
      folder,
      `select kind, customer_id, previous_id from customer_id_changes where run_id = 'run-${runs}'`,
    )
    return { ids: Object.fromEntries(ids.map((row) => [row.value, row.customer_id])), changes }
  }
  return { folder, run }
}

it('of two ids the one of the earlier run stays, whatever moments the runs were as of', async () => {
  for (const secondRun of ['2026-03-01', '2026-02-01']) {
    const { run } = people()
    const ann = '1,ann@x.io,,2026-01-09'
    const bob = '2,bob@x.io,,2026-01-01'
    const first = await run([ann])
    const second = await run([ann, bob], secondRun)
    const both = await run([ann, bob, '3,ann@x.io,bob@x.io,2026-01-10'])
    expect(both.changes).toEqual([
      { kind: 'merged', customer_id: first.ids['ann@x.io'], previous_id: second.ids['bob@x.io'] },
    ])
  }
})

it('a record that leaves a customer for identifiers that nobody had is split off', async () => {
  const { run } = people()
  const home = '1,ann@x.io,,2026-01-01'
  const { ids } = await run([home, '2,ann@x.io,,2026-01-02'])
  const split = await run([home, '2,new@x.io,,2026-01-02'])
  expect(split.changes).toEqual([
    { kind: 'split', customer_id: split.ids['new@x.io'], previous_id: ids['ann@x.io'] },
  ])
})

it('a customer that is new of the members of several is split off each of them', async () => {
  const { run } = people()
  const home = ['1,ann@x.io,,2026-01-01', '2,bob@x.io,,2026-01-01']
  const { ids } = await run([...home, '3,ann@x.io,old@x.io,2026-01-02', '4,bob@x.io,,2026-01-02'])
  // An identifier of Ann's, and a record of Bob's.
  const split = await run([...home, '3,old@x.io,,2026-01-02', '4,old@x.io,,2026-01-02'])
  const id = split.ids['old@x.io']
  expect(split.changes).toHaveLength(2)
  expect(split.changes).toEqual(
    expect.arrayContaining([
      { kind: 'split', customer_id: id, previous_id: ids['ann@x.io'] },
      { kind: 'split', customer_id: id, previous_id: ids['bob@x.io'] },
    ]),
  )
})
