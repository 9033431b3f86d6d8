import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { openTarget } from '../../src/engines/trino/connection.js'
import { relation } from '../../src/sql/relation.js'
import type { JavaServer } from '../servers/java-server.js'
import { startTrino, whyNoTrino } from '../servers/trino.js'

const PASSWORD = "p4ss:w'örd"
const why = whyNoTrino()

describe.skipIf(why !== undefined)(`a connection to Trino${why === undefined ? '' : `: ${why}`}`, () => {
  let server: JavaServer
  let connection: Connection

  const target = () => ({
    url: server.url,
    catalog: 'iceberg',
    user: 'ann',
    password: PASSWORD,
    ca: server.certificate,
  })

  beforeAll(async () => {
    server = await startTrino('--user', `ann:${PASSWORD}`)
    connection = await openTarget(target(), '.')
  }, 300_000)
  afterAll(async () => {
    await connection?.close()
    await server?.remove()
  })

  /** What opening a target fails with. */
  const failure = async (changes: Readonly<Record<string, unknown>>) => {
    const opened = await openTarget({ ...target(), ...changes }, '.').catch((error: unknown) => error)
    if (!(opened instanceof Error)) throw new Error('it opened')
    const { message, remedy } = opened as Error & { readonly remedy?: string }
    return { message: message.replaceAll(server.url, '<url>'), remedy }
  }

  test('loses no digit of what it reads', async () => {
    const rows = await connection.query(`
      select
        9223372036854775807 as big,
        cast(5 as integer) as small,
        decimal '12345678901234567890.123456789012345678' as exact,
        0.1234567890123456789 as fraction,
        timestamp '2026-01-31 08:30:00.123456' as moment,
        timestamp '2026-01-31 08:30:00.000000' as whole,
        date '2026-01-31' as day,
        1.5e0 as float,
        true as flag,
        cast(null as bigint) as nothing,
        array[9223372036854775807, null] as list,
        '12345678901234567890 "x\\' as text
    `)
    expect(rows).toEqual([
      {
        big: '9223372036854775807',
        small: 5,
        exact: '12345678901234567890.123456789012345678',
        fraction: '0.1234567890123456789',
        moment: '2026-01-31 08:30:00.123456',
        whole: '2026-01-31 08:30:00',
        day: '2026-01-31',
        float: 1.5,
        flag: true,
        nothing: null,
        list: '["9223372036854775807",null]',
        text: '12345678901234567890 "x\\',
      },
    ])
  })

  test('runs statements of more stages than the cluster lets them have, unless the target says how many', async () => {
    await connection.execute('create schema if not exists staged')
    await connection.execute("create table staged.numbers as select bigint '1' as n")
    const scans = Array.from({ length: 155 }, (_, i) => `select n from staged.numbers where n < ${i}`)
    const wide = `select sum(n) as total from (${scans.join(' union all ')}) as everything`
    expect(await connection.query(wide)).toEqual([{ total: '153' }])
    const limited = await openTarget({ ...target(), session: { query_max_stage_count: 100 } }, '.')
    try {
      await expect(limited.query(wide)).rejects.toMatchObject({
        message: expect.stringContaining('exceeds the allowed maximum (100)'),
        remedy:
          'Let statements have more: the session property query_max_stage_count, under `session` of the target.',
      })
    } finally {
      await limited.close()
    }
  }, 120_000)

  test('inserts rows of any text as they are, in as many statements as they need', async () => {
    await connection.execute('create schema if not exists loading')
    await connection.execute('create table loading.texts (n bigint, "a ""b" varchar, at timestamp(6))')
    const nasty = [
      "it's",
      '"',
      '\\',
      '\\u0041',
      'line\nbreak',
      '\t',
      '😀',
      'ユーザー',
      '',
      '$' + '{x}',
      "'; drop table x; --",
    ]
    const long = 'x'.repeat(300_000)
    const batch = [...nasty, long, long, long, long].map((text, n) => [
      String(n),
      text,
      '2026-01-31 08:30:00.5',
    ])
    const rows = [...batch, ['99', null, null]] as const
    const insert = connection.insertRows
    if (!insert) throw new Error('no bulk path')
    const count = await insert(
      relation('loading', 'texts'),
      ['n', 'a "b', 'at'],
      (async function* () {
        yield rows
      })(),
    )
    expect(count).toBe(rows.length)
    const found = await connection.query('select n, "a ""b" as text, at from loading.texts order by n')
    expect(found.map(({ text }) => text)).toEqual(rows.map(([, text]) => text))
    expect(found[0]).toMatchObject({ n: '0', at: '2026-01-31 08:30:00.5' })
  })

  test('stops a statement from outside, and goes on', async () => {
    const endless = connection.query(
      'select count(*) from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 10000)) c(z) where x * y = z',
    )
    const stopped = expect(endless).rejects.toThrow('the statement was stopped')
    setTimeout(() => connection.interrupt(), 1000)
    await stopped
    const running = `select query from system.runtime.queries where state = 'RUNNING' and query like '%sequence(1, 10000)%' and query not like '%runtime%'`
    expect(await connection.query(running)).toEqual([])
  })

  test('tells the server who asks', async () => {
    const tagged = await openTarget(
      { ...target(), tags: ['nightly'], session: { query_max_run_time: '90s' } },
      '.',
    )
    const rows = await tagged.query(
      `select source, "user" from system.runtime.queries where query like '%who asks%'`,
    )
    expect(rows).toEqual([{ source: 'cdp', user: 'ann' }])
    expect(await tagged.query(`show session like 'query_max_run_time'`)).toMatchObject([{ Value: '90s' }])
    await tagged.close()
  })

  test('says what is wrong with a target', async () => {
    expect(await failure({ password: 'wrong' })).toEqual({
      message: 'Trino at <url> does not let in who the target names: Access Denied: Invalid credentials',
      remedy: 'Mend `user`, and `password` or `token`, of the target.',
    })
    expect(await failure({ catalog: 'icebreg' })).toEqual({
      message: 'Trino has no catalog "icebreg"',
      remedy: 'Mend `catalog` of the target: there are iceberg, system.',
    })
    expect((await failure({ catalog: 'system' })).message).toBe(
      'the catalog "system" is of the connector system',
    )
    expect((await failure({ ca: undefined })).remedy).toBe(
      'Name its certificate, or who signed it, as `ca` of the target.',
    )
    expect((await failure({ url: server.url.replace('https:', 'http:') })).message).toContain('in the open')
    expect((await failure({ url: 'https://127.0.0.1:1' })).message).toBe(
      'Trino at https://127.0.0.1:1 cannot be reached: nothing listens there',
    )
    expect((await failure({ session: { no_such: 1 } })).message).toContain('no_such')
    for (const changes of [{ password: 'wrong' }, { catalog: 'x' }])
      expect(JSON.stringify(await failure(changes))).not.toContain('p4ss')
  })

  test('says whose fault a statement is', async () => {
    const statement = 'select\n  1,\n  nothing'
    const fault = await connection.query(statement).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(StatementError)
    expect(fault).toMatchObject({
      message: "Column 'nothing' cannot be resolved",
      offset: statement.indexOf('nothing'),
    })
    await expect(connection.execute('create table nowhere.t (a bigint)')).rejects.toMatchObject({
      message: 'Schema nowhere not found',
      remedy: expect.stringContaining('`create_schema: true`'),
    })
  })

  test('says that the server died in the middle of a statement', async () => {
    const running = connection.query(
      'select count(*) from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 10000)) c(z) where x * y = z',
    )
    const failed = expect(running).rejects.toThrow(
      /^Trino at .* cannot be reached: (nothing listens there|it closed)/,
    )
    setTimeout(() => server.kill(), 1000)
    await failed
  })
})
