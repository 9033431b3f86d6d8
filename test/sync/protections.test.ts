import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type * as LoadProject from '../../src/cli/load-project.js'
import type { SyncNode } from '../../src/graph/graph.js'
import type * as RunSyncs from '../../src/sync/run-syncs.js'
import type * as SyncProject from '../../src/sync/sync-project.js'
import type { Timing } from '../../src/sync/timing.js'
import { query, terminalIn, writeFiles, writeProject } from '../project-run.js'
import { BUILT, mutant, NO_INTENT, NO_LEASE_CHECK, NO_REPLAN } from './mutants.js'
import { Receiver, reset } from './receiver.js'
import { LIVE, quickConnector, runWith } from './syncing.js'

/**
 * The three protections of the promise, each in the one situation that it is there for; and the same situation with the
 * protection taken out of the built code, where the destination is wrong in the end.
 */

function project(url: string, connector = quickConnector('quick')): string {
  return writeProject({
    'profiles.yml': LIVE,
    'models/people.sql': 'select id, email, city, cast(age as bigint) as age from {{source "people_csv"}}\n',
    'connectors/quick.yml': connector,
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - name: people
    from: { model: people }
    to: hook
    key: id
    mode: mirror
    on_leave: delete
    allow_delete: true
    guards: { max_age: 9999 days }
    map: { city: city }
`,
  })
}

/** `cdp sync` of a built package, to its end, in a process that `kill` can end. */
function sync(
  built: string,
  cwd: string,
): { readonly kill: () => void; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [join(built, 'dist/cli/main.js'), 'sync'], { cwd, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { kill: () => void child.kill('SIGKILL'), ended }
}

/** A, then B sent and the run killed before it can say so, then A again: what the destination has in the end. */
async function changedBack(built: string): Promise<Record<string, unknown>> {
  const receiver = await Receiver.listen()
  const folder = project(receiver.url)
  await runWith(folder, ['1,,Ely,', '2,,York,'])
  expect(await sync(built, folder).ended).toBe(0)
  await runWith(folder, ['1,,Bath,', '3,,Deal,'])
  const killed = sync(built, folder)
  receiver.fate = () => ({
    after: (response, request) => {
      killed.kill()
      reset(response, request)
    },
  })
  expect(await killed.ended).toBe(null)
  receiver.fate = () => ({})
  await runWith(folder, ['1,,Ely,', '2,,York,'])
  expect(await sync(built, folder).ended).toBe(0)
  return Object.fromEntries([...receiver.store('/')].map(([key, { city }]) => [key, city]))
}

describe('killed between sending and acknowledging, with a source that goes back to what it was', () => {
  const before = { 1: 'Ely', 2: 'York' }

  test('the destination has what the warehouse has', async () => {
    expect(await changedBack(BUILT)).toEqual(before)
  })

  test('and has not where the intent is not written down', async () => {
    const built = mutant('no-intent', NO_INTENT)
    expect(await changedBack(built)).toEqual({ 1: 'Bath', 2: 'York', 3: 'Deal' })
  })

  test('and has not where what is marked is not planned again', async () => {
    const built = mutant('no-replan', NO_REPLAN)
    expect(await changedBack(built)).toEqual({ 1: 'Bath', 2: 'York', 3: 'Deal' })
  })
})

interface Package {
  readonly loading: typeof LoadProject
  readonly syncing: typeof SyncProject
  readonly running: typeof RunSyncs
}

async function load(built: string): Promise<Package> {
  const from = (path: string) => import(pathToFileURL(join(built, 'dist', path)).href)
  return {
    loading: (await from('cli/load-project.js')) as typeof LoadProject,
    syncing: (await from('sync/sync-project.js')) as typeof SyncProject,
    running: (await from('sync/run-syncs.js')) as typeof RunSyncs,
  }
}

/** A run pauses for longer than its lease lasts, between two batches; meanwhile another one syncs what is newer. */
async function paused(built: string): Promise<Record<string, unknown>> {
  const receiver = await Receiver.listen()
  const connector = quickConnector('quick', [
    [
      'limits: { concurrency: 4, timeout: 1s }',
      'limits: { rate: [{ requests: 1, per: 1s }], concurrency: 1, timeout: 1s }',
    ],
    ['max_rows: 100', 'max_rows: 1'],
  ])
  const folder = project(receiver.url, connector)
  await runWith(folder, ['1,,Ely,', '2,,York,'])
  const { loading, syncing, running } = await load(built)
  const invocation = { terminal: terminalIn(folder), args: [], options: { projectDir: folder } }
  const loaded = loading.loadProject(invocation)
  if (!('graph' in loaded)) throw new Error('no project')
  const connection = await loading.openTarget(loaded)
  const nodes = loaded.graph.nodes.filter((node): node is SyncNode => node.kind === 'sync')
  const open = (sleep: Timing['sleep']) =>
    syncing.openSyncs(loaded.graph, nodes, connection, loaded.engine.dialect, {
      positions: loaded.positions,
      cdpVersion: '0.0.0',
      connectors: loaded.connectors,
      env: {},
      target: 'here',
      now: Date.now,
      random: () => crypto.getRandomValues(new Uint8Array(10)),
      timing: { now: Date.now, monotonic: () => performance.now(), random: Math.random, sleep },
      // No heartbeat: a process that is stopped has none.
      lease: { ttlMs: 2_000, renewEveryMs: 1_000_000 },
    })
  let wakeUp = (): void => {}
  const awake = new Promise<void>((resolve) => {
    wakeUp = resolve
  })
  try {
    const first = await open(() => awake)
    const slow = running.runSyncs(first)
    while (receiver.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    await connection.execute(`update "cdp_internal"."people" set city = 'new ' || city`)
    const second = await open((ms) => new Promise((resolve) => setTimeout(resolve, ms)))
    expect(await running.runSyncs(second)).toMatchObject([{ status: 'succeeded' }])
    wakeUp()
    await slow.then(
      (results) => expect(results[0]?.status).not.toBe('succeeded'),
      () => undefined,
    )
    await second.close()
    await first.close()
  } finally {
    await connection.close()
  }
  return Object.fromEntries([...receiver.store('/')].map(([key, { city }]) => [key, city]))
}

describe('paused beyond its lease while another run sends what is newer', () => {
  test('a run sends nothing more', async () => {
    expect(await paused(BUILT)).toEqual({ 1: 'new Ely', 2: 'new York' })
  })

  test('and does where the lease is not looked at before each request', async () => {
    const built = mutant('no-lease-check', NO_LEASE_CHECK)
    expect(await paused(built)).toEqual({ 1: 'new Ely', 2: 'York' })
  })
})

test('a second run at the same time is told that there is a first', async () => {
  const receiver = await Receiver.listen()
  const folder = project(receiver.url, quickConnector('quick', [['timeout: 1s', 'timeout: 60s']]))
  await runWith(folder, ['1,,Ely,'])
  let go = (): void => {}
  receiver.fate = () => ({
    after: (response) => {
      go = () => response.end('{}')
    },
  })
  const first = sync(BUILT, folder)
  while (receiver.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await sync(BUILT, folder).ended).toBe(3)
  go()
  expect(await first.ended).toBe(0)
  expect(await query(folder, 'select status from sync_runs')).toEqual([{ status: 'succeeded' }])
})

test('a lease whose process was killed is taken over at once', async () => {
  const receiver = await Receiver.listen()
  const folder = project(receiver.url)
  await runWith(folder, ['1,,Ely,'])
  const killed = sync(BUILT, folder)
  receiver.fate = () => ({ before: () => killed.kill() })
  await killed.ended
  receiver.fate = () => ({})
  const begun = Date.now()
  expect(await sync(BUILT, folder).ended).toBe(0)
  expect(Date.now() - begun).toBeLessThan(20_000)
  expect(await query(folder, 'select status from sync_runs order by started_at, status')).toEqual([
    { status: 'interrupted' },
    { status: 'succeeded' },
  ])
  writeFiles(folder, {})
})
