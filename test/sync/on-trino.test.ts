import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTarget } from '../../src/engines/trino/connection.js'
import { runProjectIn, writeFiles, writeProject } from '../project-run.js'
import type { JavaServer } from '../servers/java-server.js'
import { startTrino, whyNoTrino } from '../servers/trino.js'
import { answer, Receiver, reset } from './receiver.js'
import { quickConnector, syncIn } from './syncing.js'

/** Syncs from an engine without transactions: what the promise rests on there. */

const why = whyNoTrino()
if (why !== undefined) test.skip(`syncs from Trino: ${why}`, () => {})

describe.runIf(why === undefined)('a sync from Trino', { timeout: 300_000 }, () => {
  let server: JavaServer
  beforeAll(async () => {
    server = await startTrino()
  }, 300_000)
  afterAll(() => server.remove())

  const ledger = async () => {
    const connection = await openTarget({ url: server.url, catalog: 'iceberg', user: 'ann' }, '.')
    const rows = await connection.query(
      'select row_key, dirty_run from cdp_internal.ledger_people order by row_key',
    )
    await connection.close()
    return rows.map(({ row_key: key, dirty_run: run }) => `${key}${run === null ? '' : ' uncertain'}`)
  }

  test('sends what changed, takes turns, and knows after a lost answer what is uncertain', async () => {
    const receiver = await Receiver.listen()
    const folder = writeProject({
      'profiles.yml': `name: tiny\nlanguage: 1\ntargets:\n  dev: { type: trino, url: "${server.url}", catalog: iceberg, user: ann, syncs: live }\n`,
      'connectors/quick.yml': quickConnector('quick'),
      'models/all.yml': `models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${receiver.url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { model: people }, to: hook, key: id, mode: mirror, on_leave: delete, allow_delete: true, map: { city: city } }
`,
    })
    const build = async (people: Readonly<Record<string, string>>) => {
      const rows = Object.entries(people).map(([id, city]) => `('${id.replace("'", "''")}', '${city}')`)
      writeFiles(folder, { 'models/people.sql': `select id, city from (values ${rows}) as p (id, city)\n` })
      const { result, printed } = await runProjectIn(folder)
      expect(printed + (result?.error?.message ?? '')).toBe('')
    }
    const held = () => Object.fromEntries([...receiver.store('/')].map(([id, fields]) => [id, fields.city]))

    await build({ a: 'Ely', b: 'York', "c'": 'Bath' })
    const both = await Promise.all([syncIn(folder), syncIn(folder)])
    const told = both.map(({ results }) => results[0]?.message ?? results[0]?.status)
    expect(told.sort()).toEqual([expect.stringContaining('people is already running'), 'succeeded'])
    expect(held()).toEqual({ a: 'Ely', b: 'York', "c'": 'Bath' })
    expect(receiver.batches).toHaveLength(1)
    expect(await ledger()).toEqual(['a', 'b', "c'"])

    await build({ a: 'Ripon', b: 'York', d: 'Ely' })
    receiver.fate = ({ rows }) => (rows.some(({ key }) => key === 'a') ? { after: reset } : {})
    const lost = await syncIn(folder)
    expect(lost.results).toMatchObject([{ status: 'failed', planned: 3, deferred: 2 }])
    expect(await ledger()).toEqual(['a uncertain', 'b', 'd uncertain'])

    // Back to what it was: the ledger's hash says the same as the source, but nobody knows what is there.
    await build({ a: 'Ely', b: 'York' })
    receiver.fate = ({ rows }) => (rows.some(({ key }) => key === 'a') ? { before: answer(503) } : {})
    expect((await syncIn(folder)).results).toMatchObject([{ status: 'failed', planned: 2 }])
    receiver.fate = () => ({})
    expect((await syncIn(folder)).results).toMatchObject([{ status: 'succeeded', planned: 1, ok: 1 }])
    expect(held()).toEqual({ a: 'Ely', b: 'York' })
    expect(await ledger()).toEqual(['a', 'b'])
    expect((await syncIn(folder)).results).toMatchObject([{ status: 'succeeded', planned: 0, unchanged: 2 }])
  })
})
