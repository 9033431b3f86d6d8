import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Batch, Column, Destination, OutgoingRow, Value } from '../../src/connectors/connector.js'
import type { OperationName } from '../../src/connectors/description.js'
import { typeOfColumn } from '../../src/connectors/table/table-columns.js'
import { tableConnector } from '../../src/connectors/table/table-connector.js'
import type { Connection } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import type { Dialect } from '../../src/sql/dialect.js'
import { as, list, name, sql } from '../../src/sql/fragment.js'
import type { LogicalType } from '../../src/sql/logical-type.js'
import { print } from '../../src/sql/printer.js'
import { from, type Relation, relation } from '../../src/sql/relation.js'
import { temporaryFolder } from '../temporary-folder.js'
import { type LiveEngine, quick, schemaOf, unreachable } from './engines.js'

/** The `table` connector leaves the same rows in a table of every engine, every value as it came. */

/** The double of BigQuery knows no MERGE. */
const writing = quick.filter(({ name }) => name !== 'bigquery')

const live = new Map<string, LiveEngine>()

beforeAll(async () => {
  for (const engine of writing) live.set(engine.name, await engine.start())
})
afterAll(async () => {
  for (const engine of live.values()) await engine.stop()
})

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'string', isKey: true },
  { name: 'from', type: 'string', isKey: false },
  { name: 'n', type: 'integer', isKey: false },
  { name: 'price', type: 'number', isKey: false },
  { name: 'yes', type: 'boolean', isKey: false },
  { name: 'born', type: 'date', isKey: false },
  { name: 'seen', type: 'timestamp', isKey: false },
]
const NASTY = [
  "it's",
  '"',
  'a\\b',
  'two\nlines',
  '😀ä',
  '',
  '$$ {x} ?',
  '[{"a": "}\\""}]',
  '\u0007',
  "'); --",
]

const row = (id: string, values: Readonly<Record<string, Value>>): OutgoingRow => ({
  seq: 1,
  key: id,
  keyFields: { id },
  fields: values,
})

/** All rows, in the order of their keys, each value as canonical text. */
async function read(connection: Connection, engine: string, table: Relation): Promise<readonly unknown[]> {
  const dialect = dialectOf(engine)
  const values = COLUMNS.map((column) =>
    as(dialect.functions.display(name(column.name), typeOfColumn(column)), column.name),
  )
  const rows = await connection.query(
    print(sql`select ${list(values)} from ${from(table)} order by ${name('id')}`, dialect),
  )
  return rows.map((found) => COLUMNS.map((column) => found[column.name]))
}

async function opened(connection: Connection, engine: string, table: Relation): Promise<Destination> {
  const dialect = dialectOf(engine)
  const connector = tableConnector(async () => ({ connection, dialect, place: engine }))
  return connector.open({
    name: 'crm',
    config: { table: table.parts.join('.') },
    allowHttp: false,
    allowPrivate: false,
    now: Date.now,
    random: Math.random,
  })
}

async function send(destination: Destination, operation: OperationName, rows: readonly OutgoingRow[]) {
  const batch: Batch = { operation, rows, columns: COLUMNS, idempotencyKey: 'x' }
  return destination.send?.(batch, AbortSignal.timeout(60_000))
}

function dialectOf(engine: string): Dialect {
  const dialect = ENGINES[engine]?.dialect
  if (!dialect) throw new Error(`no engine ${engine}`)
  return dialect
}

test.each(writing.map((engine) => engine.name))(
  'on %s',
  async (engine) => {
    const folder = temporaryFolder()
    const connection = await (live.get(engine) as LiveEngine).open('written', folder)
    const table = relation(schemaOf('written'), 'people')
    const destination = await opened(connection, engine, table)
    const ok = (created: boolean) => ({ outcome: 'ok', created })

    const values = {
      n: 9_007_199_254_740_993n,
      price: 1e-7,
      yes: true,
      born: '1980-02-29',
      seen: '2026-01-31T08:30:00.5Z',
    }
    const people = NASTY.map((text, i) => row(`${i}${text}`, { ...values, from: text }))
    expect(await send(destination, 'upsert', people)).toEqual({
      kind: 'results',
      rows: people.map(() => ok(true)),
    })
    expect(await read(connection, engine, table)).toEqual(
      people.map(({ key, fields }) => [
        key,
        fields.from,
        '9007199254740993',
        '0.0000001',
        'true',
        '1980-02-29',
        '2026-01-31T08:30:00.500000Z',
      ]),
    )
    // What is not sent stays; what is sent as null goes, and what the table does not have is not updated.
    const [first, second] = people.map(({ key }) => key)
    expect(
      await send(destination, 'update', [row(`${first}`, { from: 'new' }), row('nobody', { from: 'x' })]),
    ).toMatchObject({
      rows: [ok(false), { outcome: 'rejected', code: 'not_there' }],
    })
    expect(await send(destination, 'upsert', [row(`${second}`, { n: null, price: -12.5 })])).toMatchObject({
      rows: [ok(false)],
    })
    expect(
      await send(destination, 'delete', [
        ...people.slice(2).map(({ key }) => row(key, {})),
        row("no'body", {}),
      ]),
    ).toMatchObject({
      kind: 'results',
    })
    expect(
      await send(destination, 'rekey', [
        { ...row('new key', { yes: false }), previous: { key: `${first}` } },
      ]),
    ).toMatchObject({
      kind: 'results',
    })
    expect(await read(connection, engine, table)).toEqual([
      [second, NASTY[1], null, '-12.5', 'true', '1980-02-29', '2026-01-31T08:30:00.500000Z'],
      [
        'new key',
        'new',
        '9007199254740993',
        '0.0000001',
        'false',
        '1980-02-29',
        '2026-01-31T08:30:00.500000Z',
      ],
    ])
    await connection.close()
  },
  300_000,
)

test.each(writing.map((engine) => engine.name))(
  'as the types of a table that is there, on %s',
  async (engine) => {
    const connection = await (live.get(engine) as LiveEngine).open('typed', temporaryFolder())
    const dialect = dialectOf(engine)
    const table = relation(schemaOf('typed'), 'people')
    const types: readonly LogicalType[] = [
      { kind: 'integer' },
      { kind: 'string' },
      { kind: 'string' },
      { kind: 'float' },
      { kind: 'string' },
      { kind: 'string' },
      { kind: 'timestamp' },
    ]
    const columns = COLUMNS.map((column, i) => ({ name: column.name, type: types[i] ?? { kind: 'string' } }))
    const { createSchema, createEmptyTable } = dialect.statements
    await connection.execute(print(createSchema(schemaOf('typed')), dialect))
    await connection.execute(print(createEmptyTable(table, columns), dialect))
    const destination = await opened(connection, engine, table)
    const values = {
      from: "it's",
      n: 12,
      price: 2.5,
      yes: false,
      born: '1980-02-29',
      seen: '2026-01-31T08:30:00Z',
    }
    for (const created of [true, false])
      expect(await send(destination, 'upsert', [row('7', values)])).toEqual({
        kind: 'results',
        rows: [{ outcome: 'ok', created }],
      })
    const [found] = await connection.query(print(sql`select * from ${from(table)}`, dialect))
    expect(found).toMatchObject({ from: "it's", n: '12', price: 2.5, yes: 'false', born: '1980-02-29' })
    expect(String(found?.id)).toBe('7')
    await connection.close()
  },
  300_000,
)

if (writing.length < quick.length) test.skip('on bigquery: its double knows no MERGE', () => {})
for (const { name: engine, why } of unreachable) test.skip(`on ${engine}: ${why}`, () => {})
