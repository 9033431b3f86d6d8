import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { DataFileError } from '../engines/connection.js'
import { StepFailure } from './run-steps.js'

/** So much of the beginning of a file is compared: it holds the header. */
const HEAD_BYTES = 4096

/** A file as it was when the sources were described. */
export interface FileMark {
  readonly path: string
  readonly inode: number
  readonly bytes: number
  readonly head: Buffer
}

/** What tells whether a file was replaced since; undefined where it is not there. */
export function markOf(path: string): FileMark | undefined {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { ino: inode, size: bytes } = fstatSync(file)
    const head = Buffer.alloc(Math.min(bytes, HEAD_BYTES))
    return { path, inode, bytes, head: head.subarray(0, readSync(file, head, 0, head.length, 0)) }
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * A run reads a file several times, by the header that it was described with: of one that was replaced meanwhile, values
 * of one column would land in another. One that only grew is no harm. Throws before anything is published.
 */
export function refuseReplaced(marks: readonly FileMark[], projectDir: string): void {
  const replaced = marks.find((mark) => !isSame(mark, markOf(mark.path)))
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
  return now.head.subarray(0, before.head.length).equals(before.head)
}
