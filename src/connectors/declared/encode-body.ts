import type { RequestDefinition } from '../../language/connector-request.js'
import { jsonText } from '../../template/json-text.js'
import { LeafFault } from '../../template/leaf-template.js'

export type BodyType = NonNullable<RequestDefinition['body_type']>

const CONTENT_TYPES: Readonly<Record<Exclude<BodyType, 'none'>, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
}

/** The text of a body and its type; undefined where there is none. */
export function encodeBody(
  value: unknown,
  type: BodyType,
): { readonly text: string; readonly contentType: string } | undefined {
  if (type === 'none' || value === undefined) return undefined
  return { text: encoded(value, type), contentType: CONTENT_TYPES[type] }
}

function encoded(value: unknown, type: Exclude<BodyType, 'none'>): string {
  switch (type) {
    case 'json':
      return jsonText(value)
    case 'ndjson':
      return listOf(value, type)
        .map((item) => `${jsonText(item)}\n`)
        .join('')
    case 'csv':
      return csv(listOf(value, type))
    case 'form':
      return formFields(value)
  }
}

function listOf(value: unknown, type: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new LeafFault(`a body of type ${type} must be a list`)
}

/** Nested values travel as JSON: how else is for every destination to say. */
function formFields(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LeafFault('a body of type form must be a mapping')
  const fields = new URLSearchParams()
  for (const [name, item] of Object.entries(value)) fields.append(name, cellText(item))
  return fields.toString()
}

/** By RFC 4180, with a header of all keys in the order in which they come up. */
function csv(items: readonly unknown[]): string {
  const rows = items.map(
    (item) => (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>,
  )
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [columns, ...rows.map((row) => columns.map((column) => cellText(row[column])))]
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? jsonText(value) : String(value)
}
