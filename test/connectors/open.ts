import type { Destination, OpenOptions } from '../../src/connectors/connector.js'
import { connectorOf, type Surroundings } from '../../src/connectors/declared/connector-of.js'
import type { Config } from '../../src/connectors/description.js'
import { shippedConnectors } from '../../src/connectors/shipped.js'
import { withDefaults } from '../../src/connectors/testing/stand-in.js'
import type { ConnectorDefinition } from '../../src/language/connector.js'

type Open = Destination & Required<Pick<Destination, 'send' | 'poll' | 'prepare' | 'sizeOf' | 'preview'>>

/** Opens a connector: one that comes with cdp by its name, or a definition. */
export async function openConnector(
  connector: string | ConnectorDefinition,
  config: Config,
  options: Partial<Omit<OpenOptions, 'config'>> & Surroundings = {},
): Promise<Open> {
  const definition = typeof connector === 'string' ? shippedConnectors([connector])[0] : connector
  if (!definition) throw new Error(`no connector ${connector}`)
  const { resolve, reroute, tokenDir, ...rest } = options
  const surroundings = {
    ...(resolve && { resolve }),
    ...(reroute && { reroute }),
    ...(tokenDir !== undefined && { tokenDir }),
  }
  const destination = await connectorOf(definition, surroundings).open({
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
