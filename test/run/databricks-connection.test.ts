import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { openTarget } from '../../src/engines/databricks/connection.js'
import { checksCertificates } from '../../src/engines/databricks/driver.js'
import { plainRow } from '../../src/engines/databricks/rows.js'
import { relation } from '../../src/sql/relation.js'
import type { JavaServer } from '../servers/java-server.js'
import { startSpark, whyNoSpark } from '../servers/spark.js'
import { startWorkspace, type Workspace } from '../servers/workspace.js'

const TOKEN = 'dapi0123456789'
const PATH = '/sql/1.0/warehouses/a1b2'
const why = whyNoSpark()

test('gives rows of the driver as every engine does', () => {
  const row = {
    big: 9223372036854775807n,
    exact: '12.50',
    day: new Date('2026-01-31'),
    gone: null,
    flag: true,
  }
  expect(plainRow(row)).toEqual({
    big: '9223372036854775807',
    exact: '12.50',
    day: '2026-01-31',
    gone: null,
    flag: true,
  })
})

test('takes no driver that speaks with whoever answers', () => {
  const versions = ['1.17.0', '2.0.0', '2.1.0', '2.10.0', '3.0.0']
  expect(versions.filter(checksCertificates)).toEqual(['2.1.0', '2.10.0', '3.0.0'])
})

test('says what is missing in a target', async () => {
  const target = { host: 'localhost', http_path: PATH, catalog: 'lake', client_id: 'only' }
  await expect(openTarget(target, '.')).rejects.toMatchObject({
    message: 'the target does not say who connects',
    remedy: expect.stringContaining('`client_secret`'),
  })
})

/** No account is at hand: the driver of Databricks speaks with Spark, whose protocol it is, through what stands for a warehouse. */
describe.skipIf(why !== undefined)(`the driver of Databricks${why === undefined ? '' : `: ${why}`}`, () => {
  let server: JavaServer
  let workspace: Workspace
  let connection: Connection

  const target = () => ({
    host: '127.0.0.1',
    port: workspace.port,
    ca: workspace.certificate,
    http_path: PATH,
    catalog: 'lake',
    token: TOKEN,
  })

  beforeAll(async () => {
    server = await startSpark()
    workspace = await startWorkspace(server.url, { token: TOKEN, path: PATH })
    connection = await openTarget(target(), '.')
  }, 600_000)
  afterAll(async () => {
    await connection?.close()
    workspace?.stop()
    await server?.remove()
  })

  const failure = async (changes: Readonly<Record<string, unknown>>) => {
    const opened = await openTarget({ ...target(), ...changes }, '.').catch((error: unknown) => error)
    if (!(opened instanceof Error)) throw new Error('it opened')
    expect(JSON.stringify(opened)).not.toContain(TOKEN)
    return opened.message
  }

  test('executes, inserts and reads', async () => {
    expect(connection.engine).toBe('Databricks 4.1.4')
    await connection.execute('create schema if not exists loading')
    await connection.execute('create table loading.texts (n bigint, t string)')
    const count = await connection.insertRows?.(
      relation('loading', 'texts'),
      ['n', 't'],
      (async function* () {
        yield [
          ['1', "it's \\ 😀"],
          ['2', null],
        ]
      })(),
    )
    expect(count).toBe(2)
    const rows = await connection.query('select cast(n as string) as n, t from loading.texts order by n')
    expect(rows).toEqual([
      { n: '1', t: "it's \\ 😀" },
      { n: '2', t: null },
    ])
    expect(await connection.relations('loading')).toEqual([{ name: 'texts', kind: 'table' }])
    expect(await connection.describeTable(relation('loading', 'nothing'))).toBeUndefined()
  })

  test('reads results of many parts', async () => {
    expect((await connection.query('select id from range(120000)')).length).toBe(120_000)
  })

  test('works in a further session', async () => {
    const fork = await connection.fork()
    expect(await fork.query('select count(*) as count from loading.texts')).toMatchObject([{}])
    await fork.close()
    expect(await connection.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('stops a statement from outside, and goes on', async () => {
    const endless = connection.query('select count(*) from range(0, 100000000000000) where id * 3 = id + 7')
    const stopped = expect(endless).rejects.toThrow('the statement was stopped')
    setTimeout(() => connection.interrupt(), 3000)
    await stopped
    expect(await connection.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('says whose fault a statement is', async () => {
    const statement = 'select\n  nothing'
    const fault = await connection.query(statement).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(StatementError)
    expect(fault).toMatchObject({
      message: 'A column, variable, or function parameter with name `nothing` cannot be resolved.',
      offset: statement.indexOf('nothing'),
    })
  })

  test('says what is wrong with a target', async () => {
    expect(await failure({ token: 'wrong' })).toBe(
      'Databricks at 127.0.0.1 does not let in who the target names',
    )
    expect(await failure({ catalog: 'icebreg' })).toBe('Databricks has no catalog "icebreg"')
    expect(await failure({ http_path: '/x' })).toBe('Databricks at 127.0.0.1 cannot be reached: status 404')
    expect(await failure({ ca: undefined })).toContain('its certificate is not trusted')
    expect(await failure({ port: 1 })).toBe(
      'Databricks at 127.0.0.1 cannot be reached: nothing listens there',
    )
  })
})
