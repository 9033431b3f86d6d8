import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { WarehouseError } from '../../diagnostics/errors.js'

/** Database files that this process has open. DuckDB's file lock does not tell two instances of one process apart. */
const open = new Set<string>()

/** A database file that is ready to be opened: its folder exists, and nobody of this process has it. */
export interface ClaimedFile {
  readonly path: string
  /** Whether it may be written; one that may only be read can be looked into. */
  readonly isWritable: boolean
  readonly release: () => void
}

export function claimDatabaseFile(path: string): ClaimedFile {
  if (path === ':memory:') return { path, isWritable: true, release: () => {} }
  const file = resolve(path)
  makeFolder(dirname(file))
  const real = join(realpathSync(dirname(file)), basename(file))
  const isWritable = checkAccess(real)
  if (open.has(real))
    throw new WarehouseError(`the database ${file} is already open in this process`, 'Close it first.')
  open.add(real)
  return { path: real, isWritable, release: () => open.delete(real) }
}

function makeFolder(folder: string): void {
  try {
    makeMissing(folder)
  } catch (cause) {
    throw new WarehouseError(
      `the folder ${folder} of the database cannot be made: ${reasonOf(cause)}`,
      'Name another `path` in the target, or get the right to write there.',
      { cause },
    )
  }
}

/** Not `recursive: true`: where the file system of an existing folder refuses new ones (`/proc`), Node then never returns. */
function makeMissing(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'ENOTDIR' })
    return
  }
  makeMissing(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(folder)) throw error
  }
}

/** Whether the file may be written; throws where it may not even be read, or cannot be made. */
function checkAccess(file: string): boolean {
  const target = existsSync(file) ? file : dirname(file)
  if (target === file && statSync(file).isDirectory()) {
    throw new WarehouseError(
      `${file} is a folder, not a database file`,
      'Name a file as `path` of the target.',
    )
  }
  try {
    accessSync(target, constants.R_OK | constants.W_OK)
    return true
  } catch (cause) {
    if (target === file && isReadable(file)) return false
    const remedy = 'Name another `path` in the target, or get the right to write there.'
    throw new WarehouseError(`the database ${file} cannot be written: ${reasonOf(cause)}`, remedy, { cause })
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'no folder can be made there',
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? (code || 'unknown reason')
}

/** Where a target's database is, and whether it is there; relative paths are below the project. */
export function databasePlace(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): { readonly place: string; readonly exists: boolean; readonly file?: string } {
  const path = String(options.path ?? '')
  if (path === ':memory:') return { place: path, exists: false }
  const file = resolve(projectDir, path)
  return { place: file, exists: existsSync(file), file }
}
