import { expect, onTestFinished, test } from 'vitest'
import { startPostgres, whyNoPostgres } from '../servers/postgres.js'
import { type Came, lane } from './chaos/lane.js'
import { mutant } from './mutants.js'
import { Receiver } from './receiver.js'

/**
 * Syncs of the built package to a server on loopback that fails in every way that servers do. They die by SIGKILL before
 * any statement, and before a batch is taken, after it was taken and after that was said; they pause beyond their lease
 * while another run sends what is newer; two begin at once. Between runs, and during them, people come, go, change and
 * change back, become one and become two. Whenever the destination is asked in peace, it has exactly what the warehouse
 * has, and the counts of every run add up.
 */
const KILLS = Number(process.env.KILLS ?? 4)
const SEED = Number(process.env.SEED ?? 11)
/** Processes do work side by side there: it takes fewer to find out. */
const ON_POSTGRES = Math.ceil(KILLS / 4)
/** Projects side by side, each with a destination of its own: they wait for leases and servers most of the time. */
const LANES = KILLS > 20 ? 4 : 1

const why = whyNoPostgres()
if (why !== undefined) test.skip(`kills of syncs on Postgres: ${why}`, () => {})
const engines = why === undefined ? `${KILLS} kills, and ${ON_POSTGRES} on Postgres,` : `${KILLS} kills`

test(`after ${engines} the destination has what the warehouse has`, {
  timeout: 30_000 * KILLS + 300_000,
}, async () => {
  const receivers = await Promise.all(Array.from({ length: LANES }, () => Receiver.listen()))
  const built = mutant('as-it-is', [])
  const lanes = receivers.map((receiver, i) =>
    lane(built, receiver, SEED + i, { kills: Math.ceil(KILLS / LANES) }),
  )
  const onPostgres = why === undefined ? [laneOnPostgres(built)] : []
  const came = { duckdb: await Promise.all(lanes), postgres: await Promise.all(onPostgres) }
  console.log(JSON.stringify(came))
  expectRight(came.duckdb, KILLS)
  if (onPostgres.length > 0) expectRight(came.postgres, ON_POSTGRES)
})

function expectRight(came: readonly Came[], kills: number): void {
  expect(came.flatMap(({ wrong }) => wrong)).toEqual([])
  expect(came.reduce((all, one) => all + one.kills, 0)).toBeGreaterThanOrEqual(kills)
}

async function laneOnPostgres(built: string): Promise<Came> {
  const server = await startPostgres()
  onTestFinished(() => server.remove())
  const target = `type: postgres, url: "{{ env 'DB' }}"`
  return lane(built, await Receiver.listen(), SEED, {
    kills: ON_POSTGRES,
    warehouse: { target, env: { DB: server.url } },
  })
}
