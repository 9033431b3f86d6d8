import { setTimeout as sleep } from 'node:timers/promises'
import { WarehouseError } from '../../diagnostics/errors.js'
import { type HttpAnswer, HttpConnections } from '../http.js'
import { explainUnreached } from '../unreached.js'
import { COORDINATOR, explainQuery, explainStatus, hasManyStages, isTransient } from './failures.js'
import { parsePage, type StatementPage } from './protocol.js'
import type { TrinoTarget } from './target.js'

/** So long one exchange is tried again where the coordinator is busy, starting, or for a moment not there. */
const PATIENCE_MS = 5_000
const BUSY = [429, 502, 503, 504]
/** Nothing was sent, so that even a statement may be tried again. */
const NEVER_SENT = ['ECONNREFUSED']
const LOST = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']
/** How many stages a statement is let have that has more than the cluster lets statements have (150, by default). */
const MANY_STAGES = 1000
/** How often a statement is begun that failed for what passes by itself. */
const ATTEMPTS = 4

type Headers = Readonly<Record<string, string>>

/** What of an exchange is not said by its address; `headers` are those of every other one by default. */
interface Request {
  readonly body?: string
  readonly headers?: Headers
  readonly signal?: AbortSignal
}

/** Runs statements on one coordinator, any number at a time. */
export class TrinoClient {
  readonly #connections: HttpConnections
  readonly #headers: Headers
  /** Of statements with many stages; absent where the target says itself how many there may be. */
  readonly #manyStages: Headers | undefined

  constructor(target: TrinoTarget) {
    this.#connections = new HttpConnections(new URL(target.url), target.ca)
    this.#headers = headersOf(target)
    const { session } = target
    if (session?.query_max_stage_count === undefined)
      this.#manyStages = headersOf({ ...target, session: { ...session, query_max_stage_count: MANY_STAGES } })
  }

  /** As `476`, or as a distribution calls its own. The coordinator tells it to everybody. */
  async serverVersion(): Promise<string> {
    const { url } = this.#connections
    const { text } = await this.#answer('GET', '/v1/info')
    const version = /"nodeVersion"\s*:\s*\{\s*"version"\s*:\s*"([^"]+)"/.exec(text)?.[1]
    if (version !== undefined) return version
    throw new WarehouseError(
      `what answers at ${url.origin} is no Trino coordinator`,
      'Mend `url` of the target.',
    )
  }

  /**
   * The pages of one statement, as they come; a caller that stops early ends the statement. Where `signal` aborts, the
   * statement is ended on the server and a `WarehouseError` thrown.
   */
  async *pages(statement: string, signal: AbortSignal): AsyncGenerator<StatementPage, void, undefined> {
    let headers = this.#headers
    for (let attempt = 1; ; attempt += 1) {
      const failed = yield* this.#attempt(statement, headers, signal)
      if (failed === undefined) return
      if (hasManyStages(failed) && this.#manyStages && headers !== this.#manyStages) {
        headers = this.#manyStages
        continue
      }
      if (attempt === ATTEMPTS || !isTransient(failed)) throw explainQuery(failed, statement)
      await pause(attempt * 500, signal)
    }
  }

  /** Gives the error of the statement, where nothing of it was handed on before. */
  async *#attempt(
    statement: string,
    headers: Headers,
    signal: AbortSignal,
  ): AsyncGenerator<StatementPage, StatementPage['error'], undefined> {
    if (signal.aborted) throw stopped()
    let next: string | undefined
    try {
      let page = await this.#page('POST', '/v1/statement', { body: statement, headers })
      let isHandedOn = false
      for (;;) {
        next = page.nextUri
        if (signal.aborted) throw stopped()
        if (page.error && isHandedOn) throw explainQuery(page.error, statement)
        if (page.error) return page.error
        if (page.data || next === undefined) {
          isHandedOn = true
          yield page
        }
        if (next === undefined) return undefined
        page = await this.#page('GET', next, { signal })
      }
    } finally {
      if (next !== undefined) await this.#end(next)
    }
  }

  async #page(method: string, path: string, request: Request): Promise<StatementPage> {
    return parsePage((await this.#answer(method, path, request)).text)
  }

  async #answer(method: string, path: string, request: Request = {}): Promise<HttpAnswer> {
    const until = Date.now() + PATIENCE_MS
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#exchange(method, path, { ...request, until })
      if (answer?.status === 200) return answer
      if (answer && (!BUSY.includes(answer.status) || Date.now() > until))
        throw explainStatus(this.#connections.url, answer)
      await pause(answer ? waitOf(answer, attempt) : attempt * 100, request.signal)
    }
  }

  /** Undefined where the coordinator was not reached, and may be asked again. */
  async #exchange(
    method: string,
    path: string,
    how: Request & { readonly until: number },
  ): Promise<HttpAnswer | undefined> {
    const { url } = this.#connections
    // Its path alone: credentials go to the address of the target, whatever a proxy made of the coordinator's own.
    const { pathname, search } = new URL(path, url)
    const { body, headers = this.#headers, signal, until } = how
    try {
      return await this.#connections.exchange(method, new URL(pathname + search, url), headers, {
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
    } catch (error) {
      if (signal?.aborted) throw stopped()
      const again = method === 'POST' ? NEVER_SENT : LOST
      if (Date.now() < until && again.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw explainUnreached(COORDINATOR, url, error)
    }
  }

  /** Tells the coordinator that nobody waits for the statement any more. */
  async #end(path: string): Promise<void> {
    const signal = AbortSignal.timeout(5000)
    await this.#exchange('DELETE', path, { signal, until: 0 }).catch(() => undefined)
  }

  close(): void {
    this.#connections.close()
  }
}

function stopped(): WarehouseError {
  return new WarehouseError('the statement was stopped')
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {
    throw stopped()
  })
}

function waitOf({ headers }: HttpAnswer, attempt: number): number {
  const seconds = Number(headers['retry-after'])
  return seconds > 0 ? Math.min(seconds * 1000, PATIENCE_MS) : Math.min(attempt * 100, 1000)
}

function headersOf({ user = 'cdp', password, token, catalog, tags = [], session = {} }: TrinoTarget) {
  const properties = Object.entries(session).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  )
  const basic = password === undefined ? undefined : `Basic ${base64(`${user}:${password}`)}`
  const authorization = token === undefined ? basic : `Bearer ${token}`
  return {
    'X-Trino-User': user,
    'X-Trino-Source': 'cdp',
    'X-Trino-Catalog': catalog,
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Client-Tags': ['cdp', ...tags].join(','),
    // Without it times are cut to milliseconds.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    'Content-Type': 'text/plain; charset=utf-8',
    ...(properties.length > 0 && { 'X-Trino-Session': properties.join(',') }),
    ...(authorization !== undefined && { Authorization: authorization }),
  }
}

/** Trino reads Latin 1, as the first definition of basic authentication has it. */
function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}
