import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { ACCOUNTS, ENTITY, ran, succeeded } from './accounts.js'

describe('too much that is rejected', () => {
  const csv = (bad: number, good: number) =>
    [
      'id,email,name,updated_at,is_test',
      ...Array(bad).fill(',x@x.com,X,,'),
      ...Array.from({ length: good }, (_, i) => `${i},g${i}@x.com,G,,`),
    ].join('\n')
  const yaml = ACCOUNTS.replace('    max_rejected: 100%\n', '')

  it('more than half of the rows fail the run, and nothing is published', async () => {
    const folder = writeProject({ 'models/all.yml': yaml, 'accounts.csv': `${csv(2, 2)}\n` })
    await succeeded(folder)
    writeFiles(folder, { 'accounts.csv': `${csv(3, 2)}\n` })
    const run = await runProjectIn(folder, { asOf: '2026-07-01' })
    expect(run.result?.status).toBe('failed')
    expect(run.result?.error).toMatchObject({ node: 'source.accounts', code: 'CDP6003', exit_code: 1 })
    expect(run.result?.error?.message).toBe(
      'More than 50 % of the rows of accounts were rejected. Nothing was published.',
    )
    expect(run.printed).toContain('CDP6003')
    expect(await query(folder, 'select count(*) as n from rejected_records')).toEqual([{ n: '2' }])
  })

  it('rows that are not read are no part of the whole', async () => {
    const filtered = yaml.replace('    key: id', '    where: { column: is_test, ne: true }\n    key: id')
    const rows = `${csv(2, 1)}\n${Array.from({ length: 9 }, (_, i) => `t${i},t@x.com,T,,yes`).join('\n')}\n`
    const folder = writeProject({ 'models/all.yml': filtered, 'accounts.csv': rows })
    const run = await runProjectIn(folder, { asOf: '2026-06-30' })
    expect(run.result?.error?.code).toBe('CDP6003')
  })

  it('max_rejected says how much', async () => {
    const strict = yaml.replace('    key: id', '    max_rejected: 0.5%\n    key: id')
    const folder = writeProject({ 'models/all.yml': strict, 'accounts.csv': `${csv(1, 99)}\n` })
    const run = await runProjectIn(folder, { asOf: '2026-06-30' })
    expect(run.result?.error?.message).toContain('More than 0.5 % of the rows of accounts')
  })
})

it('values that do not cast or are out of bounds are null, listed up to 1 000 a column and counted in full', async () => {
  const yaml = ACCOUNTS.replace('attributes: [name]', 'attributes: [name, age]')
  const ids = Array.from({ length: 1500 }, (_, i) => String(i).padStart(4, '0'))
  const { folder, run } = await ran(yaml, {
    'accounts.csv': `id,email,name,updated_at,age\n${ids.map((id) => `${id},${id}@x.com,N,,x${id}`).join('\n')}\na,a@x.com,N,,-1\nb,b@x.com,N,,121\nc,c@x.com,N,,120\nd,d@x.com,N,,\n`,
  })
  expect(
    await query(
      folder,
      'select reason, column_name, count(*) as n, min(value) as least, max(record_key) as last from rejected_values group by all order by all',
    ),
  ).toEqual([{ reason: 'cast', column_name: 'age', n: '1000', least: 'x0000', last: '0999' }])
  expect(
    run.result?.measures['source.accounts']?.refused_values
      ?.map((r) => [r.column_name, r.rule, r.row_count])
      .sort(),
  ).toEqual([
    ['age', 'cast', '1500'],
    ['age', 'max', '1'],
    ['age', 'min', '1'],
  ])
  expect(await query(folder, 'select shop_id, age from customer_profiles where age is not null')).toEqual([
    { shop_id: 'c', age: '120' },
  ])
})

it('personal values are masked where they are set aside', async () => {
  const yaml = `${ENTITY}
sources:
  - name: accounts
    file: accounts.csv
    key: mail
    max_rejected: 100%
    updated_at: changed
    identifiers: { shop_id: id, email: mail }
    attributes: { birth_date: born, age: age }
    properties: { phone: { column: changed, pii: direct } }
`
  const { folder, run } = await ran(yaml, {
    'accounts.csv': `id,mail,born,age,changed
1,ann@x.com,12 May 1980,old,
2,bob@x.com,,,
3,bob@x.com,,,
4,cid@x.com,,,+1 650 555 1212
`,
  })
  expect(await query(folder, 'select reason, column_name, value from rejected_values order by all')).toEqual([
    { reason: 'cast', column_name: 'age', value: 'old' },
    { reason: 'cast', column_name: 'born', value: '1…' },
  ])
  expect(await query(folder, 'select reason, column_name, value from rejected_records order by all')).toEqual(
    [
      { reason: 'bad_timestamp', column_name: 'changed', value: '+…' },
      { reason: 'duplicate_key', column_name: 'mail', value: 'b…@x.com' },
    ],
  )
  const samples = run.result?.measures['source.accounts']?.refused_values?.map((r) => [
    r.column_name,
    r.sample_value,
  ])
  expect(samples).toEqual(
    expect.arrayContaining([
      ['age', 'old'],
      ['born', '…'],
    ]),
  )
})

it('attributes are cast, normalised, respelt and only then judged; each refusal is told by its rule', async () => {
  const yaml = `
entities:
  - name: customer
    identifiers: [{ name: shop_id }]
    attributes:
      - { name: country, normalize: lower, values: { usa: us, u.s.: us }, accept: '^[a-z]{2}$', reject: [XX, { pattern: '^q' }] }
      - { name: score, type: number, reject: [0.50, 9], min: 0, max: 100 }
      - { name: born, type: date, min: 1900-01-01, reject: 2000-01-01 }
      - { name: iban, normalize: digits }
      - { name: twice, type: integer, normalize: { sql: 'value * 2' }, max: 10 }
      - { name: nick, reject: default }
      - { name: plain }
sources:
  - { name: accounts, file: accounts.csv, key: id, identifiers: { shop_id: id }, attributes: [country, score, born, iban, twice, nick, plain] }
`
  const { folder } = await ran(yaml, {
    'accounts.csv': `id,country,score,born,iban,twice,nick,plain
1, USA ,100,1900-01-01,DE 12,5,Al,none
2,u.s.,0.5,1899-12-31,none,6,None,null
3,XX,9.000,2000-01-01,,x,-1,
4,Germany,-0.000000001,,,,,
5,Qa,100.5,2001-02-29,,,,
6,,,,   ,,,
`,
  })
  expect(
    await query(folder, 'select record_key, column_name, reason, value from rejected_values order by all'),
  ).toEqual(
    [
      ['2', 'born', 'min', '1899-12-31'],
      ['2', 'iban', 'digits', 'none'],
      ['2', 'nick', 'default', 'None'],
      ['2', 'score', 'reject', '0.5'],
      ['2', 'twice', 'max', '6'],
      ['3', 'born', 'reject', '2000-01-01'],
      ['3', 'country', 'reject', 'XX'],
      ['3', 'nick', 'default', '-1'],
      ['3', 'score', 'reject', '9.000'],
      ['3', 'twice', 'cast', 'x'],
      ['4', 'country', 'accept', 'Germany'],
      ['4', 'score', 'min', '-0.000000001'],
      ['5', 'born', 'cast', '2001-02-29'],
      ['5', 'country', 'reject', 'Qa'],
      ['5', 'score', 'max', '100.5'],
    ].map(([record_key, column_name, reason, value]) => ({ record_key, column_name, reason, value })),
  )
  expect(
    await query(
      folder,
      'select shop_id, country, cast(score as varchar) as score, born, iban, twice, nick, plain from customer_profiles order by 1 limit 2',
    ),
  ).toEqual([
    {
      shop_id: '1',
      country: 'us',
      score: '100.000000000',
      born: '1900-01-01',
      iban: '12',
      twice: '10',
      nick: 'Al',
      plain: 'none',
    },
    {
      shop_id: '2',
      country: 'us',
      score: null,
      born: null,
      iban: null,
      twice: null,
      nick: null,
      plain: 'null',
    },
  ])
})

it('a value that is an attribute and a property is refused once, and masked wherever its column is personal', async () => {
  const yaml = `${ENTITY}
sources:
  - name: accounts
    file: accounts.csv
    key: id
    identifiers: { shop_id: id }
    attributes: { age: age, birth_date: born }
    properties: { age: { type: integer }, years: { column: age, type: number }, born: { type: timestamp } }
`
  const { folder, run } = await ran(yaml, {
    'accounts.csv': 'id,age,born\n1,old,May 1980\n2,4.5,1980-05-01\n',
  })
  const refused = await query(
    folder,
    'select record_key, column_name, value from rejected_values order by all',
  )
  expect(refused.map(({ record_key, column_name, value }) => [record_key, column_name, value])).toEqual([
    ['1', 'age', 'old'],
    ['1', 'age', 'old'],
    ['1', 'born', 'M…'],
    ['1', 'born', 'M…'],
    ['2', 'age', '4.5'],
  ])
  const figures = run.result?.measures['source.accounts']?.refused_values ?? []
  expect(figures.map((row) => [row.column_name, row.row_count]).sort()).toEqual([
    ['age', '1'],
    ['age', '2'],
    ['born', '1'],
    ['born', '1'],
  ])
})
