import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { CheckAnswer, Refusal } from '../connector.js'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'no folder can be made there',
}

/** The file system says no: nothing of the run can be written. What is no failure of a file is a bug and goes on. */
export function refusalOf(path: string, error: unknown): Refusal {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined && !(error instanceof WarehouseError)) throw error
  const why = code === undefined ? (error as Error).message : (REASONS[code] ?? code)
  return {
    kind: 'stop',
    message: `${path} cannot be written: ${why}`,
    remedy: 'What was there before is still there. See to the disk, and run the sync again.',
  }
}

export function makeFolder(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
}

/** Whether a file could be made there, without making it. */
export function checkFolder(path: string): CheckAnswer {
  let folder = dirname(path)
  while (!existsSync(folder)) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return { kind: 'ok', message: `${path} can be written` }
  } catch (error) {
    const { message, remedy } = refusalOf(path, error)
    return { kind: 'failed', message, ...(remedy !== undefined && { remedy }) }
  }
}
