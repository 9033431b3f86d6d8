import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { DataFileError } from '../engines/connection.js'
import { StepFailure } from './run-steps.js'

/** So much of the beginning and of the end of a file is compared: the beginning holds the header. */
const COMPARED_BYTES = 4096

/** A file as it was when the sources were described. */
export interface FileMark {
  readonly path: string
  readonly inode: number
  readonly bytes: number
  readonly beginning: Buffer
  readonly end: Buffer
}

/** What tells whether a file was replaced since; undefined where it is not there. `upTo`: bytes beyond which it may have grown. */
export function markOf(path: string, upTo = Number.POSITIVE_INFINITY): FileMark | undefined {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { ino: inode, size: bytes } = fstatSync(file)
    const known = Math.min(bytes, upTo)
    const beginning = readBytes(file, 0, known)
    return { path, inode, bytes, beginning, end: readBytes(file, Math.max(0, known - COMPARED_BYTES), known) }
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readBytes(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(Math.min(to - from, COMPARED_BYTES))
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))
}

/**
 * A run reads a file several times, by the header that it was described with: of one that was replaced meanwhile, values
 * of one column would land in another. One that only grew is no harm. Throws before anything is published.
 */
export function refuseReplaced(marks: readonly FileMark[], projectDir: string): void {
  const replaced = marks.find((mark) => !isSame(mark, markOf(mark.path, mark.bytes)))
  if (!replaced) return
  throw new StepFailure(
    'No file may be replaced while it is read.',
    new DataFileError(
      'unreadable',
      `${replaced.path.replace(`${projectDir}/`, '')} was replaced while the run read it. Nothing was published.`,
      'Run again, once whoever writes the file is done.',
    ),
  )
}

function isSame(before: FileMark, now: FileMark | undefined): boolean {
  if (!now || now.inode !== before.inode || now.bytes < before.bytes) return false
  return now.beginning.equals(before.beginning) && now.end.equals(before.end)
}
