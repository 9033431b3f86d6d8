import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { type RunFolderOptions, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../servers/postgres.js'

/** What only a server has: rights, views of others, other sessions, and that it can be away. */

const OLD_SERVER = '/usr/lib/postgresql/15/bin'

const MODELS = `entities:
  - name: customer
    identifiers: [{ name: email, normalize: email }]
    max_profile_share: 100%
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email }, attributes: [city] }
`
const PEOPLE = 'id,email,city,street\n1,ann@x.com,Oslo,High\n2,bo@x.com,Bonn,Low\n'

const why = whyNoPostgres()

describe.skipIf(why !== undefined)(
  `on a Postgres server${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let server: PostgresServer
    let admin: Connection
    beforeAll(async () => {
      server = await startPostgres()
      admin = await open({ url: server.url })
    })
    afterAll(async () => {
      await admin.close()
      await server.remove()
    })

    const open = (options: Readonly<Record<string, unknown>>) => {
      const { postgres } = ENGINES
      if (!postgres) throw new Error('no engine')
      return postgres.open(options, '.')
    }
    const folderOf = (schema: string, more = '') =>
      writeProject({
        'profiles.yml': `name: tiny\nlanguage: 1\ntargets:\n  dev: { type: postgres, url: "{{ env 'DB' }}", schema: ${schema}${more} }\n`,
        'models/all.yml': MODELS,
        'people.csv': PEOPLE,
      })
    const run = (folder: string, options: RunFolderOptions & { readonly url?: string } = {}) =>
      runProjectIn(folder, { env: { DB: options.url ?? server.url }, ...options })
    const succeeded = async (folder: string, options: RunFolderOptions & { readonly url?: string } = {}) => {
      const done = await run(folder, options)
      expect(done.result?.error ?? done.printed).toBe('')
      return done
    }
    const values = async (sql: string) => (await admin.query(sql)).map((row) => Object.values(row).join(' '))

    test('replaced tables keep rights, comments and the views of others, and new columns come beside them', async () => {
      const folder = folderOf('kept')
      await succeeded(folder, { runId: 'one' })
      await admin.execute('create role reader')
      await admin.execute('grant select on kept.customer_profiles to reader')
      await admin.execute('create view public.of_mine as select email, city from kept.customer_profiles')
      writeFiles(folder, { 'people.csv': `${PEOPLE}3,cy@x.com,Rome,Via\n` })
      await succeeded(folder, { runId: 'two', fullRefresh: true })
      expect(await values('select city from public.of_mine order by city')).toEqual(['Bonn', 'Oslo', 'Rome'])
      expect(
        await values(`select has_table_privilege('reader', 'kept.customer_profiles', 'select')`),
      ).toEqual(['true'])
      expect(await values(`select obj_description('kept.customer_profiles'::regclass) is not null`)).toEqual([
        'true',
      ])
    })

    test('readers of the target may read what is public and nothing else, whatever becomes of it', async () => {
      const reader = 'the "BI" reader'
      const quoted = `"${reader.replaceAll('"', '""')}"`
      const folder = folderOf('granted', `, grants: { select: [${JSON.stringify(reader)}] }`)
      const missing = await run(folder).catch((error: unknown) => error)
      expect(String(missing)).toContain(`role "${reader}" does not exist`)
      expect(missing).toMatchObject({ remedy: expect.stringContaining('`grants`') })
      await admin.execute(`create role ${quoted} login password 'r'`)
      await succeeded(folder, { runId: 'one' })
      const their = await open({
        url: server.url.replace(/postgres:[^@]+@/, `${encodeURIComponent(reader)}:r@`),
      })
      try {
        const seen = async (column: string) =>
          (await their.query(`select ${column} from granted.customer_profiles order by 1`)).map(
            (row) => row[column],
          )
        expect(await seen('city')).toEqual(['Bonn', 'Oslo'])
        await expect(their.query('select * from granted_internal.rows_people')).rejects.toThrow('denied')
        await expect(their.execute('create table granted.theirs (a int)')).rejects.toThrow('denied')
        writeFiles(folder, { 'models/all.yml': MODELS.replace('[city]', '[street]') })
        await succeeded(folder, { runId: 'two' })
        expect(await seen('street')).toEqual(['High', 'Low'])
      } finally {
        await their.close()
      }
    })

    test('other columns of a public view stop at the view of somebody else, which is named', async () => {
      const folder = folderOf('changed')
      await succeeded(folder, { runId: 'one' })
      await admin.execute('create role analyst')
      await admin.execute('grant select on changed.customer_profiles to analyst')
      await admin.execute('create view public.theirs as select city from changed.customer_profiles')
      writeFiles(folder, { 'models/all.yml': MODELS.replace('[city]', '[street]') })
      const stopped = await run(folder, { runId: 'two' })
      expect(stopped.result?.error?.message).toContain(
        'view theirs depends on view changed.customer_profiles',
      )
      expect(stopped.result?.error?.remedy).toContain('Drop what depends on it')
      expect(await values('select city from public.theirs order by city')).toEqual(['Bonn', 'Oslo'])
      await admin.execute('drop view public.theirs')
      await succeeded(folder, { runId: 'three' })
      expect(await values('select street from changed.customer_profiles order by street')).toEqual([
        'High',
        'Low',
      ])
      expect(
        await values(`select has_table_privilege('analyst', 'changed.customer_profiles', 'select')`),
      ).toEqual(['true'])
    })

    test('two schemas that are there are enough; without the right to one the message says which', async () => {
      await admin.execute(`create role writer login password 'w'`)
      const url = server.url.replace(/postgres:[^@]+@/, 'writer:w@')
      const folder = folderOf('given', ', create_schema: false')
      const missing = await run(folder, { url }).catch((error: unknown) => error)
      expect(String(missing)).toContain('schema "given_internal" does not exist')
      await admin.execute('create schema given')
      await admin.execute('create schema given_internal')
      const refused = await run(folder, { url }).catch((error: unknown) => error)
      expect(String(refused)).toContain('permission denied for schema given_internal')
      expect(refused).toMatchObject({ remedy: expect.stringContaining('Ask for this right') })
      await admin.execute('grant usage, create on schema given, given_internal to writer')
      await succeeded(folder, { url })
      expect(await values('select email from given.customer_profiles order by email')).toEqual([
        'ann@x.com',
        'bo@x.com',
      ])
    })

    test('one run at a time works on a schema', async () => {
      const folder = folderOf('locked')
      const other = await open({ url: server.url })
      await other.lock?.('locked_internal')
      const refused = await run(folder).catch((error: unknown) => error)
      expect(String(refused)).toContain('another run works on the schema locked_internal')
      await other.close()
      await succeeded(folder)
    })

    test('a statement is stopped from outside, and the connection goes on', async () => {
      const connection = await open({ url: server.url })
      const begin = performance.now()
      const slow = connection.execute('select pg_sleep(60)')
      await wait(300)
      connection.interrupt()
      await expect(slow).rejects.toThrow('canceling statement due to user request')
      expect(performance.now() - begin).toBeLessThan(30_000)
      expect(await connection.query('select 1 as one')).toEqual([{ one: 1 }])
      await connection.close()
    })

    test('what is wrong with the address is said, with its remedy and without the password', async () => {
      const failure = async (options: Readonly<Record<string, unknown>>) => {
        const error = await open(options).then(
          () => new Error('it connected'),
          (found: Error & { remedy?: string }) => found,
        )
        return `${error.message}\n${(error as { remedy?: string }).remedy}`
      }
      const at = { host: '127.0.0.1', port: server.port, user: 'postgres' }
      const wrong = await failure({ ...at, password: 'not-this-one' })
      expect(wrong).toContain(`cannot connect to postgresql://127.0.0.1:${server.port}/postgres as postgres`)
      expect(wrong).toContain('password authentication failed')
      expect(wrong).toContain('Check `user` and `password`')
      expect(wrong).not.toContain('not-this-one')
      expect(await failure({ ...at, port: 1 })).toMatch(/ECONNREFUSED(?:.|\n)*Check `host` and `port`/)
      expect(await failure({ ...at, host: 'no-such-host.invalid' })).toMatch(/Check `host`/)
      expect(await failure({ ...at, password: server.password, database: 'nowhere' })).toMatch(
        /database "nowhere" does not exist(?:.|\n)*create database/,
      )
      expect(await failure({ ...at, password: server.password, sslmode: 'require' })).toMatch(
        /does not support SSL(?:.|\n)*sslmode: disable/,
      )
      expect(await failure({ url: 'mysql://me:secret@db/x' })).toMatch(/no address of a Postgres server/)
      expect(await failure({ url: 'mysql://me:secret@db/x' })).not.toContain('secret')
    })

    test.skipIf(!existsSync(OLD_SERVER))('a server that is too old is refused', async () => {
      const old = await startPostgres({}, OLD_SERVER)
      try {
        await expect(open({ url: old.url })).rejects.toThrow(/the server is PostgreSQL 15[.].*too old/)
      } finally {
        await old.remove()
      }
    })

    test('a server that dies in the middle fails the run; the next one finds the last good tables and leaves nothing behind', async () => {
      const other = await startPostgres()
      try {
        const folder = folderOf('died')
        await succeeded(folder, { url: other.url, runId: 'one' })
        writeFiles(folder, {
          'models/all.yml': `${MODELS}models: [{ name: slow, materialized: table }]\n`,
          'models/slow.sql': 'select cast(pg_sleep(60) as text) as slept',
        })
        const dying = run(folder, { url: other.url, runId: 'two', fullRefresh: true }).catch(
          (error: unknown) => error,
        )
        await sleeping(other)
        await other.stop('SIGKILL')
        const failed = await dying
        expect(JSON.stringify(failed)).toMatch(/run again when the server/)
        await other.start()
        writeFiles(folder, { 'models/slow.sql': "select '' as slept" })
        await succeeded(folder, { url: other.url, runId: 'three' })
        const connection = await open({ url: other.url })
        const left = (await connection.relations('died_internal')).filter(({ name }) =>
          /__(next|scratch|view)$/.test(name),
        )
        expect(left).toEqual([])
        await connection.close()
      } finally {
        await other.remove()
      }
    })
  },
)

/** Waits until a session of the server sleeps in a model. */
async function sleeping(server: PostgresServer): Promise<void> {
  const { postgres } = ENGINES
  const watching = await postgres?.open({ url: server.url }, '.')
  const found = `select 1 as one from pg_stat_activity where query like '%slept%' and wait_event = 'PgSleep'`
  while ((await watching?.query(found))?.length === 0) await wait(50)
  await watching?.close()
}
