import type { ConnectorDefinition } from '../../language/connector.js'
import type { Destination } from '../connector.js'
import { connectorOf } from '../declared/connector-of.js'
import type { Config } from '../description.js'
import { type GivenAnswer, type ReceivedRequest, startLoopbackServer } from './loopback-server.js'

/** The only clock and randomness of what is tested. */
export interface StandInClock {
  readonly now: () => number
  readonly random: () => number
}

/** A request that the stand-in got, and where it was meant to go. */
export interface StandInRequest extends ReceivedRequest {
  readonly url: URL
}

/**
 * Opens a connector with a server on this machine in the place of every host that it speaks to. Addresses are checked
 * before that, as if the requests went out. Rejects with a `DeliveryError` where the config is not enough.
 */
export async function withStandIn<T>(
  definition: ConnectorDefinition,
  config: Config,
  clock: StandInClock,
  answer: (request: StandInRequest) => GivenAnswer,
  work: (destination: Destination) => Promise<T>,
): Promise<T> {
  const asked: URL[] = []
  const server = await startLoopbackServer((request) => {
    // An address may have been checked without being asked.
    const place = asked.findIndex(({ pathname, search }) => `${pathname}${search}` === request.path)
    const [url = new URL(request.path, 'https://unknown.invalid')] = asked.splice(0, place + 1).slice(-1)
    return answer({ ...request, url })
  })
  const reroute = (url: URL) => {
    asked.push(url)
    return new URL(`${url.pathname}${url.search}`, `http://127.0.0.1:${server.port}`)
  }
  try {
    const destination = await connectorOf(definition, { reroute }).open({
      name: 'test',
      config: withDefaults(definition, config),
      allowHttp: false,
      allowPrivate: false,
      ...clock,
    })
    try {
      return await work(destination)
    } finally {
      await destination.close()
    }
  } finally {
    await server.close()
  }
}

/** The config with the defaults of what it does not say. */
export function withDefaults(definition: ConnectorDefinition, config: Config): Config {
  const defaults = Object.entries(definition.config ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...config }
}
