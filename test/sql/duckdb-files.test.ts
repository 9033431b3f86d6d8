import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Connection, Row } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { quoteFault } from '../../src/engines/duckdb/csv-quotes.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import type { FileInput } from '../../src/sql/dialect.js'
import { sql } from '../../src/sql/fragment.js'
import { print } from '../../src/sql/printer.js'
import { temporaryFolder } from '../temporary-folder.js'

/** How DuckDB reads files with the options that `readFile` gives it: what it keeps, and what it sets aside. */

interface Read {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly malformed: readonly Row[]
}

/** Describes and reads a file as a run does: rows and malformed lines in order of their text. */
async function read(
  name: string,
  content: string | Uint8Array | Readonly<Record<string, string>>,
  more: Partial<FileInput> = {},
  select = sql`*`,
): Promise<Read> {
  const folder = temporaryFolder()
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(join(folder, name), content)
  else {
    mkdirSync(join(folder, 'd'))
    for (const [file, text] of Object.entries(content)) writeFileSync(join(folder, 'd', file), text)
  }
  const connection: Connection = await openDuckDb({ path: ':memory:', threads: 2 })
  onTestFinished(() => connection.close())
  const input: FileInput = { path: join(folder, name), format: 'csv', ...more }
  const { columns, csv } = await connection.describeFile(input)
  const names = columns.map((column) => column.name)
  const file = csv ? { ...input, csv } : input
  const { readFile, malformedLines } = duckdb.statements
  const rows = await connection.query(
    print(sql`select ${select} from ${readFile(file, names)} as rows`, duckdb),
  )
  const malformed = malformedLines(file)
  const asides = malformed ? await connection.query(print(malformed, duckdb)) : []
  const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
  return {
    columns: names,
    rows: rows.map((row) => Object.values(row)).sort(byText),
    malformed: asides.map(({ place, value }) => ({ place, value }) as Row).sort(byText),
  }
}

const H = 'id,name,note\n'

describe('CSV', () => {
  it.each([
    [
      'line breaks in quotes',
      `${H}1,"ann\nlee",x\n2,bob,y\n`,
      [
        ['1', 'ann\nlee', 'x'],
        ['2', 'bob', 'y'],
      ],
    ],
    ['CR LF, also in quotes', 'id,name,note\r\n1,"a\r\nb",x\r\n', [['1', 'a\r\nb', 'x']]],
    ['a byte order mark', `\ufeff${H}1,ann,x\n`, [['1', 'ann', 'x']]],
    ['no line end at the end', `${H}1,ann,x`, [['1', 'ann', 'x']]],
    [
      'doubled quotes, empty values',
      `${H}1,"a ""b""",\n2,"",z\n`,
      [
        ['1', 'a "b"', null],
        ['2', null, 'z'],
      ],
    ],
    ['a quote in the middle', `${H}1,5" disk,x\n`, [['1', '5" disk', 'x']]],
    [
      'empty lines anywhere',
      `\n\n${H}\n1,ann,x\n\n2,bob,y\n\n`,
      [
        ['1', 'ann', 'x'],
        ['2', 'bob', 'y'],
      ],
    ],
    [
      'rows that end early',
      `${H}1,ann\n2\n3,"c\nd",z\n`,
      [
        ['1', 'ann', null],
        ['2', null, null],
        ['3', 'c\nd', 'z'],
      ],
    ],
    ['a delimiter more at the end', `${H}1,ann,x,\n`, [['1', 'ann', 'x']]],
    ['semicolons', 'id;name;note\n1;"a;b";x,y\n', [['1', 'a;b', 'x,y']]],
    ['tabs', 'id\tname\tnote\n1\ta, b\tx\n', [['1', 'a, b', 'x']]],
    ['bars', 'id|name|note\n1|ann|x\n', [['1', 'ann', 'x']]],
    [
      'line ends of both kinds',
      'id,name,note\r\n1,ann,x\n2,bob,y\r\n',
      [
        ['1', 'ann', 'x'],
        ['2', 'bob', 'y'],
      ],
    ],
    [
      'what looks like numbers, dates and comments',
      `${H}0123,1e5,2026-01-02\n#1,true,NULL\n`,
      [
        ['#1', 'true', 'NULL'],
        ['0123', '1e5', '2026-01-02'],
      ],
    ],
  ])('%s', async (_, text, rows) => {
    expect(await read('a.csv', text)).toEqual({ columns: ['id', 'name', 'note'], rows, malformed: [] })
  })

  it('is unpacked', async () => {
    expect((await read('a.csv.gz', gzipSync(`${H}1,ann,x\n`))).rows).toEqual([['1', 'ann', 'x']])
  })

  it('a delimiter of several characters, and one that the header does not tell', async () => {
    expect((await read('a.csv', 'id||name\n1||a|b\n', { delimiter: '||' })).rows).toEqual([['1', 'a|b']])
    expect((await read('a.csv', 'id^name\n1^a,b\n', { delimiter: '^' })).rows).toEqual([['1', 'a,b']])
  })

  it('without a header columns are numbered', async () => {
    const { columns, rows } = await read('a.csv', '1,ann\n2,bob\n', { header: false })
    expect(columns).toEqual(['column1', 'column2'])
    expect(rows).toEqual([
      ['1', 'ann'],
      ['2', 'bob'],
    ])
  })

  it('names of columns: spaces around them go, missing ones are those of their place', async () => {
    const text = `id, name ,Column3,,,"a ""q""",c.d,"x\ny",'"\n1,2,3,4,5,6,7,8,9\n`
    const { columns, rows } = await read('a.csv', text)
    expect(columns).toEqual(['id', 'name', 'Column3', 'column4', 'column5', 'a "q"', 'c.d', 'x\ny', `'"`])
    expect(rows).toEqual([['1', '2', '3', '4', '5', '6', '7', '8', '9']])
    expect((await read('a.csv', 'column2,\n1,2\n')).columns).toEqual(['column2', 'column2_1'])
  })

  it('lines before the header are skipped, whatever stands in them, and count in the numbers of lines', async () => {
    const text = `Sales; "all\n\n\n${H}1,ann,x\n2,bob,y,z\n`
    const { columns, rows, malformed } = await read('a.csv', text, { skip: 2 })
    expect(columns).toEqual(['id', 'name', 'note'])
    expect(rows).toEqual([['1', 'ann', 'x']])
    expect(malformed).toEqual([{ place: 'a.csv:6', value: '2,bob,y,z' }])
    const bare = await read('a.csv', '# two\n# lines\n1,ann\n2,bob\n', { skip: 2, header: false })
    expect(bare.rows).toEqual([
      ['1', 'ann'],
      ['2', 'bob'],
    ])
    const packed = await read('a.csv.gz', gzipSync('# one\nid,name\n1,ann\n'), { skip: 1 })
    expect(packed.rows).toEqual([['1', 'ann']])
  })

  it.each<readonly [string, Partial<FileInput>]>([
    ['sep=;\r\nid;name\r\n1;a,b\r\n', {}],
    ['\ufeffSEP=|\nid|name\n1|a,b\n', {}],
    ['"sep=\t"\nid\tname\n1\ta,b\n', {}],
    ['# exported\nsep=;\nid;name\n1;a,b\n', { skip: 1 }],
    ['sep=,\nid;name\n1;a,b\n', { delimiter: ';' }],
  ])('%j: the line with which Excel names the delimiter', async (text, more) => {
    expect(await read('a.csv', text, more)).toEqual({
      columns: ['id', 'name'],
      rows: [['1', 'a,b']],
      malformed: [],
    })
  })

  it('one column of text is no table below a title', async () => {
    expect((await read('a.csv', 'note\nhello\n"a, b"\n"c, d"\n')).rows).toHaveLength(3)
    const { rows, malformed } = await read('a.csv', 'note\na, b\nc, d\n', { delimiter: '|' })
    expect([rows, malformed]).toEqual([[['a, b'], ['c, d']], []])
  })

  it('good rows are kept and bad lines listed with their place, each once', async () => {
    const text = `${H}1,ann,x\n2,bob,y,z,w\n3,"q"stray,z\n4,"opened,1\n5,"closed",2\n6,f\n7,g,h\n`
    const { rows, malformed } = await read('a.csv', text)
    expect(rows).toEqual([
      ['1', 'ann', 'x'],
      ['6', 'f', null],
      ['7', 'g', 'h'],
    ])
    expect(malformed).toEqual([
      { place: 'a.csv:3', value: '2,bob,y,z,w' },
      { place: 'a.csv:4', value: '3,"q"stray,z' },
      { place: 'a.csv:5', value: '4,"opened,1\n5,"closed",2' },
    ])
  })

  it('files with one header are one, those with others are united by name', async () => {
    const same = await read('d/*.csv', { 'a.csv': `${H}1,a,b\n`, 'b.csv': `${H}2,c\n`, 'c.csv': '' })
    expect(same.rows).toEqual([
      ['1', 'a', 'b'],
      ['2', 'c', null],
    ])
    const other = await read('d/*.csv', {
      'a.csv': `${H}1,a,b\n`,
      'b.csv': 'ID;tel\n2;5\n3;6;7\n',
      'c.csv': `${H}x,y,z,w\n`,
    })
    expect(other.columns).toEqual(['id', 'name', 'note', 'tel'])
    expect(other.rows).toEqual([
      ['1', 'a', 'b', null],
      ['2', null, null, '5'],
    ])
    expect(other.malformed).toEqual([
      { place: 'b.csv:3', value: '3;6;7' },
      { place: 'c.csv:2', value: 'x,y,z,w' },
    ])
  })

  it.each([
    [
      'a quote that is never closed',
      `${H}1,ann,x\n2,"bob,y\n3,c,d\n`,
      /a\.csv, line 3: a quote is opened and never closed/,
    ],
    ['one in the last value', `${H}1,ann,"x\n`, /line 2: a quote is opened and never closed/],
    ['one in the header', 'id,"name,note\n1,a,b\n', /line 1: a quote is opened and never closed/],
    ['one after rows that end early', `${H}1\n2,"bob,y\n`, /line 3: a quote is opened and never closed/],
    [
      'line ends of both kinds with quotes',
      'id,name,note\n1,a,"x"\r\n2,b,y\n3,c,d\r\n',
      /some lines end with CR LF and others with LF/,
    ],
    ['Latin-1', Buffer.from(`${H}1,ann,x\n2,M\xfcller,y\n`, 'latin1'), /a\.csv, line 3, is not valid UTF-8/],
    ['UTF-16', Buffer.from(`\ufeff${H}1,ann,x\n`, 'utf16le'), /a\.csv is UTF-16/],
    ['UTF-16, bytes swapped', Buffer.from(`\ufeff${H}1,ann,x\n`, 'utf16le').swap16(), /a\.csv is UTF-16/],
    [
      'a carriage return within a line that ends in CR LF',
      'id,name,note\r\n1,a,x\r\n2,b\rob,y\r\n',
      /a\.csv, line 3: a carriage return \(CR\) stands alone/,
    ],
    [
      'one before the line end',
      'id,name,note\r\nK\r\r\n3,c,x\r\n',
      /line 2: a carriage return \(CR\) stands alone/,
    ],
    [
      'one within a line that ends in LF',
      `${H}1,a,x\n2,b\rob,y\n`,
      /line 3: a carriage return \(CR\) stands/,
    ],
    ['columns of one name', 'id,city,name,city\n1,a,b,c\n', /line 1: columns 2 and 4 are both called city/],
    ['columns of one name but for case', 'id,city,City\n1,a,b\n', /columns 2 and 3 are called city and City/],
    [
      'a comment above the header',
      `# exported\n${H}1,ann,x\n`,
      /line 1: the header names one column, and below it are lines of several values/,
    ],
    [
      'a title of a spreadsheet above the header',
      'Sales 2026;;\n;;\nid;name;note\n1;ann;x\n',
      /line 1: the header names one column, and below it are lines of several values/,
    ],
    [
      'a line that is too long',
      `${H}1,ann,${'x'.repeat(2_100_000)}\n`,
      /line 2: the line is longer than 2 MB/,
    ],
  ])('%s stops everything', async (_, text, message) => {
    await expect(read('a.csv', text)).rejects.toThrow(message)
  })

  it('a carriage return within quotes is part of the value', async () => {
    const { rows } = await read('a.csv', 'id,name\r\n1,"a\rb"\r\n')
    expect(rows).toEqual([['1', 'a\rb']])
  })

  it('what is said of lines above the header is how many there are', async () => {
    const text = `# exported\n\n# by me\n${H}1,ann,x\n`
    const error = await read('a.csv', text).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ remedy: expect.stringContaining('`skip: 3`') })
  })

  it.each(['a.csv.gz', 'a.jsonl.gz'])('%s that is cut off, or damaged, stops everything', async (path) => {
    const format = path.includes('json') ? 'jsonl' : 'csv'
    const line = (i: number) => (format === 'csv' ? `${i},${i ** 3}\n` : `{"id":${i},"name":${i ** 3}}\n`)
    const lines = Array.from({ length: 20_000 }, (_, i) => line(i)).join('')
    const whole = gzipSync(format === 'csv' ? `id,name\n${lines}` : lines)
    for (const end of [whole.length >> 1, whole.length - 1, whole.length - 8]) {
      await expect(read(path, whole.subarray(0, end), { format })).rejects.toThrow(/is cut off/)
    }
    const damaged = Buffer.from(whole)
    damaged[whole.length - 6] = (damaged[whole.length - 6] ?? 0) ^ 0xff
    await expect(read(path, damaged, { format })).rejects.toThrow(/is damaged/)
    expect((await read(path, whole, { format }, sql`count(*)`)).rows).toEqual([['20000']])
  })

  it('a quote that is never closed is found in files that are read in several parts', async () => {
    const line = (i: number) => `${i},name of ${i},"note, ${i}"\n`
    const before = Array.from({ length: 300_000 }, (_, i) => line(i)).join('')
    const after = Array.from({ length: 500_000 }, (_, i) => `${i},name of ${i},note ${i}\n`).join('')
    await expect(read('a.csv', `${H}${before}7,"never\n${after}`)).rejects.toThrow(
      /line 300002: a quote is opened and never closed/,
    )
  })

  it('lines are numbered right in files that are read in several parts', async () => {
    const lines = Array.from(
      { length: 900_000 },
      (_, i) => `${i},name of ${i},a note that takes some room ${i}\n`,
    )
    lines[800_000] = 'a,b,c,d,e\n'
    const { rows, malformed } = await read('a.csv', H + lines.join(''), {}, sql`count(*)`)
    expect(rows).toEqual([['899999']])
    expect(malformed).toEqual([{ place: 'a.csv:800002', value: 'a,b,c,d,e' }])
  })
})

it('faults of quotes', () => {
  expect(quoteFault('1,"a,b', ',')).toBe('open')
  expect(quoteFault('1,"a ""b,c', ',')).toBe('open')
  expect(quoteFault('1,"a"b,c', ',')).toBe('stray')
  expect(quoteFault('1,"a\n2,"b",c', ',')).toBe('stray')
  expect(quoteFault('1,5" a,"x ""y"" z"', ',')).toBe('none')
})

describe('JSON', () => {
  const lines =
    '{"id":123456789012345678,"n":17.0}\n\n{"id":"b","p":{"q":[1]},"n":"0123"}\n{broken\n[1,2]\n{"ID":"c"}\n'

  it('lines: keys of all objects, texts as written, what is no object is listed', async () => {
    expect(await read('a.jsonl', lines, { format: 'jsonl' })).toEqual({
      columns: ['id', 'ID', 'n', 'p'],
      rows: [
        ['123456789012345678', '17', null],
        ['b', '0123', '{"q":[1]}'],
        ['c', null, null],
      ],
      malformed: [
        { place: 'a.jsonl', value: '[1,2]' },
        { place: 'a.jsonl:4', value: '{broken' },
      ],
    })
  })

  it('lines that are broken are told with their number, in each of several files', async () => {
    const { rows, malformed } = await read(
      'd/*.jsonl',
      { 'a.jsonl': '{"id":1}\n\n{"id":2,\n', 'b.jsonl': 'x\r\n{"id":3}\r\n{"id":4}y\r\n' },
      { format: 'jsonl' },
    )
    expect(rows).toEqual([['1'], ['3']])
    expect(malformed).toEqual([
      { place: 'a.jsonl:3', value: '{"id":2,' },
      { place: 'b.jsonl:1', value: 'x' },
      { place: 'b.jsonl:3', value: '{"id":4}y' },
    ])
  })

  it('lines may be long, and end in several ways', async () => {
    const long = 'x'.repeat(5_000_000)
    const text = `{"id":1}\r\n{"id":2,"v":"${long}"}\n{"id":3}\r\n`
    const { rows } = await read('a.jsonl', text, { format: 'jsonl' })
    expect(rows).toEqual([
      ['1', null],
      ['2', long],
      ['3', null],
    ])
  })

  it('arrays and documents one after the other', async () => {
    const array = await read('a.json', '[{"id":1,"a":true},7,{"id":2,"b":null}]', { format: 'json' })
    expect(array.rows).toEqual([
      ['1', 'true', null],
      ['2', null, null],
    ])
    expect(array.malformed).toEqual([{ place: 'a.json', value: '7' }])
    expect((await read('a.json', '{\n"id":1\n}\n{"id":\n2}', { format: 'json' })).rows).toEqual([
      ['1'],
      ['2'],
    ])
  })

  it('keys with dots, slashes, tildes and quotes', async () => {
    const { columns, rows } = await read('a.jsonl', `{"a.b":1,"a/b":2,"~0":3,"'\\"":4,"":5}\n`, {
      format: 'jsonl',
    })
    expect(columns).toEqual(['a.b', 'a/b', '~0', `'"`])
    expect(rows).toEqual([['1', '2', '3', '4']])
  })
})
