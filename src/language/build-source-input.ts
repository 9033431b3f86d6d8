import type { Code } from '../diagnostics/codes.js'
import { unquoted } from './build-field.js'
import { defined } from './defined.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import type { SourceDeclaration, SourceInput } from './source.js'

/** Renders the `{{var}}` templates of a text; undefined where something is wrong with them, which is reported. */
export type Render = (text: string, origin: Origin) => string | undefined

type Format = Extract<SourceInput, { kind: 'file' }>['format']

const EXTENSIONS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
  pq: 'parquet',
}

/** Where the rows are: exactly one of file, table and model. */
export function buildSourceInput(
  input: SourceDeclaration,
  origin: Origin,
  report: Reporter,
  render: Render,
): SourceInput | undefined {
  const [first, second] = (['file', 'table', 'model'] as const).filter((key) => input[key] !== undefined)
  const problem = (code: Code, key: string, message: string): undefined =>
    report.error(code, at(origin, key), message, {
      which: 'key',
      expected: 'exactly one of file, table, model',
    })
  if (!first) return problem('CDP2002', 'name', `the source "${input.name}" does not say where its rows are`)
  if (second) return problem('CDP2006', second, `"${second}" excludes "${first}"`)
  const stranger =
    first === 'file'
      ? undefined
      : (['format', 'delimiter', 'header', 'skip'] as const).find((key) => input[key] !== undefined)
  if (stranger)
    return report.error('CDP2006', at(origin, stranger), `"${stranger}" goes only with "file"`, {
      which: 'key',
    })
  if (input.model !== undefined) return { kind: 'model', model: input.model, origin: at(origin, 'model') }
  return first === 'file'
    ? fileInput(input, at(origin, 'file'), report, render)
    : tableInput(input, at(origin, 'table'), report, render)
}

function fileInput(
  input: SourceDeclaration,
  origin: Origin,
  report: Reporter,
  render: Render,
): SourceInput | undefined {
  const path = render(input.file ?? '', origin)
  if (path === undefined) return undefined
  const bare = path.replace(/^([a-z][a-z0-9]+:\/\/[^?#]*)[?#].*$/i, '$1').replace(/\.(gz|zst)$/i, '')
  const extension = /\.([a-z0-9]+)$/i.exec(bare)?.[1]?.toLowerCase() ?? ''
  const format = input.format ?? (Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined)
  if (!format) {
    return report.error(
      'CDP2004',
      origin,
      `the format of ${JSON.stringify(path)} does not follow from its name`,
      {
        expected: `a name that ends in ${Object.keys(EXTENSIONS)
          .map((name) => `.${name}`)
          .join(', ')} (and .gz)`,
        hint: 'add "format": csv, json, jsonl or parquet',
      },
    )
  }
  const delimiter = input.delimiter ?? (extension === 'tsv' && format === 'csv' ? '\t' : undefined)
  return {
    kind: 'file',
    path,
    format,
    origin,
    ...defined({ delimiter, header: input.header, skip: input.skip }),
  }
}

function tableInput(
  input: SourceDeclaration,
  origin: Origin,
  report: Reporter,
  render: Render,
): SourceInput | undefined {
  const { table } = input
  if (table === undefined) return undefined
  const written = typeof table === 'string' ? undefined : [table.database, table.schema, table.name]
  if (written) {
    const keys = ['database', 'schema', 'name']
    const rendered = written.map((text, index) =>
      text === undefined ? '' : render(text, at(origin, keys[index] ?? '')),
    )
    if (rendered.includes(undefined)) return undefined
    return { kind: 'table', parts: (rendered as string[]).filter((part) => part !== ''), origin }
  }
  const parts = tableName(table as string, origin, report, render)
  return parts && { kind: 'table', parts, origin }
}

/** The parts of `schema.table` or `database.schema.table`; undefined where it is none, which is reported. */
export function tableName(
  written: string,
  origin: Origin,
  report: Reporter,
  render: Render,
): readonly string[] | undefined {
  const text = render(written, origin)
  if (text === undefined) return undefined
  const parts = text.match(/"(?:[^"]|"")+"|[^."]+/g) ?? []
  if (parts.join('.') !== text || parts.length < 2 || parts.length > 3) {
    return report.error('CDP2004', origin, `${JSON.stringify(text)} is not the name of a table`, {
      expected: 'schema.table or database.schema.table',
    })
  }
  return parts.map((part) => unquoted(part).column)
}
