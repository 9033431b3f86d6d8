import { describe, expect, test } from 'vitest'
import type { Source } from '../../src/language/source.js'
import { parse, parseValid } from './project.js'

function source(yaml: string): Source {
  const [first] = parseValid(`sources:\n  - ${yaml.trim().replaceAll('\n', '\n    ')}\n`).sources
  if (!first) throw new Error('no source')
  return first
}

const column = (name: string) => ({ kind: 'column', column: name, exact: false })

describe('defaults of a source', () => {
  test('of a reference table', () => {
    const products = source('{ name: products, file: data/products.csv, key: sku }')
    expect(products).toMatchObject({
      name: 'products',
      tags: [],
      input: { kind: 'file', path: 'data/products.csv', format: 'csv' },
      key: [{ from: column('sku') }],
      versions: 'latest',
      entities: [],
      properties: [],
      party: 'first',
      identity: 'join',
      maxRejected: 0.5,
    })
    expect(products).not.toHaveProperty('where')
  })

  test('second and third parties attach', () => {
    expect(source('{ name: a, file: a.csv, key: id, party: third }').identity).toBe('attach')
    expect(source('{ name: a, file: a.csv, key: id, party: second, identity: join }').identity).toBe('join')
  })

  test('the only entity of the project', () => {
    const { entities } = source('{ name: a, file: a.csv, key: id, identifiers: { email: email } }')
    expect(entities).toMatchObject([
      { entity: 'customer', identifiers: [{ name: 'email', from: column('email') }] },
    ])
  })
})

describe('fields', () => {
  const fields = source(`
name: a
file: a.jsonl
key: [id, { path: meta.line }]
identifiers:
  email: [email, props.email]
  phone: { column: tel, region_column: country }
attributes: [city, zip]
properties:
  exact: '"Id"'
  dotted: { column: a.b }
  quoted: '"a.b".c'
  typed: { type: "number(18,2)" }
  constant: { value: 7 }
  time: { path: x.t, timezone: Europe/Berlin }
  fragment: { sql: upper(a), pii: direct, description: Loud. }
`)

  test('of identifiers, one entry an occurrence', () => {
    expect(fields.entities[0]?.identifiers).toMatchObject([
      { name: 'email', from: column('email'), origin: { path: ['sources', 0, 'identifiers', 'email', 0] } },
      { name: 'email', from: { kind: 'path', column: 'props', keys: ['email'] } },
      { name: 'phone', from: column('tel'), regionColumn: 'country' },
    ])
  })

  test('of a list', () => {
    expect(fields.entities[0]?.attributes.map((field) => [field.name, field.from])).toEqual([
      ['city', column('city')],
      ['zip', column('zip')],
    ])
  })

  test('of a key', () => {
    expect(fields.key.map((field) => field.from)).toEqual([
      column('id'),
      { kind: 'path', column: 'meta', keys: ['line'] },
    ])
  })

  test('in long form', () => {
    expect(Object.fromEntries(fields.properties.map((field) => [field.name, field]))).toMatchObject({
      exact: { from: { kind: 'column', column: 'Id', exact: true } },
      dotted: { from: column('a.b') },
      quoted: { from: { kind: 'path', column: 'a.b', keys: ['c'], exact: true } },
      typed: { from: column('typed'), type: { kind: 'number', precision: 18, scale: 2 } },
      constant: { from: { kind: 'value', value: 7 } },
      time: { from: { kind: 'path', column: 'x', keys: ['t'] }, timezone: 'Europe/Berlin' },
      fragment: { from: { kind: 'sql', sql: 'upper(a)' }, pii: 'direct', description: 'Loud.' },
    })
  })
})

describe('where the rows are', () => {
  test.each([
    ['a.csv.gz', 'csv'],
    ['A.TSV', 'csv'],
    ['a.txt', 'csv'],
    ['data/*.ndjson', 'jsonl'],
    ['s3://bucket/a.parquet', 'parquet'],
    ['https://x.example/a.json?v=1.2', 'json'],
  ])('%s is %s', (file, format) => {
    expect(source(`{ name: a, file: "${file}", key: id }`).input).toMatchObject({
      kind: 'file',
      path: file,
      format,
    })
  })

  test('format, delimiter and header', () => {
    expect(
      source(`{ name: a, file: dump, format: csv, delimiter: "|", header: false, key: id }`).input,
    ).toMatchObject({
      format: 'csv',
      delimiter: '|',
      header: false,
    })
  })

  test('tables', () => {
    expect(source(`{ name: a, table: shop.orders, key: id }`).input).toMatchObject({
      kind: 'table',
      parts: ['shop', 'orders'],
    })
    expect(source(`{ name: a, table: '"My Shop".orders', key: id }`).input).toMatchObject({
      parts: ['My Shop', 'orders'],
    })
    expect(source(`{ name: a, table: { database: d, schema: s.t, name: o }, key: id }`).input).toMatchObject({
      parts: ['d', 's.t', 'o'],
    })
  })

  test('templates see the variables', () => {
    const text = `sources: [{ name: a, table: "{{ var 'raw' }}.orders", key: id }]`
    expect(parseValid(text, { vars: { raw: 'lake' } }).sources[0]?.input).toMatchObject({
      parts: ['lake', 'orders'],
    })
  })
})

test('several entities in one row', () => {
  const parsed = parse({
    'models/entities.yml':
      'entities: [{ name: user, identifiers: [{ name: email }] }, { name: account, identifiers: [{ name: domain }] }]',
    'models/x.yml': `sources:
  - name: app_users
    table: app.users
    key: id
    entities:
      user: { identifiers: { email: email }, attributes: { first_name: given } }
      account: { identifiers: { domain: domain } }
`,
  })
  expect(parsed.diagnostics).toEqual([])
  expect(parsed.value.sources[0]?.entities.map((part) => part.entity)).toEqual(['user', 'account'])
  expect(parsed.value.entities[0]?.attributes).toMatchObject([
    { name: 'first_name', declared: false, type: { kind: 'string' } },
  ])
})

test('an event source and a loaded_at', () => {
  const events = source(`
name: a
file: a.jsonl
key: id
event: { value: bought }
timestamp: { column: ts, format: epoch_ms }
loaded_at: { column: _loaded, lookback: 6 hours }
`)
  expect(events.event?.from).toEqual({ kind: 'value', value: 'bought' })
  expect(events.timestamp).toMatchObject({ from: column('ts'), format: 'epoch_ms' })
  expect(events.loadedAt).toMatchObject({
    field: { from: column('_loaded') },
    lookback: { text: '6 hours', seconds: 21_600 },
  })
})
