import type { AuthDefinition } from '../../language/connector.js'
import type { HttpRequest } from '../http/client.js'
import { TokenStore } from '../tokens/token-store.js'
import { headerValue } from './header.js'
import { parsedAnswer } from './http-answer.js'
import { textAt } from './path.js'
import type { AuthFailure, AuthParts, Credentials, SignedRequest } from './signing.js'
import { vendorMessage } from './vendor-message.js'
import { waitOf } from './wait.js'

type OauthDefinition = Extract<AuthDefinition, { type: 'oauth2' }>

type Token = { readonly value: string; readonly validUntil: number }

/** A token is not used in its last minute: the request takes time too. */
const MARGIN_MS = 60_000
const DEFAULT_LIFE_S = 1800

/**
 * A token that is asked for when it is needed, by one request at a time: those that come while it is under way wait for
 * it. Of a refresh token that also holds between processes, where there is a store: one asks, the others take what it got,
 * and the refresh token that the vendor gives in the place of the old one is there for the next run.
 */
export class OauthToken implements Credentials {
  readonly canRefresh = true
  readonly #form: Record<string, string>
  readonly #url: URL
  readonly #parts: AuthParts
  #token: Token | undefined
  #underWay: Promise<Token | AuthFailure> | undefined
  /** The one that the destination does not take any more. */
  #refused: string | undefined
  readonly #store: TokenStore | undefined

  constructor(
    auth: OauthDefinition,
    url: URL,
    text: (template: string | undefined) => string | undefined,
    parts: AuthParts,
  ) {
    this.#parts = parts
    this.#url = url
    const refreshToken = auth.grant === 'client_credentials' ? undefined : text(auth.refresh_token)
    const isRefresh = auth.grant === 'refresh_token' || refreshToken !== undefined
    const fields = {
      grant_type: isRefresh ? 'refresh_token' : 'client_credentials',
      client_id: text(auth.client_id),
      client_secret: text(auth.client_secret),
      refresh_token: refreshToken,
      scope: text(auth.scope),
    }
    this.#form = Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    if (parts.tokenDir !== undefined && isRefresh)
      this.#store = new TokenStore(parts.tokenDir, [url.href, ...Object.values(this.#form)])
  }

  async sign(request: HttpRequest): Promise<SignedRequest> {
    const token = await this.#current()
    if ('kind' in token) return { failure: token }
    return {
      request: {
        ...request,
        credentials: { authorization: headerValue('authorization', `Bearer ${token.value}`) },
      },
    }
  }

  refresh({ credentials }: HttpRequest): void {
    // Another request may have had it replaced meanwhile.
    if (!this.#token || credentials.authorization !== `Bearer ${this.#token.value}`) return
    this.#refused = this.#token.value
    this.#token = undefined
  }

  #current(): Promise<Token | AuthFailure> {
    if (this.#token && this.#token.validUntil > this.#parts.now()) return Promise.resolve(this.#token)
    this.#underWay ??= this.#askAlone().finally(() => {
      this.#underWay = undefined
    })
    return this.#underWay
  }

  async #askAlone(): Promise<Token | AuthFailure> {
    const store = this.#store
    if (!store) return this.#ask()
    try {
      const found = await store.alone(this.#parts.client.timeoutMs, () => this.#fromStore(store))
      return (
        found ?? { kind: 'retry', message: 'no token: another process asks for one', maybeProcessed: false }
      )
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      return {
        kind: 'stop',
        message: `no token: ${this.#parts.tokenDir} cannot be written (${code})`,
        remedy: 'Name a folder for tokens that can be written by CDP_STATE_DIR.',
      }
    }
  }

  /** What another process got meanwhile, or else a new one, by the refresh token that came last. */
  async #fromStore(store: TokenStore): Promise<Token | AuthFailure> {
    const { mask, now } = this.#parts
    const kept = store.read()
    if (kept) {
      mask.add(kept.accessToken)
      mask.add(kept.refreshToken)
      this.#form.refresh_token = kept.refreshToken
      if (kept.validUntil > now() && kept.accessToken !== this.#refused) {
        this.#token = { value: kept.accessToken, validUntil: kept.validUntil }
        return this.#token
      }
    }
    const token = await this.#ask()
    if (!('kind' in token))
      store.write({
        accessToken: token.value,
        validUntil: token.validUntil,
        refreshToken: this.#form.refresh_token ?? '',
      })
    return token
  }

  async #ask(): Promise<Token | AuthFailure> {
    const { client, now } = this.#parts
    // Nobody's alone: it ends by the client's limit of time, not with the request that happened to come first.
    const { signal } = new AbortController()
    const body = new URLSearchParams(this.#form).toString()
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    }
    const exchange = await client.exchange(
      { method: 'POST', url: this.#url, headers, credentials: {}, body },
      signal,
    )
    if (exchange.kind === 'refused') return { kind: 'stop', ...withoutKind(exchange) }
    if (exchange.kind === 'failed')
      return { kind: 'retry', message: `no token: ${exchange.message}`, maybeProcessed: false }
    const answer = parsedAnswer(exchange)
    const value = textAt(answer.body, 'access_token')
    if (answer.status === 200 && value !== undefined) return this.#taken(value, answer.body)
    const message = `no token: ${vendorMessage(answer.status, answer.body, answer.text)}`
    if (answer.status === 429 || answer.status >= 500 || answer.status < 400) {
      const waitMs = waitOf(answer.headers['retry-after'], now())
      return { kind: 'retry', message, maybeProcessed: false, ...(waitMs !== undefined && { waitMs }) }
    }
    return {
      kind: 'stop',
      message,
      remedy: 'Check client id, secret and refresh token in the config of the destination.',
    }
  }

  #taken(value: string, body: unknown): Token {
    const { mask, now } = this.#parts
    const life = Number(textAt(body, 'expires_in') ?? DEFAULT_LIFE_S) * 1000
    const next = textAt(body, 'refresh_token')
    mask.add(value)
    if (next !== undefined && this.#form.grant_type === 'refresh_token') {
      mask.add(next)
      this.#form.refresh_token = next
    }
    this.#token = { value, validUntil: now() + Math.max(life - MARGIN_MS, life / 2) }
    return this.#token
  }
}

function withoutKind({ message, remedy }: { readonly message: string; readonly remedy?: string }): {
  readonly message: string
  readonly remedy?: string
} {
  return { message, ...(remedy !== undefined && { remedy }) }
}
