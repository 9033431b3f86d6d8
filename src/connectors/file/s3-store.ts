import { createReadStream } from 'node:fs'
import type { S3Client } from '@aws-sdk/client-s3'
import { DeliveryError } from '../../diagnostics/errors.js'

/** Where an object is: `s3://bucket/folder/file.csv`. */
export interface ObjectPlace {
  readonly bucket: string
  readonly key: string
}

export function objectPlaceOf(path: string): ObjectPlace | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? []
  return bucket === undefined || key === undefined ? undefined : { bucket, key }
}

export interface S3Options {
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string
  readonly region: string
  /** Buckets in the path of addresses, not in the host, as most other stores want it. */
  readonly pathStyle: boolean
  /** Those of the environment, or of the machine, unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Files of more than one part are sent in parts; an object is there when the last one has come. */
const PART_BYTES = 8 * 1024 * 1024

/** A store of objects that speaks S3. Methods reject with the errors of its client. */
export class S3Store {
  private constructor(
    private readonly client: S3Client,
    private readonly sdk: Sdk,
  ) {}

  static async open({ endpoint, region, pathStyle, credentials }: S3Options): Promise<S3Store> {
    const sdk = await loadSdk()
    const client = new sdk.S3Client({
      region,
      forcePathStyle: pathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials && { credentials }),
      // Not every store knows the checksums that Amazon's has learned lately.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000 },
    })
    return new S3Store(client, sdk)
  }

  /** Puts a file in the place of the object, wholly or not at all. */
  async upload(
    path: string,
    { bucket, key }: ObjectPlace,
    contentType: string,
    signal: AbortSignal,
  ): Promise<void> {
    const upload = new this.sdk.Upload({
      client: this.client,
      params: { Bucket: bucket, Key: key, Body: createReadStream(path), ContentType: contentType },
      partSize: PART_BYTES,
      queueSize: 2,
    })
    const abort = () => void upload.abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      signal.throwIfAborted()
      await upload.done()
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async has({ bucket, key }: ObjectPlace): Promise<boolean> {
    try {
      await this.client.send(new this.sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))
      return true
    } catch (error) {
      if ((error as Error).name === 'NotFound') return false
      throw error
    }
  }

  async checkBucket(bucket: string): Promise<void> {
    await this.client.send(new this.sdk.HeadBucketCommand({ Bucket: bucket }))
  }

  close(): void {
    this.client.destroy()
  }
}

type Sdk = typeof import('@aws-sdk/client-s3') & Pick<typeof import('@aws-sdk/lib-storage'), 'Upload'>

/** Only those who write to a store need its client. */
async function loadSdk(): Promise<Sdk> {
  try {
    const [s3, storage] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')])
    return { ...s3, Upload: storage.Upload }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new DeliveryError(
      'the client of S3 is not installed',
      'npm install @aws-sdk/client-s3 @aws-sdk/lib-storage',
    )
  }
}
