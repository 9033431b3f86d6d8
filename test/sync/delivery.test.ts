import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { query, writeFiles, writeProject } from '../project-run.js'
import { answer, Receiver, reset } from './receiver.js'
import { LIVE, peopleProject, quickConnector, runWith, syncIn, syncOne } from './syncing.js'

const UPSERT = 'map: { email: email, city: city }'
const people = (count: number) => Array.from({ length: count }, (_, i) => `${i},p${i}@x.com,Ely,`)
const keysOf = (receiver: Receiver) => receiver.batches.map(({ rows }) => rows.map(({ key }) => key).join(''))

describe('a batch', () => {
  test('that is refused as a whole is halved until the row is found', async () => {
    const receiver = await Receiver.listen()
    const sync = `${UPSERT}`
    const folder = peopleProject(receiver.url, sync, {
      'connectors/quick.yml': quickConnector('quick', [
        ['max_rows: 100', 'max_rows: 8'],
        ['concurrency: 4', 'concurrency: 1'],
        [/^( +)results:$/gm, '$1errors: [{ status: [400], do: split }]\n$1results:'],
      ]),
    })
    await runWith(folder, people(8))
    receiver.fate = ({ rows }) =>
      rows.some(({ key }) => key === '5') ? { before: answer(400, 'bad request') } : {}
    const result = await syncOne(folder)
    expect(result).toMatchObject({ ok: 7, rejected: 1, deferred: 0 })
    expect(keysOf(receiver)).toEqual(['01234567', '0123', '4567', '45', '4', '5', '67'])
    expect(result.samples).toMatchObject([{ row_key: '5', outcome: 'rejected' }])
  })

  test('of which some rows are refused is known row by row; those wait, and are tried again when they change or are asked for', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, UPSERT)
    await runWith(folder, people(4))
    receiver.fate = () => ({ refused: ['1', '3'] })
    expect(await syncOne(folder)).toMatchObject({ planned: 4, ok: 2, rejected: 2, status: 'succeeded' })
    expect(await syncOne(folder)).toMatchObject({ planned: 0, waiting: 2, unchanged: 2 })
    receiver.fate = () => ({})
    await runWith(folder, ['0,p0@x.com,Ely,', '1,p1@x.com,York,', '2,p2@x.com,Ely,', '3,p3@x.com,Ely,'])
    expect(await syncOne(folder)).toMatchObject({ planned: 1, retried: 1, ok: 1, waiting: 1 })
    expect(await syncOne(folder, 'succeeded', { mend: 'retry' })).toMatchObject({
      planned: 1,
      ok: 1,
      waiting: 0,
    })
  })

  test('is in the log of rows for as long as the sync says', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, `${UPSERT}, log: { keep: 2 days }`)
    const logged = async () => {
      const rows = await query(folder, 'select row_key from sync_rows order by 1')
      return rows.map(({ row_key: key }) => key)
    }
    const day = (n: number) => Date.UTC(2026, 10, n)
    await runWith(folder, people(2))
    await syncOne(folder, 'succeeded', { now: () => day(1) })
    await runWith(folder, people(3))
    await syncOne(folder, 'succeeded', { now: () => day(2) })
    expect(await logged()).toEqual(['0', '1', '2'])
    await syncOne(folder, 'succeeded', { now: () => day(3) + 1000, accept: true })
    expect(await logged()).toEqual(['2'])
  })

  test('that fails is tried again, and in the end left to the next run', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, UPSERT)
    await runWith(folder, people(2))
    receiver.fate = () => (receiver.batches.length === 1 ? { before: answer(503) } : {})
    expect(await syncOne(folder)).toMatchObject({ ok: 2 })
    expect(await query(folder, 'select attempts, http_status from sync_batches')).toEqual([
      { attempts: '2', http_status: '200' },
    ])
    expect(receiver.batches[0]?.headers['idempotency-key']).toBe(
      receiver.batches[1]?.headers['idempotency-key'],
    )
    await runWith(folder, people(3))
    receiver.fate = () => ({ before: reset })
    const failed = await syncOne(folder, 'failed')
    expect(failed).toMatchObject({ planned: 1, deferred: 1, remedy: 'The next run sees to them.' })
    receiver.fate = () => ({})
    expect(await syncOne(folder)).toMatchObject({ retried: 1, ok: 1 })
  })

  test('whose credentials are refused stops the run, and no row is rejected for that', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, UPSERT)
    await runWith(folder, people(30))
    receiver.fate = () => ({ before: answer(401) })
    expect(await syncOne(folder, 'failed')).toMatchObject({ rejected: 0, ok: 0, deferred: 30 })
    expect(receiver.batches.length).toBeLessThanOrEqual(5)
    receiver.fate = () => ({})
    expect(await syncOne(folder)).toMatchObject({ ok: 30 })
  })

  test('is as large as is asked for', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, UPSERT)
    await runWith(folder, people(10))
    expect(await syncOne(folder, 'succeeded', { limit: 4 })).toMatchObject({
      planned: 10,
      ok: 4,
      deferred: 6,
    })
    expect(receiver.batches.map(({ rows }) => rows.length).sort()).toEqual([1, 3])
    expect(await syncOne(folder)).toMatchObject({ planned: 6, added: 6, ok: 6 })
  })
})

describe('what cannot be repeated', () => {
  const append = 'mode: append, map: { email: email }'

  test('and whose outcome is unknown is held for review, and sent again when that is asked for', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, append)
    await runWith(folder, people(5))
    receiver.fate = () => (receiver.batches.length === 1 ? { after: reset } : {})
    expect(await syncOne(folder, 'failed')).toMatchObject({ planned: 5, deferred: expect.any(Number) })
    const sent = receiver.appended.length
    expect(sent).toBe(5)
    const again = await syncOne(folder)
    expect(again.planned + again.held + again.unchanged).toBe(5)
    expect(again.held).toBeGreaterThan(0)
    expect(receiver.appended.length).toBe(sent)
    await syncOne(folder, 'succeeded', { mend: 'retry' })
    expect(receiver.appended.length).toBe(sent + again.held)
  })

  test('is sent again where the sync says so', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, `${append}, on_unknown: resend`)
    await runWith(folder, people(2))
    receiver.fate = () => ({ after: reset })
    await syncOne(folder, 'failed')
    receiver.fate = () => ({})
    expect(await syncOne(folder)).toMatchObject({ retried: 2, held: 0, ok: 2 })
  })

  test('is not held where it was certainly not sent', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, append)
    await runWith(folder, people(3))
    const yaml = readFileSync(join(folder, 'models/all.yml'), 'utf8')
    writeFiles(folder, { 'models/all.yml': yaml.replace(receiver.url, 'http://127.0.0.1:9') })
    expect(await syncOne(folder, 'failed')).toMatchObject({ deferred: 3 })
    writeFiles(folder, { 'models/all.yml': yaml })
    expect(await syncOne(folder, 'succeeded', { accept: true })).toMatchObject({ added: 3, held: 0, ok: 3 })
    expect(receiver.appended).toHaveLength(3)
  })
})

describe('what a destination bears', () => {
  /** Two syncs to one account. */
  const project = (url: string, limits: string) =>
    writeProject({
      'profiles.yml': LIVE,
      'models/people.sql': 'select id, email, city, age from {{source "people_csv"}}\n',
      'connectors/quick.yml': quickConnector('quick', [
        ['max_rows: 100', 'max_rows: 1'],
        ['limits: { concurrency: 4', limits],
      ]),
      'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: one, from: { model: people }, to: hook, key: id, map: { email: email } }
  - { name: two, from: { model: people }, to: hook, key: id, map: { city: city } }
`,
    })

  test('is kept to in any stretch of time, over all syncs to one account', async () => {
    const receiver = await Receiver.listen()
    const arrived: number[] = []
    receiver.fate = () => {
      arrived.push(performance.now())
      return {}
    }
    const folder = project(receiver.url, 'limits: { rate: [{ requests: 4, per: 1s }], concurrency: 4')
    await runWith(folder, people(6))
    expect((await syncIn(folder)).results).toMatchObject([{ ok: 6 }, { ok: 6 }])
    expect(arrived).toHaveLength(12)
    // Of any five the last comes a second after the first, less what the way there may differ.
    for (let i = 4; i < arrived.length; i += 1)
      expect((arrived[i] ?? 0) - (arrived[i - 4] ?? 0)).toBeGreaterThan(600)
  })

  test('that says "now", or a moment that has passed, is not asked again at once', async () => {
    const receiver = await Receiver.listen()
    const arrived: number[] = []
    const said = ['0', 'Sat, 31 Jan 2026 08:00:00 GMT']
    receiver.fate = () => {
      const wait = said[arrived.length]
      arrived.push(performance.now())
      return wait === undefined ? {} : { before: answer(429, '', { 'retry-after': wait }) }
    }
    const folder = project(receiver.url, 'limits: { concurrency: 1')
    await runWith(folder, people(1))
    expect(await syncOne(folder, 'succeeded', { only: ['one'] })).toMatchObject({ ok: 1 })
    expect(arrived).toHaveLength(3)
    for (const i of [1, 2]) expect((arrived[i] ?? 0) - (arrived[i - 1] ?? 0)).toBeGreaterThan(950)
  })

  test('for longer than there is patience is not waited for: the next run sends the rest', async () => {
    const receiver = await Receiver.listen()
    receiver.fate = () => ({ before: answer(429, '', { 'retry-after': '3600' }) })
    const folder = project(receiver.url, 'limits: { concurrency: 1')
    await runWith(folder, people(5))
    const begun = performance.now()
    expect(await syncOne(folder, 'failed', { only: ['one'] })).toMatchObject({
      planned: 5,
      deferred: 5,
      message: 'the destination asks to be left alone for 3600 s',
    })
    expect(performance.now() - begun).toBeLessThan(10_000)
    const asked = receiver.batches.length
    expect(asked).toBe(1)
    receiver.fate = () => ({})
    expect(await syncOne(folder, 'succeeded', { only: ['one'] })).toMatchObject({ ok: 5 })
  })

  test('is waited for when it says so, by all', async () => {
    const receiver = await Receiver.listen()
    const arrived: number[] = []
    receiver.fate = () => {
      arrived.push(performance.now())
      return arrived.length === 1 ? { before: answer(429, '', { 'retry-after': '1' }) } : {}
    }
    const folder = project(receiver.url, 'limits: { concurrency: 1')
    await runWith(folder, people(2))
    expect((await syncIn(folder)).results).toMatchObject([{ ok: 2, rejected: 0 }, { ok: 2 }])
    expect((arrived[1] ?? 0) - (arrived[0] ?? 0)).toBeGreaterThan(950)
  })
})
