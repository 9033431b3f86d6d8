import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, CheckAnswer, Column, Destination, OutgoingRow, Refusal, Written } from '../connector.js'
import type { Mask } from '../masking.js'
import type { Format } from './formats.js'
import type { ObjectPlace, S3Store } from './s3-store.js'
import { writeFile } from './write-file.js'

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
}

/** A file in a store of objects: written whole on this machine, then put in the place of the one that is there. */
export class ObjectDestination implements Destination {
  readonly connection: string

  constructor(
    private readonly path: string,
    private readonly place: ObjectPlace,
    private readonly format: Format,
    private readonly store: S3Store,
    private readonly mask: Mask,
  ) {
    this.connection = createHash('sha256').update(`file ${path}`).digest('hex').slice(0, 32)
  }

  async check(): Promise<CheckAnswer> {
    try {
      await this.store.checkBucket(this.place.bucket)
      return { kind: 'ok', message: `the bucket ${this.place.bucket} is there` }
    } catch (error) {
      return { kind: 'failed', message: this.#whyNot(error) }
    }
  }

  async send(): Promise<Answer> {
    return {
      kind: 'stop',
      message: 'nothing can be added to a file in a store of objects',
      remedy: 'Use another mode, or a file on a disk.',
    }
  }

  async write(
    rows: AsyncIterable<readonly OutgoingRow[]>,
    columns: readonly Column[],
    signal: AbortSignal,
  ): Promise<Written | Refusal> {
    const folder = await mkdtemp(join(tmpdir(), 'cdp-upload-'))
    try {
      const file = join(folder, 'file')
      const written = await writeFile(file, this.format, columns, rows, signal)
      if (written.kind === 'stop') return written
      await this.store.upload(file, this.place, CONTENT_TYPES[this.format], signal)
      return written
    } catch (error) {
      if (signal.aborted) throw signal.reason
      return {
        kind: 'stop',
        message: this.#whyNot(error),
        remedy: 'What was there before is still there. See to the store, and run the sync again.',
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async isThere(): Promise<boolean> {
    try {
      return await this.store.has(this.place)
    } catch {
      return false // Writing it again says what is wrong.
    }
  }

  async close(): Promise<void> {
    this.store.close()
  }

  #whyNot(error: unknown): string {
    const { name, message } = error as Error
    const why =
      message === '' || message === name || message === 'UnknownError' ? name : `${name}: ${message}`
    return this.mask.text(`${this.path} cannot be written: ${why}`)
  }
}
