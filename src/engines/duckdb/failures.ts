import { WarehouseError } from '../../diagnostics/errors.js'
import { DataFileError, StatementError } from '../connection.js'

/** A DuckDB failure that is known: its message rewritten for people, and what they can do about it. */
interface Known {
  readonly pattern: RegExp
  readonly explain: (match: RegExpExecArray, cause: unknown) => WarehouseError
}

const DISK =
  'Free space on the disk of the database and of its temp_directory, or point them at a larger disk, then run again.'
const MEMORY =
  'Lower `threads` or raise `memory_limit` of the target; a `temp_directory` with room lets large joins go to disk.'

const warehouse =
  (message: (match: RegExpExecArray) => string, remedy?: string) =>
  (match: RegExpExecArray, cause: unknown): WarehouseError =>
    new WarehouseError(message(match), remedy, { cause })

const dataFile =
  (reason: 'missing' | 'unreadable', message: (match: RegExpExecArray) => string, remedy: string) =>
  (match: RegExpExecArray, cause: unknown): WarehouseError =>
    new DataFileError(reason, message(match), remedy, { cause })

const KNOWN: readonly Known[] = [
  {
    pattern: /Could not set lock on file "(.+?)"(?:: Conflicting lock is held in (.+?) \(PID (\d+)\))?/s,
    explain: (match, cause) => lockedDatabase(match, cause),
  },
  {
    pattern:
      /read a database file with version number (\d+), but we can only read versions between \d+ and (\d+)/,
    explain: warehouse(
      (m) =>
        `the database was written by a newer DuckDB: its storage version is ${m[1]}, this cdp reads up to ${m[2]}`,
      'Upgrade cdp, or export the database with the newer DuckDB (`export database`) and import it with an older one.',
    ),
  },
  {
    pattern: /The file "(.+?)" exists, but it is not a valid DuckDB database file/s,
    explain: warehouse(
      (m) => `${m[1]} is not a DuckDB database`,
      'Name another file as `path` of the target, or remove this one.',
    ),
  },
  {
    pattern: /Extension ".+?sqlite_scanner[.]duckdb_extension" not found/,
    explain: warehouse(
      () => 'the database is a file of SQLite, not of DuckDB',
      'Name another file as `path` of the target.',
    ),
  },
  {
    pattern: /Corrupt database file|Could not read enough bytes from file "(?![^"]+[.](?:parquet|pq)")/,
    explain: warehouse(
      (m) => `the file of the database is damaged: ${essence(m.input)}`,
      'Bring it back from a copy. Without one, move it away and run again: all is built anew, and ids are as on a first run.',
    ),
  },
  {
    pattern: /No space left on device|Disk quota exceeded|not enough disk space|max_temp_directory_size/i,
    explain: warehouse((m) => `the disk is full: ${essence(m.input)}`, DISK),
  },
  {
    pattern: /File too large/,
    explain: warehouse((m) => `a file may not grow any further: ${essence(m.input)}`, DISK),
  },
  {
    pattern: /^Out of Memory Error: (.+)/s,
    explain: warehouse((m) => `out of memory: ${essence(m[1] ?? '')}`, MEMORY),
  },
  {
    pattern: /Cannot open file "(?!.*[.](?:duckdb|wal|tmp)")(.+?)": Permission denied/,
    explain: dataFile(
      'unreadable',
      (m) => `${m[1]} may not be read: permission denied`,
      'Get the right to read it.',
    ),
  },
  {
    pattern: /on database "(.+?)" which is attached in read-only mode/,
    explain: warehouse(
      (m) => `the database ${m[1]} may be read, but not written`,
      'Get the right to write its file, or name another `path` in the target.',
    ),
  },
  {
    pattern: /Permission denied|Read-only file system|in read-only mode/i,
    explain: warehouse(
      (m) => essence(m.input),
      'cdp needs the right to read and write this file and its folder.',
    ),
  },
  {
    pattern: /No files found that match the pattern "(.+?)"/s,
    explain: dataFile(
      'missing',
      (m) => `there is no file ${m[1]}`,
      'A path is relative to the folder of profiles.yml.',
    ),
  },
  {
    pattern: /(?:not utf-8 encoded|Invalid unicode|invalid UTF-8|not valid UTF-?8)/i,
    explain: (match, cause) => invalidUtf8(match.input, cause),
  },
  {
    pattern: /Malformed JSON in file "(.+?)", (.+)/s,
    explain: dataFile(
      'unreadable',
      (m) => `${m[1]} is not valid JSON: ${essence(m[2] ?? '')}`,
      'Mend the file at that place; a file with one object a line is `format: jsonl`.',
    ),
  },
  {
    pattern: /read expected records, but got non-record JSON/,
    explain: dataFile(
      'unreadable',
      () => 'the JSON does not hold objects, one a row',
      'A row is a JSON object: one a line, or an array of them.',
    ),
  },
  {
    pattern: /CSV Error on Line: (\d+)\n.*?Maximum line size of (\d+) bytes exceeded/s,
    explain: dataFile(
      'unreadable',
      (m) => `${fileOf(m.input)}, line ${m[1]}: the line is longer than ${Number(m[2]) / 1_000_000} MB`,
      'Mostly a quote is opened there and never closed. A value that is really so long does not belong into a file of rows: leave its column out.',
    ),
  },
  {
    pattern: /CSV Error on Line: (\d+)\n(?:Original Line: (.*)\n)?(.+)/,
    explain: (match, cause) => brokenCsv(match, cause),
  },
  {
    pattern: /parser state machine reached an invalid state.*?file = (.+?)\n/is,
    explain: (match, cause) => mixedLineEnds(`${match[1]}:`, cause),
  },
  {
    pattern:
      /not a GZIP stream(?:: (\S+))?|Unknown frame descriptor|Failed to decode gzip stream|miniz error/i,
    explain: dataFile(
      'unreadable',
      (m) => `${m[1] ?? 'the file'} is not packed as its name says, or is cut off`,
      'Pack it anew with gzip or zstd, or give a file that is not packed another name.',
    ),
  },
  {
    pattern: /Error when sniffing file "(.+?)"/s,
    explain: dataFile(
      'unreadable',
      (m) => `${m[1]} does not read as CSV: its delimiter and quotes cannot be found out`,
      'Say `delimiter:` on the source.',
    ),
  },
  {
    pattern: /(?:File '(.+?)' too small to be a Parquet file|No magic bytes found at end of file '(.+?)')/s,
    explain: dataFile(
      'unreadable',
      (m) => `${m[1] ?? m[2]} is not a Parquet file`,
      'Mend the file, or say `format:` on the source.',
    ),
  },
  {
    pattern: /requires the extension (\w+) to be loaded/,
    explain: warehouse(
      (m) => `this needs DuckDB's extension ${m[1]}, which is not loaded: ${essence(m.input)}`,
      'cdp installs nothing by itself: read a local copy of the file, or install the extension and load it.',
    ),
  },
  {
    pattern: /database has been invalidated/,
    explain: warehouse((m) => essence(m.input), 'The last published tables are safe: run again.'),
  },
]

/** Kinds of failures that the text of the statement, or a value that it meets, brings about. */
const STATEMENT =
  /^(Parser|Syntax|Binder|Catalog|Conversion|Out of Range|Invalid Input|Invalid Type|Mismatch Type) Error: /

/** What DuckDB threw about a statement, as an error that says what happened and what to do; never its stack. */
export function explainFailure(cause: unknown, statement = ''): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  for (const { pattern, explain } of KNOWN) {
    const match = pattern.exec(message)
    if (match) return explain(match, cause)
  }
  if (!STATEMENT.test(message)) return new WarehouseError(essence(message), undefined, { cause })
  const offset = offsetIn(statement, message)
  return new StatementError(essence(message), undefined, { cause, ...(offset !== undefined && { offset }) })
}

/** Where the caret below the line that DuckDB shows stands in the statement; of a long line it shows a part. */
function offsetIn(statement: string, message: string): number | undefined {
  const [, label = '', number, excerpt = '', space = ''] = /\n(LINE (\d+): )(.*)\n( *)\^/.exec(message) ?? []
  const lines = statement.split('\n')
  const line = lines[Number(number) - 1]
  if (line === undefined) return undefined
  const shown = excerpt.replace(/^\.{3}|\.{3}$/g, '')
  const cut = excerpt.startsWith('...') ? 3 : 0
  const before = lines.slice(0, Number(number) - 1).reduce((sum, one) => sum + one.length + 1, 0)
  return before + Math.max(0, line.indexOf(shown) + space.length - label.length - cut)
}

function lockedDatabase(match: RegExpExecArray, cause: unknown): WarehouseError {
  const [, file, program, pid] = match
  const holder = pid === undefined ? 'another process' : `process ${pid} (${program})`
  const stop = pid === undefined ? 'close the program that has it open' : `stop it (kill ${pid})`
  const remedy = `One process at a time may open a DuckDB file, readers included. Wait until it is done, or ${stop}, then run again.`
  return new WarehouseError(`the database ${file} is in use by ${holder}`, remedy, { cause })
}

function invalidUtf8(message: string, cause: unknown): WarehouseError {
  const file = /file = (.+)/.exec(message)?.[1] ?? /in file "(.+?)"/s.exec(message)?.[1]
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1]
  return notUtf8(file ?? 'a data file', line === undefined ? undefined : Number(line), cause)
}

export function notUtf8(file: string, line?: number, cause?: unknown): DataFileError {
  const place = line === undefined ? file : `${file}, line ${line}`
  const remedy = 'Files are read as UTF-8: convert it, for example with `iconv -f windows-1252 -t utf-8`.'
  return new DataFileError(
    'unreadable',
    line === undefined ? `${place} is not valid UTF-8` : `${place}, is not valid UTF-8`,
    remedy,
    { cause },
  )
}

export function mixedLineEnds(place: string, cause?: unknown): DataFileError {
  const remedy = 'Make all line ends the same, for example with `dos2unix`.'
  const message = `${place} some lines end with CR LF and others with LF, and values are quoted`
  return new DataFileError('unreadable', message, remedy, { cause })
}

const fileOf = (message: string): string => /file = (.+)/.exec(message)?.[1] ?? 'a CSV file'

function brokenCsv(match: RegExpExecArray, cause: unknown): WarehouseError {
  const problem = (match[3] ?? '').trim().replace(/[.]$/, '')
  const remedy = 'Mend the line, or say `delimiter:` on the source where another one separates the values.'
  return new DataFileError('unreadable', `${fileOf(match.input)}, line ${match[1]}: ${problem}`, remedy, {
    cause,
  })
}

/** The message without what a person cannot use: advice about settings that cdp makes itself, and links. */
function essence(message: string): string {
  const excerpt = /\nLINE (\d+): (.*)/.exec(message)
  const [first = ''] = message.split(/\n\s*(?:\n|LINE \d|Possible solution|See also)/i)
  const text = first
    .replace(/\s*See also https:\S+$/, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  const hint = /\n(Did you mean [^\n]+|Candidate bindings: [^\n]+)/.exec(message)?.[1]
  const known = hint && !text.includes(hint) ? `${text} ${hint}` : text
  return excerpt ? `${known} (line ${excerpt[1]}: ${excerpt[2]?.trim()})` : known
}
