import { createHash } from 'node:crypto'
import { DeliveryError } from '../../diagnostics/errors.js'
import type { ConnectorDefinition } from '../../language/connector.js'
import { LeafFault } from '../../template/leaf-template.js'
import type { Connector, Destination, OpenOptions } from '../connector.js'
import type { Config } from '../description.js'
import { HttpClient, type Resolve } from '../http/client.js'
import { Mask } from '../masking.js'
import { Conversation } from './conversation.js'
import { credentialsOf } from './credentials.js'
import { describeConnector } from './describe.js'
import { DeclaredDestination } from './destination.js'
import { hostsOf } from './hosts.js'

/** What of the world around a connector is not as usual: requests that go to the server of an example. */
export interface Surroundings {
  /** Where tokens are kept between runs; nowhere unless given. */
  readonly tokenDir?: string
  readonly resolve?: Resolve
  readonly reroute?: (url: URL) => URL
}

/** The connector that a file defines. */
export function connectorOf(definition: ConnectorDefinition, surroundings: Surroundings = {}): Connector {
  const description = describeConnector(definition)
  return {
    description,
    open: async (options) => openDeclared(definition, options, description.limits, surroundings),
  }
}

function openDeclared(
  definition: ConnectorDefinition,
  { name, config, hidden = [], allowHttp, allowPrivate, now }: OpenOptions,
  { timeoutMs, concurrency }: { readonly timeoutMs: number; readonly concurrency: number },
  { tokenDir, ...network }: Surroundings,
): Destination {
  const mask = new Mask([...secretsOf(definition, config), ...hidden])
  const policy = { allowHttp, allowPrivate, hosts: hostsOf(definition) }
  const client = new HttpClient({ policy, timeoutMs, connections: concurrency, ...network })
  try {
    const credentials = credentialsOf(definition, { config }, { client, mask, now, tokenDir })
    const conversation = new Conversation(client, credentials, config, now)
    return new DeclaredDestination(definition, connectionOf(definition, config), config, conversation, mask)
  } catch (error) {
    client.close()
    if (error instanceof LeafFault)
      throw new DeliveryError(`the destination ${name}: ${mask.text(error.message)}`, 'Complete its config.')
    throw error
  }
}

function secretsOf({ config: fields = {} }: ConnectorDefinition, config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) =>
    fields[name]?.type === 'secret' ? [String(value)] : [],
  )
}

/** An account is where requests go, and who sends them. */
function connectionOf({ name, config: fields = {} }: ConnectorDefinition, config: Config): string {
  const parts = Object.entries(config)
    .filter(([field]) => ['url', 'secret'].includes(fields[field]?.type ?? ''))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([name, parts]))
    .digest('hex')
    .slice(0, 32)
}
