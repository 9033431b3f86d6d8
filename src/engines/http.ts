import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { rootCertificates } from 'node:tls'

export interface HttpAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** The body as UTF-8. */
  readonly text: string
}

/** Servers of statements answer within seconds, if only to say that there is nothing yet. */
const SILENCE_MS = 120_000

/** One kept connection per running statement to one server. */
export class HttpConnections {
  readonly #agent: http.Agent | https.Agent

  /** `ca`: a file of certificates to trust besides the usual ones. */
  constructor(
    readonly url: URL,
    ca?: string,
  ) {
    const pool = { keepAlive: true, timeout: SILENCE_MS }
    this.#agent =
      url.protocol === 'https:'
        ? new https.Agent({
            ...pool,
            ...(ca !== undefined && { ca: [...rootCertificates, readFileSync(ca, 'utf8')] }),
          })
        : new http.Agent(pool)
  }

  /** Rejects with the error of the system where the server is not reached, and with an AbortError where `signal` aborts. */
  exchange(
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    { body, signal }: { readonly body?: string | Buffer; readonly signal?: AbortSignal } = {},
  ): Promise<HttpAnswer> {
    const { request } = url.protocol === 'https:' ? https : http
    const options = { method, headers, agent: this.#agent, ...(signal && { signal }) }
    return new Promise((done, failed) => {
      const sent = request(url, options, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', failed)
        answer.on('end', () => {
          const whole = Buffer.concat(parts)
          done({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: whole,
            get text() {
              return whole.toString('utf8')
            },
          })
        })
      })
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      sent.on('error', failed)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
