import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES } from '../../src/engines/registry.js'
import type { SyncResult } from '../../src/sync/result.js'
import { writeFiles, writeProject } from '../project-run.js'
import { Receiver, type SentBatch } from '../sync/receiver.js'
import { quickConnector, syncIn } from '../sync/syncing.js'
import { type LiveEngine, quick, reachable, schemaOf, unreachable } from './engines.js'
import { runOn } from './same-tables.js'
import { SYNCED_PROJECTS, type SyncedProject } from './sync-projects.js'

/**
 * The same project, the same destination: syncs send the same requests, in the same order, from every engine, and their
 * ledgers say the same of every row.
 */

const able = reachable.filter(({ name }) => ENGINES[name]?.dialect.facts.leases)
const syncing = able.filter((engine) => quick.includes(engine))

const live = new Map<string, LiveEngine>()

beforeAll(async () => {
  for (const engine of syncing) live.set(engine.name, await engine.start())
})
afterAll(async () => {
  for (const engine of live.values()) await engine.stop()
})

describe.each(Object.entries(SYNCED_PROJECTS))('%s', (name, project) => {
  const sent = new Map<string, readonly Sent[]>()

  test.each(syncing.map((engine) => engine.name))('from %s', async (engine) => {
    const runs = await sentFrom(live.get(engine) as LiveEngine, `sync_${name}`, project)
    expect(runs.flatMap(({ requests }) => requests).length).toBeGreaterThan(1)
    sent.set(engine, runs)
  })

  for (const { name: engine, why } of unreachable) test.skip(`from ${engine}: ${why}`, () => {})
  for (const { name: engine } of reachable.filter((one) => !able.includes(one)))
    test.skip(`from ${engine}: syncs do not run from there`, () => {})
  for (const { name: engine } of able.filter((one) => !syncing.includes(one)))
    test.skip(`from ${engine}: it takes half an hour; ENGINES=duckdb,${engine} asks for it`, () => {})

  test('is the same from everywhere', () => {
    const [first, ...others] = [...sent]
    for (const [engine, runs] of others) expect(runs, engine).toEqual(first?.[1])
  })
})

/** What one run sent, and what was known after it. */
interface Sent {
  readonly requests: readonly Pick<SentBatch, 'path' | 'operation' | 'rows'>[]
  readonly counts: unknown
  readonly ledgers: readonly unknown[]
}

/** The runs of the files, and then one in which nothing has changed and nothing is sent. */
async function sentFrom(engine: LiveEngine, test: string, project: SyncedProject): Promise<readonly Sent[]> {
  const receiver = await Receiver.listen()
  const target = (await engine.target(test)).replace(/ }$/, ', syncs: live }')
  const folder = writeProject({
    'profiles.yml': `name: tiny\nlanguage: 1\ntargets:\n  ${engine.name}: ${target}\n`,
    'connectors/quick.yml': quickConnector('quick', [
      ['max_rows: 100', 'max_rows: 3'],
      ['concurrency: 4', 'concurrency: 1'],
    ]),
    'models/all.yml': project.models,
    ...project.files,
  })
  const runs: Sent[] = []
  for (const files of [...project.runs, {}]) {
    writeFiles(folder, files)
    await runOn(engine, test, folder)
    receiver.batches.length = 0
    const { results, printed } = await syncIn(folder, {
      from: { target: engine.name, env: engine.env },
      env: { HOOK: receiver.url },
    })
    expect(results.map(({ message }) => message ?? '').join('') + printed, engine.name).toBe('')
    const requests = receiver.batches.map(({ path, operation, rows }) => ({ path, operation, rows }))
    const ledgers = []
    for (const { sync } of results) ledgers.push(await ledgerOf(engine, test, folder, sync))
    runs.push({ requests, counts: results.map(countsOf), ledgers })
  }
  expect(runs.at(-1)?.requests).toEqual([])
  return runs
}

function countsOf({
  run_id: _,
  started_at: _begun,
  finished_at: _ended,
  elapsed_ms: _took,
  ...counts
}: SyncResult) {
  return counts
}

async function ledgerOf(engine: LiveEngine, test: string, folder: string, sync: string): Promise<unknown> {
  const connection = await engine.open(test, folder)
  try {
    const columns = 'audience, row_key, customer_id, acked_hash, created, dirty_run, failed_hash'
    return await connection.query(
      `select ${columns} from "${schemaOf(test)}_internal"."ledger_${sync}" order by audience, row_key`,
    )
  } finally {
    await connection.close()
  }
}
