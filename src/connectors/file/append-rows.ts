import { open } from 'node:fs/promises'
import type { Column, OutgoingRow } from '../connector.js'
import { makeFolder } from './file-faults.js'
import { headOf, type LineFormat, lineOf } from './formats.js'

/** Adds rows to the end of a file and waits until they are on the disk; a new CSV file begins with its header. */
export async function appendRows(
  path: string,
  format: LineFormat,
  columns: readonly Column[],
  rows: readonly OutgoingRow[],
): Promise<void> {
  makeFolder(path)
  const file = await open(path, 'a')
  try {
    const { size } = await file.stat()
    const head = size === 0 ? headOf(format, columns) : ''
    try {
      await file.writeFile(head + rows.map((row) => lineOf(format, columns, row)).join(''))
      await file.sync()
    } catch (error) {
      // Half a line would be read as a row.
      await file.truncate(size)
      throw error
    }
  } finally {
    await file.close()
  }
}
