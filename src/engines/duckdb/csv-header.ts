import { DataFileError } from '../connection.js'
import { quoteFault } from './csv-quotes.js'

const DELIMITERS = [',', ';', '\t', '|']

/** The candidate that stands most often outside quotes in the header line of a CSV file. */
export function delimiterOf(line: string): string {
  const unquoted = line.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
}

/** The first lines of a CSV file, and what is declared of it. */
export interface CsvBeginning {
  readonly path: string
  readonly lines: readonly string[]
  readonly delimiter?: string
  readonly header?: boolean
  readonly skip?: number
}

export interface CsvHeader {
  readonly delimiter: string
  readonly columns: readonly string[]
  /** Lines before the header. */
  readonly skip: number
}

/**
 * The header of a CSV file: its first line that is not empty, after those that are skipped and a line such as `sep=;`, with
 * which Excel names the delimiter. Undefined where there is no line. Columns without a name are called `column1`, by their
 * place. Throws a `DataFileError` where it can be no header.
 */
export function headerOf(file: CsvBeginning): CsvHeader | undefined {
  const { path, lines } = file
  let skip = lineFrom(lines, file.skip ?? 0)
  const named = separatorOf(lines[skip] ?? '')
  if (named !== undefined) skip = lineFrom(lines, skip + 1)
  let header = lines[skip]
  if (header === undefined) return undefined
  const delimiter = file.delimiter ?? named ?? delimiterOf(header)
  const isOpen = () => quoteFault(header ?? '', delimiter) === 'open'
  for (let i = skip + 1; isOpen() && i < lines.length; i++) header += `\n${lines[i]}`
  if (isOpen()) throw neverClosed(path, skip + 1)
  const columns = fieldsOf(header.replace(/^\uFEFF/, ''), delimiter).map((field) => field.trim())
  if (file.header !== false) {
    refuseTitle(file, delimiter, columns, skip)
    refuseRepeated(path, skip + 1, columns)
  }
  return { delimiter, columns: withNames(columns), skip }
}

/** The first line that is not empty, from one on. */
function lineFrom(lines: readonly string[], from: number): number {
  const found = lines.findIndex((line, i) => i >= from && line !== '')
  return found === -1 ? lines.length : found
}

function separatorOf(line: string): string | undefined {
  const [, separator] = /^\uFEFF?"?sep=(.|\\t)"?$/i.exec(line) ?? []
  return separator === '\\t' ? '\t' : separator
}

/** A line with one value above lines with several is no header but a title or a comment. */
function refuseTitle(
  { path, lines, delimiter: declared }: CsvBeginning,
  delimiter: string,
  columns: readonly string[],
  at: number,
): void {
  if (columns.filter((column) => column !== '').length > 1) return
  const isKnown = declared !== undefined || columns.length > 1
  const isTable = (line = '') => {
    const values = fieldsOf(line, isKnown ? delimiter : delimiterOf(line))
    return values.filter((value) => value.trim() !== '').length > 1
  }
  const next = lines.findIndex((line, i) => i > at && isTable(line) && isTable(lines[i + 1]))
  if (next === -1) return
  throw new DataFileError(
    'unreadable',
    `${path}, line ${at + 1}: the header names one column, and below it are lines of several values`,
    `Where lines stand above the header, say how many on the source: \`skip: ${next}\`. Or say its \`delimiter:\`.`,
  )
}

function refuseRepeated(path: string, line: number, columns: readonly string[]): void {
  const seen = new Map<string, number>()
  columns.forEach((column, i) => {
    const first = seen.get(column.toLowerCase())
    if (column === '' || first === undefined) {
      seen.set(column.toLowerCase(), i)
      return
    }
    const names = columns[first] === column ? column : `${columns[first]} and ${column}`
    throw new DataFileError(
      'unreadable',
      `${path}, line ${line}: columns ${first + 1} and ${i + 1} are ${columns[first] === column ? 'both ' : ''}called ${names}`,
      'Rename one; upper and lower case are the same. Or read the file by place: with `header: false` and `skip: 1` its columns are column1, column2 and so on.',
    )
  })
}

/** Fields of one line. A quote counts only at the beginning of a field; inside quotes it is doubled. */
function fieldsOf(line: string, delimiter: string): readonly string[] {
  const fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? ''
    if (isQuoted) {
      if (character !== '"') field += character
      else if (line[i + 1] === '"') {
        field += '"'
        i += 1
      } else isQuoted = false
    } else if (character === '"' && field.trim() === '') {
      isQuoted = true
    } else if (line.startsWith(delimiter, i)) {
      fields.push(field)
      field = ''
      i += delimiter.length - 1
    } else field += character
  }
  return [...fields, field]
}

/** Columns without a name get that of their place, another where a column is called so. */
function withNames(columns: readonly string[]): readonly string[] {
  const taken = new Set(columns.map((column) => column.toLowerCase()))
  return columns.map((column, i) => {
    if (column !== '') return column
    let free = `column${i + 1}`
    for (let n = 1; taken.has(free); n++) free = `column${i + 1}_${n}`
    taken.add(free)
    return free
  })
}

export function neverClosed(path: string, line: number): DataFileError {
  return new DataFileError(
    'unreadable',
    `${path}, line ${line}: a quote is opened and never closed`,
    'Close it. A quote within a quoted value is written twice: "a ""b"" c".',
  )
}
