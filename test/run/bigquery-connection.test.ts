import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WarehouseError } from '../../src/diagnostics/errors.js'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { relation } from '../../src/sql/relation.js'
import { type BigQueryServer, startBigQuery } from '../servers/bigquery.js'
import { whyNoGoogleSql } from '../servers/googlesql.js'

/** Google's driver against the REST API on loopback: what cdp asks for, and what it makes of the answers. */
const why = whyNoGoogleSql()
if (why !== undefined) test.skip(`the connection to BigQuery: ${why}`, () => {})

describe.skipIf(why !== undefined)('the connection to BigQuery', () => {
  let server: BigQueryServer
  let connection: Connection

  const open = (more: object = {}) => {
    const options = { project: 'acme', endpoint: server.url, token: 'ya29.secret', location: 'EU', ...more }
    return ENGINES.bigquery?.open(options, '.') as Promise<Connection>
  }

  beforeAll(async () => {
    server = await startBigQuery()
    connection = await open({ labels: { team: 'marketing' }, maximum_bytes_billed: 1_000_000 })
    await connection.execute('create schema if not exists `shop`')
  })
  afterAll(async () => {
    await connection?.close()
    server?.stop()
  })

  test('says who it is, and what its statements may cost', async () => {
    await connection.query('select 1 as one')
    expect(server.headers().authorization).toBe('Bearer ya29.secret')
    const { configuration } = server.jobs.at(-1) ?? {}
    expect(configuration?.labels).toEqual({ tool: 'cdp', team: 'marketing' })
    expect(configuration?.query?.maximumBytesBilled).toBe('1000000')
  })

  test('loses no digit', async () => {
    const [row] = await connection.query(
      `select 9007199254740993 as large, cast('1234567890123.123456789' as bignumeric) as exact, timestamp '1969-12-31 23:59:59.999999' as moment, true as agreed, 1.5 as half, date '2024-02-29' as day, cast(null as string) as nothing`,
    )
    expect(row).toEqual({
      large: '9007199254740993',
      exact: '1234567890123.123456789',
      moment: '1969-12-31 23:59:59.999999',
      agreed: true,
      half: 1.5,
      day: '2024-02-29',
      nothing: null,
    })
  })

  test('loads rows in one job, and reads all pages of an answer', async () => {
    await connection.execute('create table if not exists `shop`.`people` (`name` string, `age` int64)')
    async function* batches() {
      for (let at = 0; at < 1200; at += 400)
        yield Array.from({ length: 400 }, (_, i) => [`it's "${at + i}"\n`, String(at + i)])
    }
    const before = server.jobs.length
    expect(await connection.insertRows?.(relation('shop', 'people'), ['name', 'age'], batches())).toBe(1200)
    expect(server.jobs.length).toBe(before + 1)
    const rows = await connection.query('select * from `shop`.`people` order by age')
    expect(rows.length).toBe(1200)
    expect(rows.at(-1)).toEqual({ name: 'it\'s "1199"\n', age: '1199' })
    expect(await connection.query('select * from `shop`.`people`', 3)).toHaveLength(3)
    expect(await connection.execute('delete from `shop`.`people` where age < 200')).toBe(200)
  })

  test('knows tables, views and their columns', async () => {
    await connection.execute(
      'create or replace view `shop`.`adults` as\nselect age from `shop`.`people` where age >= 18',
    )
    expect(await connection.relations('shop')).toEqual([
      { name: 'people', kind: 'table' },
      { name: 'adults', kind: 'view' },
    ])
    expect(await connection.describeTable(relation('shop', 'people'))).toEqual([
      { name: 'name', type: 'STRING' },
      { name: 'age', type: 'INT64' },
    ])
    expect(await connection.describeTable(relation('shop', 'nobody'))).toBeUndefined()
    expect(await connection.relations('nowhere')).toEqual([])
    expect(await connection.tableNames()).toEqual(['shop.adults', 'shop.people'])
    expect([...(await connection.describeSchema('shop')).keys()]).toEqual(['people', 'adults'])
  })

  test('tells whose fault it is', async () => {
    const faulty = connection.query('select nam\nfrom `shop`.`people`')
    await expect(faulty).rejects.toBeInstanceOf(StatementError)
    server.fail(
      1,
      403,
      'accessDenied',
      'Access Denied: Project acme: User does not have bigquery.jobs.create',
    )
    const refused = await connection.query('select 1 as one').catch((error: WarehouseError) => error)
    expect(refused).toMatchObject({ remedy: expect.stringContaining('BigQuery Job User') })
    expect(refused).not.toBeInstanceOf(StatementError)
    server.fail(1, 403, 'bytesBilledLimitExceeded', 'Query exceeded limit for bytes billed')
    await expect(connection.query('select 1 as one')).rejects.toMatchObject({
      remedy: expect.stringContaining('maximum_bytes_billed'),
    })
  })

  test('begins anew what fails for a moment, and nothing else', async () => {
    const before = server.jobs.length
    server.fail(1, 400, 'jobBackendError', 'Retrying may solve the problem')
    expect(await connection.query('select 2 as two')).toEqual([{ two: '2' }])
    expect(server.jobs.length).toBe(before + 2)
    server.fail(1, 400, 'invalidQuery', 'Syntax error at [1:8]')
    await expect(connection.query('select 3 as three')).rejects.toMatchObject({ offset: 7 })
    expect(server.jobs.length).toBe(before + 3)
  })

  test('cancels what runs', async () => {
    const other = await open()
    server.hold()
    const held = other.query('select 4 as four')
    const outcome = expect(held).rejects.toThrow('the statement was stopped')
    while (server.jobs.at(-1)?.configuration.query?.query !== 'select 4 as four')
      await new Promise((done) => setTimeout(done, 20))
    other.interrupt()
    await outcome
    expect(server.jobs.at(-1)?.isCancelled).toBe(true)
    await other.close()
  })

  test('never shows a key that does not read', async () => {
    const opening = open({ token: undefined, keyfile_json: 'sk-very-secret' })
    await expect(opening).rejects.toThrow('`keyfile_json` of the target is no JSON')
    await expect(opening).rejects.not.toThrow(/sk-very/)
    await expect(open({ token: undefined, keyfile: 'no/such.json' })).rejects.toBeInstanceOf(WarehouseError)
  })
})
