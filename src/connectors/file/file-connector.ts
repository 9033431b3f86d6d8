import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { DeliveryError } from '../../diagnostics/errors.js'
import type {
  Answer,
  Batch,
  CheckAnswer,
  Column,
  Connector,
  Destination,
  OpenOptions,
  OutgoingRow,
} from '../connector.js'
import type { ConnectorDescription } from '../description.js'
import { HttpClient } from '../http/client.js'
import { Mask } from '../masking.js'
import { appendRows } from './append-rows.js'
import { checkFolder, refusalOf } from './file-faults.js'
import { FORMATS, type Format } from './formats.js'
import { ObjectDestination } from './object-destination.js'
import { type ObjectPlace, objectPlaceOf, S3Store } from './s3-store.js'
import { writeFile } from './write-file.js'

const DESCRIPTION: ConnectorDescription = {
  name: 'file',
  title: 'a file',
  category: 'other',
  config: {
    path: {
      type: 'path',
      required: true,
      description:
        'The file, relative to the project; its folder is made where it is missing. Or s3://bucket/folder/file.csv.',
    },
    format: {
      type: 'string',
      enum: FORMATS,
      description: 'Of the file; by the end of its name unless given: .csv, .jsonl, .parquet.',
    },
    endpoint: { type: 'url', description: "Of s3://: the address of a store that is not Amazon's." },
    region: { type: 'string', default: 'us-east-1', description: 'Of s3://.' },
    path_style: {
      type: 'boolean',
      default: false,
      description: 'Of s3://: the bucket stands in the path of addresses, as most stores but Amazon want it.',
    },
    access_key_id: {
      type: 'string',
      description: 'Of s3://; without it the credentials of the environment or of the machine are used.',
    },
    secret_access_key: { type: 'secret', description: 'Of s3://.' },
  },
  rows: { key: { types: ['string'] }, fields: {}, additional: { types: anyType() } },
  operations: {
    upsert: { kind: 'membership', idempotent: true, optsIn: false, batch: { maxRows: 10_000 } },
    remove: { kind: 'membership', idempotent: true, optsIn: false, batch: { maxRows: 10_000 } },
    append: { kind: 'membership', idempotent: false, optsIn: false, batch: { maxRows: 10_000 } },
  },
  limits: { rates: [], concurrency: 1, timeoutMs: 30_000 },
  retry: { maxAttempts: 1, baseMs: 1_000, factor: 2, maxMs: 1_000, maxElapsedMs: 60_000 },
  delivery: 'snapshot',
  audiences: false,
}

function anyType() {
  return ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'json'] as const
}

/**
 * A file that is equal to what is synced: written anew as a whole beside the old one and renamed, so that whoever reads it
 * sees the one or the other. Only `mode: append` adds to what is there.
 */
export function fileConnector(projectDir: string): Connector {
  return {
    description: DESCRIPTION,
    open: async (options) => {
      const { name, config } = options
      const written = String(config.path)
      const place = objectPlaceOf(written)
      if (place) return openObject(options, place, formatOf(name, written, config.format))
      const path = resolve(projectDir, written)
      return new FileDestination(path, formatOf(name, path, config.format))
    },
  }
}

async function openObject(
  { name, config, allowHttp, allowPrivate }: OpenOptions,
  place: ObjectPlace,
  format: Format,
): Promise<Destination> {
  const { path, endpoint, region, path_style, access_key_id, secret_access_key } = config
  if ((access_key_id === undefined) !== (secret_access_key === undefined))
    throw new DeliveryError(
      `the destination ${name} has one half of its credentials`,
      'Give access_key_id and secret_access_key, or neither.',
    )
  if (endpoint !== undefined) await checkEndpoint(name, String(endpoint), { allowHttp, allowPrivate })
  const store = await S3Store.open({
    region: String(region ?? 'us-east-1'),
    pathStyle: path_style === true,
    ...(endpoint !== undefined && { endpoint: String(endpoint) }),
    ...(access_key_id !== undefined && {
      credentials: { accessKeyId: String(access_key_id), secretAccessKey: String(secret_access_key) },
    }),
  })
  const mask = new Mask(secret_access_key === undefined ? [] : [String(secret_access_key)])
  return new ObjectDestination(String(path), place, format, store, mask)
}

/** The client of S3 opens connections of its own: where they go is looked at before. */
async function checkEndpoint(
  name: string,
  endpoint: string,
  allowed: Pick<OpenOptions, 'allowHttp' | 'allowPrivate'>,
): Promise<void> {
  if (!URL.canParse(endpoint))
    throw new DeliveryError(`the endpoint of the destination ${name} is no address`)
  const policy = { ...allowed, hosts: undefined }
  const client = new HttpClient({ policy, timeoutMs: 10_000, connections: 1 })
  const trouble = await client.refusal(new URL(endpoint))
  client.close()
  if (trouble)
    throw new DeliveryError(
      `the destination ${name}: ${trouble.message}`,
      'remedy' in trouble ? trouble.remedy : undefined,
    )
}

const BY_NAME: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
}

function formatOf(destination: string, path: string, written: unknown): Format {
  const format = typeof written === 'string' ? (written as Format) : BY_NAME[extname(path).toLowerCase()]
  if (format) return format
  throw new DeliveryError(
    `the destination ${destination} does not say what kind of file ${path} is`,
    `Add a format to its config: ${FORMATS.join(', ')}.`,
  )
}

class FileDestination implements Destination {
  readonly connection: string

  constructor(
    private readonly path: string,
    private readonly format: Format,
  ) {
    this.connection = createHash('sha256').update(`file ${path}`).digest('hex').slice(0, 32)
  }

  async check(): Promise<CheckAnswer> {
    return checkFolder(this.path)
  }

  async send(batch: Batch): Promise<Answer> {
    if (this.format === 'parquet')
      return {
        kind: 'stop',
        message: 'nothing can be added to a Parquet file',
        remedy: 'Use another mode, or .csv or .jsonl.',
      }
    try {
      await appendRows(this.path, this.format, batch.columns ?? [], batch.rows)
      return { kind: 'results', rows: batch.rows.map(() => ({ outcome: 'ok' })) }
    } catch (error) {
      return refusalOf(this.path, error)
    }
  }

  async write(
    rows: AsyncIterable<readonly OutgoingRow[]>,
    columns: readonly Column[],
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'written'; readonly rows: number } | Extract<Answer, { kind: 'stop' }>> {
    return writeFile(this.path, this.format, columns, rows, signal)
  }

  async isThere(): Promise<boolean> {
    return existsSync(this.path)
  }

  async close(): Promise<void> {}
}
