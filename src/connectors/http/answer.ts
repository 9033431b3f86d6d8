import type { IncomingMessage } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** An answer, read whole: its text is capped. */
export interface AnswerText {
  readonly status: number
  /** Names in lower case; of repeated ones the values with commas between. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Far above what vendors answer, far below what hurts. */
const MAX_BYTES = 10_000_000

/** Never asked for, but some servers compress all the same: small answers that become large are refused. */
const DECODERS: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  gzip: (data) => gunzipSync(data, { maxOutputLength: MAX_BYTES }),
  deflate: (data) => inflateSync(data, { maxOutputLength: MAX_BYTES }),
  br: (data) => brotliDecompressSync(data, { maxOutputLength: MAX_BYTES }),
}

export async function readAnswer(
  incoming: IncomingMessage,
  host: string,
): Promise<
  | ({ readonly kind: 'answer' } & AnswerText)
  | { readonly kind: 'failed'; readonly message: string; readonly certain: false }
> {
  const failed = (why: string) => ({ kind: 'failed', message: `${host} ${why}`, certain: false }) as const
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) {
      incoming.destroy()
      return failed(`answers with more than ${MAX_BYTES / 1_000_000} MB`)
    }
    chunks.push(chunk)
  }
  const data = Buffer.concat(chunks)
  const encoding = incoming.headers['content-encoding'] ?? 'identity'
  const decode = DECODERS[encoding]
  if (!decode && encoding !== 'identity') return failed(`answers in the encoding "${encoding}"`)
  try {
    const text = (data.length > 0 && decode ? decode(data) : data).toString('utf8')
    return { kind: 'answer', status: incoming.statusCode ?? 0, headers: flat(incoming), text }
  } catch {
    return failed(
      `answers with ${encoding} that cannot be read, or becomes more than ${MAX_BYTES / 1_000_000} MB`,
    )
  }
}

function flat({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])
  return Object.fromEntries(entries)
}
