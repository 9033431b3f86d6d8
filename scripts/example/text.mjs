// @ts-check
// Writing rows as text: CSV in its dialects, JSON lines.

/**
 * @typedef {string | number | boolean | null | undefined} Cell
 * @typedef {Readonly<Record<string, Cell>>} Row
 */

/**
 * @param {readonly string[]} columns
 * @param {readonly Row[]} rows
 * @param {{ delimiter?: string, bom?: boolean, eol?: string, ragged?: (row: Row) => boolean }} [dialect]
 *   `ragged`: rows whose empty cells at the end are left out
 * @returns {string}
 */
export function csv(columns, rows, { delimiter = ',', bom = false, eol = '\n', ragged } = {}) {
  /** @param {Cell} cell */
  const quoted = (cell) => {
    const text = cell === null || cell === undefined ? '' : String(cell)
    const special = text.includes(delimiter) || /["\r\n]/.test(text)
    return special ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = rows.map((row) => {
    const cells = columns.map((column) => quoted(row[column]))
    if (ragged?.(row)) while (cells.at(-1) === '') cells.pop()
    return cells.join(delimiter)
  })
  return `${bom ? '\ufeff' : ''}${[columns.join(delimiter), ...lines].join(eol)}${eol}`
}

/** @param {readonly object[]} rows */
export function jsonLines(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Cents as a decimal number in text, `1990` → `19.90`. @param {number} cents */
export function money(cents) {
  const sign = cents < 0 ? '-' : ''
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
