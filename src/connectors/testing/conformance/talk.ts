import type { ConnectorDefinition } from '../../../language/connector.js'
import type { Answer, Destination, OutgoingRow } from '../../connector.js'
import { renderUrl } from '../../declared/render-request.js'
import type { GivenAnswer } from '../loopback-server.js'
import { type StandInClock, type StandInRequest, withDefaults, withStandIn } from '../stand-in.js'
import { batchOf, type Specimen } from './specimen.js'
import { lookupAnswer } from './synthetic-answer.js'

/** One attempt at rows: the requests that it was, without those for tokens, and what was made of the answer. */
export interface Attempt {
  readonly lookups: readonly StandInRequest[]
  readonly sent: readonly StandInRequest[]
  readonly answer: Answer
}

/** What the stand-in says to a request of the operation itself. */
export type Says = (request: StandInRequest) => GivenAnswer

export interface Talk {
  readonly attempt: (rows: readonly OutgoingRow[], says: Says) => Promise<Attempt>
  readonly destination: Destination
}

/** Opens the destination of a specimen for as many attempts as are wanted. Tokens are given, lookups find every row. */
export async function talkWith<T>(
  definition: ConnectorDefinition,
  specimen: Specimen,
  clock: StandInClock,
  work: (talk: Talk) => Promise<T>,
): Promise<T> {
  const { operation, config: written } = specimen
  const config = withDefaults(definition, written)
  const { auth } = definition
  const tokenUrl = auth?.type === 'oauth2' ? renderUrl(auth.token_url, { config }).href : undefined
  let lookups: StandInRequest[] = []
  let sent: StandInRequest[] = []
  let rows: readonly OutgoingRow[] = []
  let says: Says = () => ({ status: 500, text: '' })
  const hear = (request: StandInRequest): GivenAnswer => {
    if (request.url.href === tokenUrl)
      return { status: 200, text: JSON.stringify({ access_token: SECRET_TOKEN, expires_in: 3600 }) }
    const lookup = operation.lookup?.[lookups.length]
    if (lookup) {
      lookups.push(request)
      return lookupAnswer(lookup, rows, { config })
    }
    sent.push(request)
    return says(request)
  }
  return withStandIn(definition, written, clock, hear, (destination) =>
    work({
      destination,
      attempt: async (these, answer) => {
        lookups = []
        sent = []
        rows = these
        says = answer
        const said = await destination.send?.(batchOf(specimen, these), new AbortController().signal)
        if (!said) throw new Error('the connector sends no rows')
        return { lookups, sent, answer: said }
      },
    }),
  )
}

/** What the kit gives for a token: nobody may read it either. */
export const SECRET_TOKEN = 's3cret-access-token'
