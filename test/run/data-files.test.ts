import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTarget } from '../../src/cli/load-project.js'
import { type FinishedRun, load, query, runProjectIn, writeProject } from '../project-run.js'
import { people } from './people-project.js'

/** Data files through whole runs: nothing lost, and every mistake told at the source that names the file. */

const H = 'id,email,zip\n'
const ZIP = 'file: people.csv\nattributes: { zip: zip }'

function rowsOf(run: FinishedRun): Readonly<Record<string, unknown>> {
  const [row] = run.result?.measures['source.people']?.rows ?? []
  return row ?? {}
}

async function failing(files: Record<string, string | Uint8Array>, more = ZIP): Promise<string> {
  const folder = writeProject({ 'models/people.yml': people(more), ...files })
  const run = await runProjectIn(folder)
  expect(run.result?.status).not.toBe('succeeded')
  return run.printed
}

describe('lines that are no rows', () => {
  const bad = `${H}1,ann@x.com,0123\n2,bob@x.com,1,2\n3,cid@x.com\n4,"dan"@x.com,9\n`

  it('are listed with their place, and count as read and rejected', async () => {
    const folder = writeProject({ 'models/people.yml': people(ZIP), 'people.csv': bad })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(rowsOf(run)).toMatchObject({ read: '4', kept: '2', rejected: '2' })
    expect(await query(folder, 'select * from rejected_records order by column_name')).toEqual([
      {
        source: 'people',
        record_key: null,
        reason: 'malformed_row',
        column_name: 'people.csv:3',
        value: '2,bob@x.com,1,2',
      },
      {
        source: 'people',
        record_key: null,
        reason: 'malformed_row',
        column_name: 'people.csv:5',
        value: '4,"dan"@x.com,9',
      },
    ])
    expect(await query(folder, 'select id, zip from enriched_people order by id')).toEqual([
      { id: '1', zip: '0123' },
      { id: '3', zip: null },
    ])
  })

  it('are read and listed by the statements that are printed', async () => {
    const folder = writeProject({ 'models/people.yml': people(ZIP), 'people.csv': bad })
    const { program } = await runProjectIn(folder)
    const steps = program?.nodes.find(({ id }) => id === 'source.people')?.steps ?? []
    const full = steps.flatMap((step) => (step.kind === 'choice' ? step.full : [step]))
    const texts = full.map((step) => ('sql' in step ? step.sql : ''))
    const reading = texts.findIndex((text) => text.includes('null_padding = true, parallel = false'))
    const listing = texts.findIndex((text) => text.includes("'malformed_row'"))
    expect(reading).toBeGreaterThan(-1)
    expect(listing).toBeGreaterThan(reading)
    expect(texts.join('\n').match(/\$\w+/g) ?? []).toEqual([])
  })

  it('are hidden where a column is personal, and cut where they are long', async () => {
    const personal = people(ZIP, '{ name: customer, identifiers: [{ name: email, pii: direct }] }')
    const folder = writeProject({ 'models/people.yml': personal, 'people.csv': bad })
    await runProjectIn(folder)
    expect(await query(folder, 'select value from rejected_records order by value')).toEqual([
      { value: '2…' },
      { value: '4…' },
    ])
    const long = writeProject({
      'models/people.yml': people(ZIP),
      'people.csv': `${H}1,a@x.com,2\n2,b,${'x'.repeat(300)},4\n`,
    })
    await runProjectIn(long)
    expect(await query(long, 'select length(value) as n from rejected_records')).toEqual([{ n: '200' }])
  })

  it('fail the run where they are too many', async () => {
    expect(
      await failing({ 'people.csv': `${H}1,ann@x.com,0123\n1,2,3,4\n5,6,7,8\n` }),
    ).toBe(`models/people.yml:4:5 error CDP6003: More than 50 % of the rows of people were rejected. Nothing was published.
  3 | sources:
> 4 |   - name: people
    |     ^^^^^^^^^^^^
  hint: Mend the declaration or the data, or raise max_rejected of the source.
`)
  })

  it('of JSON lines', async () => {
    const more = 'file: people.jsonl\nattributes: { zip: zip, city: address.city }'
    const lines =
      '{"id":9007199254740993,"email":"ann@x.com","zip":"0123","address":{"city":"Oslo"}}\n{"id":17.0,"zip":5}\n{"id":3,\n{"id":4,"address":"none"}\n'
    const folder = writeProject({ 'models/people.yml': people(more), 'people.jsonl': lines })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(rowsOf(run)).toMatchObject({ read: '4', kept: '3', rejected: '1' })
    expect(await query(folder, 'select id, zip from enriched_people order by id')).toEqual([
      { id: '17', zip: '5' },
      { id: '4', zip: null },
      { id: '9007199254740993', zip: '0123' },
    ])
    expect(await query(folder, 'select city from customer_profiles')).toEqual([{ city: 'Oslo' }])
    expect(await query(folder, 'select column_name, value from rejected_records')).toEqual([
      { column_name: 'people.jsonl:3', value: '{"id":3,' },
    ])
  })

  it('with line breaks as on Windows', async () => {
    const folder = writeProject({
      'models/people.yml': people(ZIP),
      'people.csv': `${H}1,ann@x.com,1\n2,bob@x.com,2,Rome\n3,cy@x.com,3\n`.replaceAll('\n', '\r\n'),
    })
    expect(rowsOf(await runProjectIn(folder))).toMatchObject({ read: '3', kept: '2', rejected: '1' })
    expect(await query(folder, 'select column_name, value from rejected_records')).toEqual([
      { column_name: 'people.csv:3', value: '2,bob@x.com,2,Rome' },
    ])
  })

  it('are none where a name of the header has a line break of another kind than lines end with', async () => {
    const yaml = people('file: data/*.csv\nattributes: { zip: { column: "zip\\ncode" } }')
    const header = 'id,email,"zip\ncode"'
    const folder = writeProject({
      'models/people.yml': yaml,
      'data/crlf.csv': `${header}\r\n1,ann@x.com,"01\n23"\r\n2,bob@x.com,"4"\r\n3,cid\r\n`,
      'data/lf.csv': `${header}\n4,dan@x.com,"5\r\n6"\n`,
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(rowsOf(run)).toMatchObject({ read: '4', kept: '4', rejected: '0' })
    expect(await query(folder, 'select id, "zip\ncode" as zip from enriched_people order by id')).toEqual([
      { id: '1', zip: '01\n23' },
      { id: '2', zip: '4' },
      { id: '3', zip: null },
      { id: '4', zip: '5\r\n6' },
    ])
  })

  it('of a reference table that only models read', async () => {
    const folder = writeProject({
      'models/people.yml': `${people(ZIP)}  - { name: zips, file: zips.csv, key: zip }\n`,
      'models/towns.sql': 'select zip, town from {{source "zips"}}\n',
      'people.csv': `${H}1,ann@x.com,0123\n`,
      'zips.csv': 'zip,town\n0123,Oslo\n0124,Oslo,Norway\n0125\n',
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(run.result?.measures['source.zips']?.rows).toEqual([{ read: '3', kept: '2', rejected: '1' }])
    expect(await query(folder, 'select * from towns order by zip')).toEqual([
      { zip: '0123', town: 'Oslo' },
      { zip: '0125', town: null },
    ])
    expect(await query(folder, 'select source, column_name, value from rejected_records')).toEqual([
      { source: 'zips', column_name: 'zips.csv:3', value: '0124,Oslo,Norway' },
    ])
  })
})

describe('a file that cannot be used is told at the source', () => {
  const frame = `
  7 |     identifiers: { email: email }
> 8 |     file: people.csv
    |           ^^^^^^^^^^
`
  it('missing', async () => {
    expect(
      await failing({}),
    ).toBe(`models/people.yml:8:11 error CDP6001: there is no file people.csv${frame}  hint: A path is relative to the folder of profiles.yml.
`)
    expect(await failing({ 'people.csv/a.csv': H })).toContain('error CDP6001: people.csv is a folder')
    expect(await failing({}, 'file: people/*.csv')).toContain('error CDP6001: no file matches people/*.csv')
    expect(await failing({}, 'table: raw.people')).toContain('error CDP6001: there is no table raw.people')
  })

  it('missing, with another beside it whose name is near', async () => {
    const near = await failing({ 'data/peopel.csv': H, 'data/towns.csv': H }, 'file: data/people.csv')
    expect(near).toContain('there is no file data/people.csv')
    expect(near).toContain('  hint: did you mean "data/peopel.csv"?\n')
    const folder = writeProject({ 'models/people.yml': people('table: raw.people') })
    const database = await openTarget(load(folder))
    await database.execute('create schema raw')
    await database.execute('create table raw.poeple as select 1 as id')
    await database.close()
    expect((await runProjectIn(folder)).printed).toContain('  hint: did you mean "raw.poeple"?\n')
  })

  it('empty, or with a header alone', async () => {
    expect(
      await failing({ 'people.csv': '' }),
    ).toBe(`models/people.yml:8:11 error CDP6001: the file people.csv is empty${frame}  hint: a CSV file has at least its header
`)
    expect(
      await failing({ 'people.csv': H }),
    ).toBe(`models/people.yml:8:11 error CDP6001: the file people.csv has no rows, only a header${frame}  hint: if that is meant, run with --allow-empty
`)
    const folder = writeProject({ 'models/people.yml': people(ZIP), 'people.csv': H })
    const allowed = await runProjectIn(folder, { allowEmpty: true })
    expect(allowed.printed).toBe('')
    expect(rowsOf(allowed)).toMatchObject({ read: '0', kept: '0', rejected: '0' })
  })

  it('unreadable', async () => {
    expect(
      await failing({ 'people.csv': `${H}1,"ann@x.com,0123\n2,bob@x.com,1\n` }),
    ).toBe(`models/people.yml:8:11 error CDP6004: people.csv, line 2: a quote is opened and never closed${frame}  hint: Close it. A quote within a quoted value is written twice: "a ""b"" c".
`)
    expect(
      await failing({ 'people.csv': `${H}1,ann@x.com,"01\n23"\n\n2,"bob@x.com,1\n3,cid@x.com,1\n` }),
    ).toContain('people.csv, line 5: a quote is opened')
    expect(
      await failing({ 'people.csv': Buffer.from(`${H}1,ann@x.com,"01\n23"\n2,bob@x.com,\xfc\n`, 'latin1') }),
    ).toContain('people.csv, line 4, is not valid UTF-8')
    expect(
      await failing({ 'people.csv': Buffer.from(`${H}1,ann@x.com,M\xfcller\n`, 'latin1') }),
    ).toBe(`models/people.yml:8:11 error CDP6004: people.csv, line 2, is not valid UTF-8${frame}  hint: Files are read as UTF-8: convert it, for example with \`iconv -f windows-1252 -t utf-8\`.
`)
    expect(await failing({ 'people.json': '[{"id":1},{"id"' }, 'file: people.json')).toContain(
      'error CDP6004: people.json is not valid JSON',
    )
    expect(await failing({ 'people.jsonl': H }, 'file: people.jsonl')).toContain(
      'error CDP6004: people.jsonl does not hold JSON objects',
    )
    expect(await failing({ 'people.csv.gz': H }, 'file: people.csv.gz')).toContain(
      'error CDP6004: people.csv.gz is not packed as its name says',
    )
    expect(await failing({ 'people.parquet': 'no' }, 'file: people.parquet')).toContain(
      'error CDP6004: people.parquet is not a Parquet file',
    )
  })

  it.skipIf(process.getuid?.() === 0)('without the right to read it', async () => {
    const folder = writeProject({ 'models/people.yml': people(ZIP), 'people.csv': `${H}1,ann@x.com,1\n` })
    chmodSync(join(folder, 'people.csv'), 0)
    expect((await runProjectIn(folder)).printed).toContain(
      'error CDP6004: people.csv may not be read: permission denied',
    )
  })
})
