import { createHash } from 'node:crypto'
import type { Connection, Row } from '../../src/engines/connection.js'

/** A table's content as one text, whatever the engine: its rows in order, each value in one spelling. */
export async function contentOf(connection: Connection, table: string): Promise<readonly string[]> {
  const rows = await connection.query(`select * from ${table}`)
  return rows.map(rowText).sort()
}

/** Of a content: the same on two engines where their tables hold the same. */
export function contentHash(rows: readonly string[]): string {
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)
}

function rowText(row: Row): string {
  const entries = Object.entries(row).map(([column, value]) => [shownName(column), spelled(value)])
  return JSON.stringify(Object.fromEntries(entries))
}

/** Engines cut names at different lengths, and refuse different characters; a hash is then at the end. */
function shownName(column: string): string {
  if (Buffer.byteLength(column) > 60) return `${[...column].slice(0, 20).join('')}…`
  return column
    .toLowerCase()
    .replace(/_[0-9a-f]{8}$/, '')
    .replaceAll(/["$()*,./;?@[\\\]^`{}~]/g, '_')
}

/** Engines write `12.50` and `12.5`, `10:00:00` and `10:00:00.000000`, small integers as numbers or as text. */
function spelled(value: Row[string] | undefined): string | null {
  if (value === null || value === undefined) return null
  const text = String(value)
  if (/^-?[0-9]+[.][0-9]+$/.test(text)) return text.replace(/[.]?0+$/, '')
  if (/^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}/.test(text))
    return text
      .replace('T', ' ')
      .replace(/([.]\d*?)0+$/, '$1')
      .replace(/[.]$/, '')
  return text
}
