import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AnswerText, readAnswer } from './answer.js'
import { type HostPolicy, type HostRefusal, hostOf, refuseAddress, refuseUrl } from './host-policy.js'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Headers that show who sends it: never carried to another host. */
  readonly credentials: Readonly<Record<string, string>>
  readonly body?: string
}

/** What became of a request. Texts name the host at most, never an address with its parameters. */
export type Exchange =
  | ({ readonly kind: 'answer' } & AnswerText)
  /** `certain`: it did not reach the other side. */
  | { readonly kind: 'failed'; readonly message: string; readonly certain: boolean }
  | ({ readonly kind: 'refused' } & HostRefusal)

/** What keeps a request from being answered. */
export type Hindrance = Extract<Exchange, { kind: 'failed' | 'refused' }>

export type Resolve = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface ClientOptions {
  readonly policy: HostPolicy
  readonly timeoutMs: number
  readonly connections: number
  /** Names to addresses; the system's by default. */
  readonly resolve?: Resolve
  /** Where a request that may be sent really goes: the server of an example. */
  readonly reroute?: (url: URL) => URL
}

const MAX_REDIRECTS = 3
const REDIRECTS = [301, 302, 303, 307, 308]
/** Headers that say nothing about the sender, so that a redirect may carry them anywhere. */
const NEUTRAL_HEADERS = ['content-type', 'accept', 'accept-encoding', 'user-agent']

/**
 * Sends requests to places that the policy allows. A name is resolved once, its addresses are checked, and the connection
 * goes to the addresses that were checked: what the name means a moment later does not matter.
 */
export class HttpClient {
  readonly #options: ClientOptions
  readonly #http: http.Agent
  readonly #https: https.Agent

  constructor(options: ClientOptions) {
    this.#options = options
    const pool = { keepAlive: true, maxSockets: options.connections }
    this.#http = new http.Agent(pool)
    this.#https = new https.Agent(pool)
  }

  /** Of one request, to the last byte of its answer. */
  get timeoutMs(): number {
    return this.#options.timeoutMs
  }

  /** Rejects only where `signal` aborts. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
    return this.#follow(request, signal, MAX_REDIRECTS)
  }

  /** What keeps from speaking to an address, its name resolved; undefined where nothing does. */
  async refusal(url: URL): Promise<Hindrance | undefined> {
    const checked = await this.#check(url)
    return checked.kind === 'checked' ? undefined : checked
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }

  async #follow(request: HttpRequest, signal: AbortSignal, left: number): Promise<Exchange> {
    signal.throwIfAborted()
    const exchange = await this.#once(request, signal)
    if (exchange.kind !== 'answer' || !REDIRECTS.includes(exchange.status)) return exchange
    const next = redirected(request, exchange)
    if ('refused' in next) return { kind: 'refused', ...next.refused }
    if (left > 0) return this.#follow(next.request, signal, left - 1)
    return { kind: 'refused', message: `${hostOf(request.url)} redirects more than ${MAX_REDIRECTS} times` }
  }

  async #once(request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
    const checked = await this.#check(request.url)
    if (checked.kind !== 'checked') return checked
    return this.#transmit({ ...request, url: checked.url }, checked.addresses, signal)
  }

  async #check(url: URL): Promise<Checked | Hindrance> {
    const { policy, reroute, resolve = systemResolve } = this.#options
    const refused = refuseUrl(url, policy)
    if (refused) return { kind: 'refused', ...refused }
    const target = reroute?.(url) ?? url
    const host = hostOf(target)
    const version = isIP(host)
    if (version !== 0)
      return { kind: 'checked', url: target, addresses: [{ address: host, family: version }] }
    let addresses: Addresses
    try {
      addresses = await resolve(host)
    } catch (error) {
      return failure(error, host, false)
    }
    // One forbidden address is enough: which of them is taken is not ours to say.
    for (const { address } of addresses) {
      const wrong = refuseAddress(host, address, policy)
      if (wrong) return { kind: 'refused', ...wrong }
    }
    if (addresses.length === 0) return failure({ code: 'ENOTFOUND' }, host, false)
    return { kind: 'checked', url: target, addresses }
  }

  #transmit(request: HttpRequest, addresses: Addresses, signal: AbortSignal): Promise<Exchange> {
    const { timeoutMs } = this.#options
    const host = hostOf(request.url)
    const secure = request.url.protocol === 'https:'
    const late = AbortSignal.timeout(timeoutMs)
    return new Promise((done, reject) => {
      let connected = false
      const failed = (error: unknown): void => {
        if (signal.aborted) reject(signal.reason)
        else if (late.aborted)
          done({ kind: 'failed', message: `${host} did not answer in ${timeoutMs} ms`, certain: !connected })
        else done(failure(error, host, connected))
      }
      const options = {
        method: request.method,
        agent: secure ? this.#https : this.#http,
        headers: { ...request.headers, ...request.credentials },
        lookup: pinned(addresses),
        signal: AbortSignal.any([signal, late]),
      }
      const outgoing = (secure ? https : http).request(request.url.href, options, (incoming) => {
        readAnswer(incoming, host).then(done, failed)
      })
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) {
          connected = true
          return
        }
        socket.once(secure ? 'secureConnect' : 'connect', () => {
          connected = true
        })
      })
      outgoing.on('error', failed)
      outgoing.end(request.body)
    })
  }
}

interface Checked {
  readonly kind: 'checked'
  readonly url: URL
  readonly addresses: Addresses
}

const systemResolve: Resolve = (host) => lookup(host, { all: true })

type Addresses = Awaited<ReturnType<Resolve>>

/** Gives the addresses that were checked, whatever is asked for. */
function pinned(addresses: Addresses): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses
    if (all)
      callback(
        null,
        addresses.map((one) => ({ ...one })),
      )
    else if (first) callback(null, first.address, first.family)
  }
}

/** The request that a redirect asks for. A body is not sent as a GET: that would do nothing, and look like success. */
function redirected(
  request: HttpRequest,
  { status, headers }: AnswerText,
): { readonly request: HttpRequest } | { readonly refused: HostRefusal } {
  const host = hostOf(request.url)
  const location = headers.location
  const url = location === undefined ? null : parsedUrl(location, request.url)
  if (!url) return { refused: { message: `${host} redirects to no address` } }
  const repeats = status === 307 || status === 308 || request.method === 'GET'
  if (!repeats)
    return {
      refused: {
        message: `${host} redirects to ${hostOf(url)} instead of taking the rows`,
        remedy: "Write the final address into the destination's config.",
      },
    }
  if (url.host === request.url.host && url.protocol === request.url.protocol)
    return { request: { ...request, url } }
  const neutral = Object.entries(request.headers).filter(([name]) =>
    NEUTRAL_HEADERS.includes(name.toLowerCase()),
  )
  return { request: { ...request, url, headers: Object.fromEntries(neutral), credentials: {} } }
}

function parsedUrl(text: string, base: URL): URL | null {
  return URL.canParse(text, base.href) ? new URL(text, base) : null
}

const CERTIFICATE = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_(VERIFY|GET_ISSUER)/

function failure(error: unknown, host: string, connected: boolean): Hindrance {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  if (code === 'ENOTFOUND')
    return { kind: 'refused', message: `there is no host ${host}`, remedy: 'Check the address.' }
  if (CERTIFICATE.test(code))
    return { kind: 'refused', message: `${host} shows a certificate that is not trusted (${code})` }
  return { kind: 'failed', message: `${host}: ${code === '' ? message : code}`, certain: !connected }
}
