import type { Destination, OpenOptions } from '../../src/connectors/connector.js'
import { connectorOf, type Network } from '../../src/connectors/declared/connector-of.js'
import type { Config } from '../../src/connectors/description.js'
import { shippedConnectors } from '../../src/connectors/shipped.js'
import { withDefaults } from '../../src/connectors/testing/stand-in.js'
import type { ConnectorDefinition } from '../../src/language/connector.js'

type Open = Destination & Required<Pick<Destination, 'send' | 'poll' | 'prepare' | 'sizeOf' | 'preview'>>

/** Opens a connector: one that comes with cdp by its name, or a definition. */
export async function openConnector(
  connector: string | ConnectorDefinition,
  config: Config,
  options: Partial<Omit<OpenOptions, 'config'>> & Network = {},
): Promise<Open> {
  const definition = typeof connector === 'string' ? shippedConnectors([connector])[0] : connector
  if (!definition) throw new Error(`no connector ${connector}`)
  const { resolve, reroute, ...rest } = options
  const network = { ...(resolve && { resolve }), ...(reroute && { reroute }) }
  const destination = await connectorOf(definition, network).open({
    name: 'test',
    allowHttp: false,
    allowPrivate: false,
    now: Date.now,
    random: Math.random,
    ...rest,
    config: withDefaults(definition, config),
  })
  return destination as Open
}
