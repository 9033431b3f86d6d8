import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DataFileError } from '../../src/engines/connection.js'
import { temporaryFolder } from '../temporary-folder.js'
import { failure, open } from './duckdb-open.js'

describe('files', () => {
  const describing = async (
    name: string,
    text: string | Buffer,
    format: 'csv' | 'json' | 'jsonl' | 'parquet',
  ) => {
    const folder = temporaryFolder()
    const path = join(folder, name)
    writeFileSync(path, text)
    const c = await open({ path: ':memory:' })
    return c.describeFile({ path, format })
  }

  it('CSV: names from the header, everything text', async () => {
    expect(await describing('a.csv', '\ufeffid,zip\n1,0123\n', 'csv')).toMatchObject({
      columns: [
        { name: 'id', type: 'VARCHAR' },
        { name: 'zip', type: 'VARCHAR' },
      ],
      hasRows: true,
      complete: true,
      csv: [{ delimiter: ',', header: ['id', 'zip'] }],
    })
  })

  it('an empty file has no columns, one with a header no rows', async () => {
    expect(await describing('a.csv', '', 'csv')).toEqual({ columns: [], hasRows: false, complete: true })
    expect(await describing('a.json', '', 'json')).toEqual({ columns: [], hasRows: false, complete: true })
    expect(await describing('a.json', '[]', 'json')).toMatchObject({ columns: [], hasRows: false })
    expect(await describing('a.csv', 'id,zip\n', 'csv')).toMatchObject({
      hasRows: false,
      columns: [{ name: 'id' }, { name: 'zip' }],
    })
  })

  it('JSON: top-level keys where objects have them, also those that come late', async () => {
    const lines = [...Array.from({ length: 30_000 }, () => '{"id":1,"p":{"x":"a"}}'), '{"late":true}'].join(
      '\n',
    )
    const { columns } = await describing('a.jsonl', lines, 'jsonl')
    expect(columns.map((c) => c.name)).toEqual(['id', 'late', 'p'])
    expect((await describing('a.json', '[{"a":1},{"b":[1]}]', 'json')).columns.map((c) => c.name)).toEqual([
      'a',
      'b',
    ])
  })

  it.each([
    [
      'invalid UTF-8 in CSV',
      'a.csv',
      Buffer.from('a,b\n\xff\xfe,1\n', 'latin1'),
      'csv',
      /a\.csv.* is not valid UTF-8/,
      /iconv/,
    ],
    [
      'invalid UTF-8 in JSON',
      'a.jsonl',
      Buffer.from('{"a":"\xff"}\n', 'latin1'),
      'jsonl',
      /a\.jsonl.* is not valid UTF-8/,
      /iconv/,
    ],
    ['broken JSON', 'a.json', '[{"a":1},{"a":', 'json', /a\.json is not valid JSON: at byte/, /Mend/],
    ['JSON that holds no objects', 'a.jsonl', '1\n2\n', 'jsonl', /does not hold JSON objects/, /object/],
    [
      'no Parquet',
      'a.parquet',
      'hello, this is no parquet file',
      'parquet',
      /a\.parquet is not a Parquet file/,
      /format/,
    ],
    ['an empty Parquet file', 'a.parquet', '', 'parquet', /a\.parquet is not a Parquet file/, /format/],
  ] as const)('%s', async (_, name, text, format, message, remedy) => {
    const error = await failure(describing(name, text, format))
    expect(error).toBeInstanceOf(DataFileError)
    expect(error.message).toMatch(message)
    expect(error.remedy).toMatch(remedy)
  })

  it('a file that does not exist, or a glob that matches nothing', async () => {
    const c = await open({ path: ':memory:' })
    for (const [path, message] of [
      ['/nowhere/a.csv', 'there is no file /nowhere/a.csv'],
      ['/nowhere/*.csv', 'no file matches /nowhere/*.csv'],
    ] as const) {
      const error = await failure(c.describeFile({ path, format: 'csv' }))
      expect(error).toMatchObject({ reason: 'missing', message })
    }
  })
})
