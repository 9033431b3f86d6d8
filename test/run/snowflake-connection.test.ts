import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WarehouseError } from '../../src/diagnostics/errors.js'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { relation } from '../../src/sql/relation.js'
import { type SnowflakeServer, startSnowflake } from '../servers/snowflake.js'

/** Snowflake's driver against its protocol on loopback: what cdp asks for, and what it makes of the answers. */
describe('the connection to Snowflake', () => {
  let server: SnowflakeServer
  let connection: Connection

  const open = (more: object = {}) => {
    const who = { account: 'acme', user: 'cdp', password: 'secret', database: 'analytics', warehouse: 'wh' }
    return ENGINES.snowflake?.open({ ...who, url: server.url, ...more }, '.') as Promise<Connection>
  }

  beforeAll(async () => {
    server = await startSnowflake()
    connection = await open({ query_tag: "it's cdp", role: 'Loader' })
  })
  afterAll(async () => {
    await connection?.close()
    server?.stop()
  })

  test('logs in, and sets up its session', () => {
    expect(server.logins.at(-1)).toMatchObject({
      LOGIN_NAME: 'cdp',
      PASSWORD: 'secret',
      ACCOUNT_NAME: 'acme',
    })
    const [settings, ...used] = server.statements
    expect(settings).toContain("QUERY_TAG = 'it''s cdp'")
    expect(settings).toContain("TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ'")
    expect(used).toEqual(['use role "Loader"', 'use warehouse "WH"', 'use database "ANALYTICS"'])
  })

  test('loses no digit, and gives names as we write them', async () => {
    server.answer(/select values/, {
      columns: [
        { name: 'LARGE', type: 'fixed' },
        { name: 'EXACT', type: 'fixed', scale: 9 },
        { name: 'MOMENT', type: 'timestamp_ntz', scale: 6 },
        { name: 'DAY', type: 'date' },
        { name: 'AGREED', type: 'boolean' },
        { name: 'HALF', type: 'real' },
        { name: 'firstName', type: 'text' },
        { name: 'NOTHING', type: 'text' },
      ],
      rows: [
        [
          '9007199254740993',
          '1234567890123.123456789',
          '1767225600.123456',
          '19782',
          '1',
          '1.5',
          "O'Neil",
          null,
        ],
      ],
    })
    expect(await connection.query('select values')).toEqual([
      {
        large: '9007199254740993',
        exact: '1234567890123.123456789',
        moment: '2026-01-01 00:00:00.123456',
        day: '2024-02-29',
        agreed: true,
        half: 1.5,
        firstName: "O'Neil",
        nothing: null,
      },
    ])
  })

  test('asks the catalogue in the case of Snowflake', async () => {
    server.answer(/information_schema"?\."?columns/i, {
      columns: ['table_name', 'column_name', 'data_type'].map((name) => ({
        name: name.toUpperCase(),
        type: 'text',
      })),
      rows: [
        ['PEOPLE', 'ID', 'NUMBER(38,0)'],
        ['PEOPLE', 'Name', 'TEXT'],
      ],
    })
    expect(await connection.describeTable(relation('raw', 'people'))).toEqual([
      { name: 'id', type: 'NUMBER(38,0)' },
      { name: 'Name', type: 'TEXT' },
    ])
    expect(server.statements.at(-1)).toContain("table_schema = 'RAW' and table_name = 'PEOPLE'")
    expect(server.statements.at(-1)).toContain('from "ANALYTICS"."INFORMATION_SCHEMA"."COLUMNS"')
  })

  test('counts the rows that a statement changed', async () => {
    server.answer(/^delete/, {
      columns: [{ name: 'number of rows deleted', type: 'fixed' }],
      rows: [['3']],
      kind: 0x3000 + 0x300,
    })
    expect(await connection.execute('delete from x where true')).toBe(3)
  })

  test('tells whose fault it is', async () => {
    server.answer(/select nam/, {
      error: {
        code: '000904',
        message: "SQL compilation error: error line 2 at position 5\ninvalid identifier 'NAM'",
        line: 2,
        pos: 5,
      },
    })
    await expect(connection.query('select nam,\n     nam')).rejects.toMatchObject({ offset: 17 })
    server.answer(/from raw/, {
      error: {
        code: '002003',
        message: "Object 'RAW.PEOPLE' does not exist or not authorized.",
        sqlState: '02000',
      },
    })
    const missing = await connection.query('select 1 from raw').catch((error: WarehouseError) => error)
    expect(missing).not.toBeInstanceOf(StatementError)
    expect(missing).toMatchObject({ remedy: expect.stringContaining('the right to it') })
    server.answer(/select 2/, {
      error: { code: '000606', message: 'No active warehouse selected', sqlState: '57P03' },
    })
    await expect(connection.query('select 2')).rejects.toMatchObject({
      remedy: expect.stringContaining('Name a `warehouse`'),
    })
    await expect(open({ password: 'wrong' })).rejects.toMatchObject({
      message: expect.stringContaining('Incorrect username or password'),
      remedy: expect.stringContaining('Mend `user` and `password`'),
    })
  })

  test('begins anew where another statement came first', async () => {
    const lost = { code: '000625', message: 'Statement has locked table PEOPLE', sqlState: '57014' }
    server.answer(/^update/, { error: lost })
    await connection.execute('update people set x = 1 where true')
    expect(server.statements.slice(-2)).toEqual(Array(2).fill('update people set x = 1 where true'))
  })

  test('cancels what runs', async () => {
    server.answer(/select 3/, { isHeld: true })
    const outcome = expect(connection.query('select 3')).rejects.toThrow('the statement was stopped')
    while (server.statements.at(-1) !== 'select 3') await new Promise((done) => setTimeout(done, 20))
    connection.interrupt()
    await outcome
  })
})
