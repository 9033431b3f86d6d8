import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { openTarget } from '../../src/engines/spark/connection.js'
import { escaped } from '../../src/engines/spark/quoting.js'
import { relation } from '../../src/sql/relation.js'
import type { JavaServer } from '../servers/java-server.js'
import { startSpark, whyNoSpark } from '../servers/spark.js'

const why = whyNoSpark()
const ENDLESS = 'select count(*) from range(0, 100000000000000) where id * 3 = id + 7'

const NASTY = [
  "it's",
  '"',
  '\\',
  "\\'; drop table x; --",
  '\\u0041',
  'line\nbreak',
  '\t',
  '😀',
  'ユーザー',
  '',
  '$' + '{env:HOME}',
  '%_',
]

describe.skipIf(why !== undefined)(`a connection to Spark${why === undefined ? '' : `: ${why}`}`, () => {
  let server: JavaServer
  let connection: Connection

  const target = () => ({ url: server.url, catalog: 'lake' })

  beforeAll(async () => {
    server = await startSpark()
    connection = await openTarget(target(), '.')
    await connection.execute('create schema if not exists loading')
  }, 600_000)
  afterAll(async () => {
    await connection?.close()
    await server?.remove()
  })

  /** What opening a target fails with. */
  const failure = async (changes: Readonly<Record<string, unknown>>) => {
    const opened = await openTarget({ ...target(), ...changes }, '.').catch((error: unknown) => error)
    if (!(opened instanceof Error)) throw new Error('it opened')
    const { message, remedy } = opened as Error & { readonly remedy?: string }
    return { message: message.replaceAll(server.url.replace('/cliservice', ''), '<url>'), remedy }
  }

  test('loses no digit of what it reads', async () => {
    const rows = await connection.query(`
      select
        9223372036854775807 as big,
        cast(5 as int) as small,
        12345678901234567890.123456789012345678BD as exact,
        timestamp '2026-01-31 08:30:00.123456' as moment,
        timestamp '2026-01-31 08:30:00.000000' as whole,
        date '2026-01-31' as day,
        1.5D as float,
        true as flag,
        cast(null as bigint) as nothing,
        null as void,
        array(9223372036854775807, null) as list,
        '12345678901234567890 "x\\\\' as text
    `)
    expect(rows).toEqual([
      {
        big: '9223372036854775807',
        small: 5,
        exact: '12345678901234567890.123456789012345678',
        moment: '2026-01-31 08:30:00.123456',
        whole: '2026-01-31 08:30:00',
        day: '2026-01-31',
        float: 1.5,
        flag: true,
        nothing: null,
        void: null,
        list: '[9223372036854775807,null]',
        text: '12345678901234567890 "x\\',
      },
    ])
  })

  test('reads results of many parts whole, with nulls where they are', async () => {
    const rows = await connection.query(
      'select id, if(id % 10 = 3, null, id) as value from range(25000) order by id',
    )
    expect(rows.length).toBe(25_000)
    expect(rows.slice(20_002, 20_005)).toEqual([
      { id: '20002', value: '20002' },
      { id: '20003', value: null },
      { id: '20004', value: '20004' },
    ])
  })

  test('takes any text as a literal', async () => {
    for (const text of NASTY)
      expect(await connection.query(`select ${escaped(text)} as text`)).toEqual([{ text }])
  })

  test('inserts rows of any text as they are, in as many statements as they need', async () => {
    await connection.execute('create table loading.texts (n bigint, `a ``b` string, at timestamp)')
    const long = 'x'.repeat(1_500_000)
    const rows = [...NASTY, long, long, long].map((text, n) => [String(n), text, '2026-01-31 08:30:00.5'])
    const insert = connection.insertRows
    if (!insert) throw new Error('no bulk path')
    const count = await insert(
      relation('loading', 'texts'),
      ['n', 'a `b', 'at'],
      (async function* () {
        yield rows
        yield [['99', null, null]]
      })(),
    )
    expect(count).toBe(rows.length + 1)
    const found = await connection.query('select n, `a ``b` as text, at from loading.texts order by n')
    expect(found.map(({ text }) => text)).toEqual([...rows.map(([, text]) => text), null])
    expect(found[0]).toEqual({ n: '0', text: "it's", at: '2026-01-31 08:30:00.5' })
    expect(found.at(-1)).toEqual({ n: '99', text: null, at: null })
  })

  test('knows what there is', async () => {
    await connection.execute('create table loading.things (a bigint, `b c` decimal(38,9), d timestamp)')
    await connection.execute("create view loading.seen comment 'it\\'s' as select a from loading.things")
    expect(await connection.describeTable(relation('loading', 'things'))).toEqual([
      { name: 'a', type: 'bigint' },
      { name: 'b c', type: 'decimal(38,9)' },
      { name: 'd', type: 'timestamp_ntz' },
    ])
    expect(await connection.describeTable(relation('loading', 'nothing'))).toBeUndefined()
    expect(await connection.describeTable(relation('nowhere', 'nothing'))).toBeUndefined()
    expect(await connection.relations('nowhere')).toEqual([])
    expect(await connection.relations('loading')).toEqual(
      expect.arrayContaining([
        { name: 'seen', kind: 'view' },
        { name: 'things', kind: 'table' },
      ]),
    )
    expect((await connection.describeSchema('loading')).get('seen')).toEqual([{ name: 'a', type: 'bigint' }])
    expect(await connection.tableNames()).toContain('loading.things')
  })

  test('stops a statement from outside, and goes on', async () => {
    const endless = connection.query(ENDLESS)
    const stopped = expect(endless).rejects.toThrow('the statement was stopped')
    setTimeout(() => connection.interrupt(), 3000)
    await stopped
    expect(await connection.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('says what is wrong with a target', async () => {
    expect(await failure({ catalog: 'icebreg' })).toEqual({
      message: 'Spark has no catalog "icebreg"',
      remedy: expect.stringContaining('spark.sql.catalog.<name>'),
    })
    expect(await failure({ url: 'http://127.0.0.1:1/cliservice' })).toEqual({
      message: 'Spark at http://127.0.0.1:1 cannot be reached: nothing listens there',
      remedy: expect.stringContaining('HTTP mode'),
    })
    expect((await failure({ url: server.url.replace('cliservice', 'x') })).message).toBe(
      'what answers at <url> is no Thrift server of Spark: status 405',
    )
    const secret = await failure({ password: 'p4ss' })
    expect(secret.message).toBe('a password or token would cross the network in the open')
    expect(JSON.stringify(secret)).not.toContain('p4ss')
    const binary = createServer((socket) => socket.end('\0\0\0')).listen(0, '127.0.0.1')
    await new Promise((done) => binary.once('listening', done))
    const { port } = binary.address() as { readonly port: number }
    expect((await failure({ url: `http://127.0.0.1:${port}/cliservice` })).message).toBe(
      `Spark at http://127.0.0.1:${port} cannot be reached: it does not speak HTTP`,
    )
    binary.close()
  })

  test('says whose fault a statement is, without the traces of Java', async () => {
    const fault = async (statement: string) =>
      (await connection.query(statement).catch((error: unknown) => error)) as StatementError
    const unknown = 'select\n  1,\n  nothing'
    expect(await fault(unknown)).toBeInstanceOf(StatementError)
    expect(await fault(unknown)).toMatchObject({
      message: 'A column, variable, or function parameter with name `nothing` cannot be resolved.',
      offset: unknown.indexOf('nothing'),
    })
    const cast = "select cast('abc' as int)"
    expect(await fault(cast)).toMatchObject({
      message: expect.stringMatching(/^The value 'abc' of the type "STRING" cannot be cast to "INT"[^\n]*$/),
      offset: cast.indexOf('cast'),
    })
    expect(await fault('selec 1')).toMatchObject({
      message: "Syntax error at or near 'selec'.",
      offset: 0,
    })
  })

  test('says that the server died in the middle of a statement', async () => {
    const failed = expect(connection.query(ENDLESS)).rejects.toThrow(
      /^Spark at .* cannot be reached: (nothing listens there|it closed)/,
    )
    setTimeout(() => server.kill(), 2000)
    await failed
  })
})
