import { expect, onTestFinished, test } from 'vitest'
import { startPostgres, whyNoPostgres } from '../servers/postgres.js'
import { startTrino } from '../servers/trino.js'
import { type Came, lane } from './chaos/lane.js'
import { DUCKDB } from './chaos/people.js'
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

/** `ENGINES=trino`: there instead, where a statement takes half a second, and a kill some minutes. */
const isOnTrino = process.env.ENGINES === 'trino'

const why = whyNoPostgres()
const engines = why === undefined ? `${KILLS} kills, and ${ON_POSTGRES} on Postgres,` : `${KILLS} kills`
if (why !== undefined) test.skip(`kills of syncs on Postgres: ${why}`, () => {})

if (isOnTrino)
  test(
    `after ${KILLS} kills on Trino the destination has what the warehouse has`,
    {
      timeout: 600_000 * KILLS,
    },
    killsOnTrino,
  )
else
  test(
    `after ${engines} the destination has what the warehouse has`,
    {
      timeout: 30_000 * KILLS + 300_000,
    },
    kills,
  )

async function kills(): Promise<void> {
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
}

async function killsOnTrino(): Promise<void> {
  const server = await startTrino()
  onTestFinished(() => server.remove())
  const target = `type: trino, url: "${server.url}", catalog: iceberg, schema: chaos, user: ann`
  const warehouse = { target, env: {}, leaseMs: 15_000 }
  const came = await lane(mutant('as-it-is', []), await Receiver.listen(), SEED, { kills: KILLS, warehouse })
  console.log(JSON.stringify(came))
  expectRight([came], KILLS)
}

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
    warehouse: { target, env: { DB: server.url }, leaseMs: DUCKDB.leaseMs },
  })
}
