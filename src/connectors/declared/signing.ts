import type { Answer } from '../connector.js'
import type { HttpClient, HttpRequest } from '../http/client.js'
import type { Mask } from '../masking.js'

/** What keeps requests from being sent. */
export type AuthFailure = Extract<Answer, { kind: 'retry' | 'stop' }>

export type SignedRequest = { readonly request: HttpRequest } | { readonly failure: AuthFailure }

/** Shows who sends a request. */
export interface Credentials {
  /** The request with what shows it, or why that cannot be had. */
  sign(request: HttpRequest): Promise<SignedRequest>
  readonly canRefresh: boolean
  /** The destination does not take the token that `request` showed: another is asked for when the next one is signed. */
  refresh(request: HttpRequest): void
}

export interface AuthParts {
  readonly client: HttpClient
  readonly mask: Mask
  readonly now: () => number
  /** Where tokens are kept between runs; nowhere unless given. */
  readonly tokenDir?: string | undefined
}
