import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { FileInput } from '../../sql/dialect.js'
import { name, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { DataFileError, type Row } from '../connection.js'
import { duckdb } from './dialect.js'

export type Query = (text: string, limit?: number) => Promise<readonly Row[]>

const CR = 13
const LF = 10
const QUOTE = 34

/** The paths of the files that a path or glob names, in their order; a URL is one file. */
export async function filesOf(query: Query, file: FileInput): Promise<readonly string[]> {
  if (isUrl(file.path) && !/[*?[{]/.test(file.path)) return [file.path]
  const files = sql`select ${name('file')} from glob(${file.path}) order by ${name('file')}`
  const rows = await query(print(files, duckdb))
  return rows.map((row) => String(row.file))
}

export const isUrl = (path: string): boolean => /^[a-z0-9]+:\/\//i.test(path)

/**
 * Refuses files of text that DuckDB would misread: UTF-16, which it takes for broken UTF-8, and a packed file that is cut
 * off, of which it reads the beginning without a word.
 */
export async function checkTextFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await refuseUtf16(path)
    if (isGzip(path)) await refuseCutOff(path)
  }
}

async function refuseUtf16(path: string): Promise<void> {
  const file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close())
  const mark = buffer.readUInt16BE()
  if (mark !== 0xfffe && mark !== 0xfeff) return
  throw new DataFileError(
    'unreadable',
    `${path} is UTF-16`,
    'Files are read as UTF-8: convert it, for example with `iconv -f utf-16 -t utf-8`.',
  )
}

/** Only unpacking all of it tells. */
async function refuseCutOff(path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const _ of chunks);
    })
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!code.startsWith('Z_')) throw error
    throw new DataFileError(
      'unreadable',
      code === 'Z_BUF_ERROR'
        ? `${path} is cut off: it ends in the middle`
        : `${path} is not packed as its name says, or is damaged`,
      'Fetch it again, or pack it anew with gzip; `gzip -t` tells whether a file is whole.',
      { cause: error },
    )
  }
}

/** Whether its bytes can be looked at here. */
export function canUnpack(path: string): boolean {
  return !isUrl(path) && !/\.zst$/i.test(path)
}

/**
 * Refuses a file in which a carriage return stands outside of quotes that is no part of a line end CR LF: DuckDB takes it for
 * a line end, and loses the character after it.
 */
export async function refuseLoneReturn(path: string): Promise<void> {
  const line = await lineOfLoneReturn(path)
  if (line === undefined) return
  throw new DataFileError(
    'unreadable',
    `${path}, line ${line}: a carriage return (CR) stands alone within the line`,
    "Put its value in quotes, or take it out, for example with `tr -d '\\r'`.",
  )
}

/** Whether the first line end outside of quotes is CR LF. */
export async function endsLinesWithCrLf(path: string): Promise<boolean> {
  const { file, unpacked } = bytesOf(path)
  let [isQuoted, last] = [false, 0]
  try {
    for await (const chunk of unpacked) {
      for (const byte of chunk as Buffer) {
        if (byte === LF && !isQuoted) return last === CR
        if (byte === QUOTE) isQuoted = !isQuoted
        last = byte
      }
    }
    return false
  } finally {
    file.destroy()
  }
}

/** The line in which a byte of the text stands, from 1. */
export async function lineAt(path: string, offset: number): Promise<number> {
  const { file, unpacked } = bytesOf(path)
  let [line, left] = [1, offset]
  try {
    for await (const chunk of unpacked) {
      for (const byte of (chunk as Buffer).subarray(0, left)) if (byte === LF) line += 1
      left -= (chunk as Buffer).length
      if (left <= 0) break
    }
    return line
  } finally {
    file.destroy()
  }
}

function bytesOf(path: string) {
  const file = createReadStream(path)
  return { file, unpacked: isGzip(path) ? file.pipe(createGunzip()) : file }
}

async function lineOfLoneReturn(path: string): Promise<number | undefined> {
  const { file, unpacked } = bytesOf(path)
  let line = 1
  let [isQuoted, isAfterReturn] = [false, false]
  try {
    for await (const chunk of unpacked) {
      for (const byte of chunk as Buffer) {
        if (isAfterReturn && byte !== LF) return line
        if (byte === LF) line += 1
        if (byte === QUOTE) isQuoted = !isQuoted
        isAfterReturn = byte === CR && !isQuoted
      }
    }
    return undefined
  } finally {
    file.destroy()
  }
}

const isGzip = (path: string): boolean => /\.gz$/i.test(path)
