import { describe, expect, it } from 'vitest'
import { columnWarnings } from '../../src/cli/load-project.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { load, query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { people } from './people-project.js'

/** Columns of files and tables through whole runs: their names, their types, and what happens when they change. */

const H = 'id,email,zip\n'
const ZIP = 'file: people.csv\nattributes: { zip: zip }'

describe('columns', () => {
  it('may have the names of internal ones, and any text', async () => {
    const header =
      'id,email,record_key,fault,customer_id,raw__id,node__email,is_latest,"a ""q"" b",c.d,";drop table x; --"'
    const more = `file: people.csv
attributes:
  fault: fault
  key_of: record_key
  who: customer_id
  quoted: { column: 'a "q" b' }
  dotted: { column: c.d }
  evil: { column: ';drop table x; --' }`
    const folder = writeProject({
      'models/people.yml': people(more),
      'people.csv': `${header}\n1,ann@x.com,a,b,c,d,e,f,g,h,i\n`,
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(
      await query(folder, 'select fault, key_of, who, quoted, dotted, evil from customer_profiles'),
    ).toEqual([{ fault: 'b', key_of: 'a', who: 'c', quoted: 'g', dotted: 'h', evil: 'i' }])
    const [row] = await query(folder, 'select * exclude (customer_id) from enriched_people')
    expect(row).toEqual({
      id: '1',
      email: 'ann@x.com',
      record_key: 'a',
      fault: 'b',
      source_customer_id: 'c',
      raw__id: 'd',
      node__email: 'e',
      is_latest: 'f',
      'a "q" b': 'g',
      'c.d': 'h',
      ';drop table x; --': 'i',
    })
  })

  it('of a table have their own types', async () => {
    const folder = writeProject({
      'models/people.yml': people(`table: raw.people
updated_at: seen
attributes:
  zip: zip
  mood: mood
  tags: tags
  uuid: uuid
  big: big
  points: { column: points, type: integer }
  price: { column: price, type: number }
  city: { path: address.city }`),
    })
    await execute(folder, [
      'create schema raw',
      "create type raw.mood as enum ('sad', 'happy')",
      `create table raw.people as select 1::bigint as id, 'ann@x.com' as email, '0123' as zip, 'happy'::raw.mood as mood,
        ['a', 'b'] as tags, uuid '550e8400-e29b-41d4-a716-446655440000' as uuid,
        170141183460469231731687303715884105727::hugeint as big, 17.0::double as points, 12.50::decimal(38,10) as price,
        {'city': 'Oslo'} as address, timestamptz '2026-01-02 03:04:05.5+02' as seen`,
    ])
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    const columns = 'zip, mood, tags, uuid, big, points, price, city, last_seen_at'
    expect(await query(folder, `select ${columns} from customer_profiles`)).toEqual([
      {
        zip: '0123',
        mood: 'happy',
        tags: '["a","b"]',
        uuid: '550e8400-e29b-41d4-a716-446655440000',
        big: '170141183460469231731687303715884105727',
        points: '17',
        price: '12.500000000',
        city: 'Oslo',
        last_seen_at: '2026-01-02 01:04:05.5',
      },
    ])
  })

  it('of Parquet files with different ones are united, a number is the text that it shows', async () => {
    const folder = writeProject({
      'models/people.yml': people('file: people/*.parquet\nattributes: { zip: zip, city: address.city }'),
      'people/note.txt': '',
    })
    await execute(folder, [
      `copy (select 1 as id, 'ann@x.com' as email, 123 as zip) to '${folder}/people/a.parquet'`,
      `copy (select 'b' as id, 'bob@x.com' as email, '0123' as zip, {'city': 'Oslo'} as address) to '${folder}/people/b.parquet'`,
    ])
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(await query(folder, 'select email, zip, city from customer_profiles order by email')).toEqual([
      { email: 'ann@x.com', zip: '123', city: null },
      { email: 'bob@x.com', zip: '0123', city: 'Oslo' },
    ])
  })

  it('of local times are times of the world, also where the file has times already', async () => {
    const folder = writeProject({
      'models/people.yml': people(
        'file: people/*.parquet\nupdated_at: { column: seen, timezone: America/New_York }',
      ),
      'people/note.txt': '',
    })
    await execute(folder, [
      `copy (select 1 as id, 'ann@x.com' as email, timestamp '2026-01-01 20:00:00' as seen) to '${folder}/people/a.parquet'`,
    ])
    expect((await runProjectIn(folder)).printed).toBe('')
    expect(await query(folder, 'select cast(seen as varchar) as seen from enriched_people')).toEqual([
      { seen: '2026-01-02 01:00:00' },
    ])
  })

  it('that change: a new one appears, a used one that is gone is an error and, for validate, a warning', async () => {
    const folder = writeProject({ 'models/people.yml': people(ZIP), 'people.csv': `${H}1,ann@x.com,0123\n` })
    await runProjectIn(folder)
    writeFiles(folder, { 'people.csv': 'note,zip,id,email\nnew,0124,1,ann@x.com\n' })
    expect((await runProjectIn(folder)).printed).toBe('')
    expect(await query(folder, 'select * exclude (customer_id) from enriched_people')).toEqual([
      { note: 'new', zip: '0124', id: '1', email: 'ann@x.com' },
    ])
    writeFiles(folder, { 'people.csv': 'id,email,zips\n1,ann@x.com,0125\n' })
    const frame = `
  8 |     file: people.csv
> 9 |     attributes: { zip: zip }
    |                        ^^^
`
    expect((await runProjectIn(folder)).printed).toBe(
      `models/people.yml:9:24 error CDP3005: people has no column "zip"${frame}  expected: one of id, email, zips
  hint: did you mean "zips"?
`,
    )
    expect(await query(folder, 'select zip from enriched_people')).toEqual([{ zip: '0124' }])
    writeFiles(folder, { 'models/people.yml': people('file: people.csv\nattributes: { zip: zips }') })
    const warnings = columnWarnings(load(folder))
    expect(warnings.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'people has no column "zips", as the last run saw it'],
    ])
  })
})

async function execute(folder: string, statements: readonly string[]): Promise<void> {
  const connection = await openDuckDb({ path: `${folder}/target/dev.duckdb` })
  for (const statement of statements) await connection.execute(statement)
  await connection.close()
}

it('a source that reads a model is told the columns that the model does not have', async () => {
  const folder = writeProject({
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id }
  - { name: cleaned, model: stg_people, key: idd, identifiers: { email: mail } }
`,
    'models/stg_people.sql': 'select id, email from {{source "people"}}',
    'people.csv': 'id,email\n1,ann@x.com\n',
  })
  const run = await runProjectIn(folder)
  expect(run.result?.status).toBe('failed')
  expect(run.result?.error?.exit_code).toBe(1)
  expect(run.printed.split('\n').filter((line) => line.includes('error'))).toEqual([
    'models/all.yml:5:46 error CDP3005: cleaned has no column "idd"',
    'models/all.yml:5:73 error CDP3005: cleaned has no column "mail"',
  ])
})
