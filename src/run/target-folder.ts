import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { WarehouseError } from '../diagnostics/errors.js'

/** Writes a file below the folder, whole or not at all: a reader never sees half of it. Folders are made. */
export function writeWhole(folder: string, path: string, text: string): void {
  const file = join(folder, path)
  const temporary = `${file}.${process.pid}.tmp`
  explained(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    try {
      writeFileSync(temporary, text)
      renameSync(temporary, file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  })
}

export function writeJson(folder: string, path: string, value: unknown): void {
  writeWhole(folder, path, `${JSON.stringify(value, undefined, 2)}\n`)
}

/**
 * Removes files of a folder that are not to be there, and half-written ones of processes that died; none where there is
 * no such folder.
 */
export function removeOthers(folder: string, keep: (name: string) => boolean): void {
  explained(folder, () => {
    let names: readonly string[] = []
    try {
      names = readdirSync(folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    for (const name of names) {
      if (isOfTheDead(name) || !keep(name)) rmSync(join(folder, name), { force: true })
    }
  })
}

/** Whether a name is that of a file which a process was writing when it died. */
function isOfTheDead(name: string): boolean {
  const writer = /[.](\d+)[.]tmp$/.exec(name)?.[1]
  if (writer === undefined) return false
  try {
    process.kill(Number(writer), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM'
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not grow that large',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EISDIR: 'a folder has that name',
}

/** Turns what the file system refuses into a `WarehouseError` that says what to do. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    throw new WarehouseError(
      `${path} cannot be written: ${REASONS[code] ?? code}`,
      'Make the folder writable, and see that its disk has room.',
      { cause },
    )
  }
}
