import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Column, OutgoingRow, Refusal, Written } from '../connector.js'
import { makeFolder, refusalOf } from './file-faults.js'
import { type Format, headOf, type LineFormat, lineOf } from './formats.js'
import { writeParquet } from './write-parquet.js'

/**
 * Writes all rows beside the file, waits until they are on the disk, and takes the place of the file in one step. Where
 * that fails, or the run is stopped, the old file stays and nothing is left beside it.
 */
export async function writeFile(
  path: string,
  format: Format,
  columns: readonly Column[],
  rows: AsyncIterable<readonly OutgoingRow[]>,
  signal: AbortSignal,
): Promise<Written | Refusal> {
  try {
    makeFolder(path)
    const file = behindLink(path)
    const beside = `${file}.partial`
    try {
      const count =
        format === 'parquet'
          ? await writeParquet(beside, columns, (lines) => writeLines(lines, 'jsonl', columns, rows, signal))
          : await writeLines(beside, format, columns, rows, signal)
      await rename(beside, file)
      await syncFolder(dirname(file))
      return { kind: 'written', rows: count }
    } finally {
      await rm(beside, { force: true })
    }
  } catch (error) {
    if (signal.aborted) throw error
    return refusalOf(path, error)
  }
}

/** A link goes on being one: what it leads to is replaced. */
function behindLink(path: string): string {
  return existsSync(path) && lstatSync(path).isSymbolicLink() ? realpathSync(path) : path
}

async function writeLines(
  path: string,
  format: LineFormat,
  columns: readonly Column[],
  rows: AsyncIterable<readonly OutgoingRow[]>,
  signal: AbortSignal,
): Promise<number> {
  const file = await open(path, 'w')
  try {
    return await fill(file, format, columns, rows, signal)
  } finally {
    await file.close()
  }
}

async function fill(
  file: FileHandle,
  format: LineFormat,
  columns: readonly Column[],
  rows: AsyncIterable<readonly OutgoingRow[]>,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  await file.writeFile(headOf(format, columns))
  for await (const page of rows) {
    signal.throwIfAborted()
    await file.writeFile(page.map((row) => lineOf(format, columns, row)).join(''))
    count += page.length
  }
  await file.sync()
  return count
}

/** So that the new name is on the disk too, where the system can say so. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r').catch(() => undefined)
  await opened?.sync().catch(() => undefined)
  await opened?.close()
}
