import { describe, expect, test } from 'vitest'
import { startPostgres, whyNoPostgres } from '../servers/postgres.js'
import { lane } from './chaos/lane.js'
import { BUILT, mutant, NO_INTENT, NO_LEASE_CHECK, NO_REPLAN } from './mutants.js'
import { Receiver } from './receiver.js'

/**
 * Syncs of the built package to a server on loopback that fails in every way that servers do. They die by SIGKILL before
 * any statement, and before a batch is taken, after it was taken and after that was said; they pause beyond their lease
 * while another run sends what is newer; two begin at once. Between runs, and during them, people come, go, change and
 * change back, become one and become two. Whenever the destination is asked in peace, it has exactly what the warehouse
 * has, and the counts of every run add up. They wait for leases and servers most of the time, and so go side by side.
 */
const KILLS = Number(process.env.KILLS ?? 8)
const SEED = Number(process.env.SEED ?? 11)
/** Processes do work side by side there: it takes fewer to find out. */
const ON_POSTGRES = Math.ceil(KILLS / 4)
/** Projects side by side, each with a destination of its own. */
const LANES = KILLS > 20 ? 4 : 1

test(`after ${KILLS} kills the destination has what the warehouse has`, {
  timeout: 30_000 * KILLS + 120_000,
  concurrent: true,
}, async () => {
  const receivers = await Promise.all(Array.from({ length: LANES }, () => Receiver.listen()))
  const lanes = await Promise.all(
    receivers.map((receiver, i) => lane(BUILT, receiver, SEED + i, { kills: Math.ceil(KILLS / LANES) })),
  )
  console.log(JSON.stringify(lanes))
  expect(lanes.flatMap(({ wrong }) => wrong)).toEqual([])
  expect(lanes.reduce((all, { kills }) => all + kills, 0)).toBeGreaterThanOrEqual(KILLS)
})

const why = whyNoPostgres()

test.skipIf(why !== undefined)(
  `and so it does after ${ON_POSTGRES} kills on Postgres${why === undefined ? '' : ` (skipped: ${why})`}`,
  {
    timeout: 30_000 * ON_POSTGRES + 180_000,
    concurrent: true,
  },
  async ({ onTestFinished }) => {
    const server = await startPostgres()
    onTestFinished(() => server.remove())
    const target = `type: postgres, url: "{{ env 'DB' }}"`
    const came = await lane(BUILT, await Receiver.listen(), SEED, {
      kills: ON_POSTGRES,
      warehouse: { target, env: { DB: server.url } },
    })
    console.log(JSON.stringify(came))
    expect(came.wrong).toEqual([])
    expect(came.kills).toBeGreaterThanOrEqual(ON_POSTGRES)
  },
)

/** The same with a protection taken out, until the destination is wrong: a minute or so each, and asked for by ABLATIONS=1. */
describe.skipIf(process.env.ABLATIONS === undefined)('and soon has not', { concurrent: true }, () => {
  test.each([
    ['without the intent', NO_INTENT],
    ['without the look at the lease', NO_LEASE_CHECK],
    ['without planning again what is marked', NO_REPLAN],
  ] as const)('%s', { timeout: 1_200_000 }, async (name, mutations) => {
    const receiver = await Receiver.listen()
    const built = mutant(name.replaceAll(' ', '-'), mutations)
    const came = await lane(built, receiver, SEED, { generations: 40 })
    console.log(name, JSON.stringify(came))
    expect(came.wrong).not.toEqual([])
  })
})
