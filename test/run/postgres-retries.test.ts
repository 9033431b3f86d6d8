import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { StepFailure } from '../../src/run/run-steps.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../servers/postgres.js'

/** What passes by itself is tried again, and said; what may have been done is not. */

const why = whyNoPostgres()

describe.skipIf(why !== undefined)(
  `a Postgres server that refuses${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let server: PostgresServer
    let admin: Connection
    beforeAll(async () => {
      server = await startPostgres()
      admin = await open({ url: server.url })
      await admin.execute('create table one as select 1 as n')
      await admin.execute('create table two as select 1 as n')
    })
    afterAll(async () => {
      await admin.close()
      await server.remove()
    })

    const open = (options: Readonly<Record<string, unknown>>, told: string[] = []) => {
      const { postgres } = ENGINES
      if (!postgres) throw new Error('no engine')
      return postgres.open(options, '.', (line) => told.push(line))
    }
    const numbers = async () =>
      (await admin.query('select one.n as one, two.n as two from one, two')).map(({ one, two }) => [one, two])

    test('a transaction for the sake of another is run again as a whole', async () => {
      const told: string[] = []
      const ours = await open({ url: server.url, settings: { deadlock_timeout: '20ms' } }, told)
      const theirs = await admin.fork()
      let attempts = 0
      await theirs.execute('begin')
      await theirs.execute('update two set n = n * 100')
      const done = ours.transaction(async () => {
        attempts += 1
        await ours.execute('update one set n = n + 1')
        if (attempts === 1)
          void theirs.execute('update one set n = n * 100').then(() => theirs.execute('commit'))
        await wait(200)
        await ours.execute('update two set n = n + 1').catch((error: unknown) => {
          throw new StepFailure('a step', error)
        })
      })
      await done
      expect(attempts).toBe(2)
      expect(await numbers()).toEqual([[101, 101]])
      expect(told).toEqual([expect.stringMatching(/^deadlock detected.*: trying again in 0[.][234] s$/)])
      await theirs.close()
      await ours.close()
    })

    test('and fails where it is of the transaction itself', async () => {
      const told: string[] = []
      const ours = await open({ url: server.url }, told)
      let attempts = 0
      const failing = ours.transaction(async () => {
        attempts += 1
        await ours.execute('update one set n = n + 1')
        await ours.execute('select 1 / 0')
      })
      await expect(failing).rejects.toThrow('division by zero')
      expect([attempts, told, await numbers()]).toEqual([1, [], [[101, 101]]])
      await ours.close()
    })

    test('a connection for want of one is waited for', async () => {
      await admin.execute(`create role lonely login password 'l' connection limit 1`)
      const url = server.url.replace(/postgres:[^@]+@/, 'lonely:l@')
      const first = await open({ url })
      const told: string[] = []
      const second = open({ url }, told)
      await wait(300)
      await first.close()
      await (await second).close()
      expect(told[0]).toMatch(/too many connections for role "lonely": trying again/)
    })

    test('a further connection while it starts anew is waited for, a first one is not', async () => {
      const other = await startPostgres()
      try {
        const told: string[] = []
        const connection = await open({ url: other.url }, told)
        await other.stop('SIGKILL')
        await expect(open({ url: other.url }, told)).rejects.toThrow('ECONNREFUSED')
        expect(told).toEqual([])
        const further = connection.fork()
        await wait(300)
        await other.start()
        expect(await (await further).query('select 1 as one')).toEqual([{ one: 1 }])
        expect(told.length).toBeGreaterThan(0)
        // What runs when a session ends may have been done: nobody tries it again.
        await expect(connection.execute('create table three as select 1 as n')).rejects.toThrow()
        await connection.close()
      } finally {
        await other.remove()
      }
    })
  },
)
