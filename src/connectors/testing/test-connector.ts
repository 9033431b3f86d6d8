import type { ConnectorDefinition } from '../../language/connector.js'
import { conformanceFaults, type Fault } from './conformance/conformance.js'
import { runExample } from './run-example.js'
import type { StandInClock } from './stand-in.js'

/** How a connector did: its own examples, and what every connector is held to. */
export interface ConnectorTest {
  readonly ok: boolean
  readonly examples: readonly TestedExample[]
  readonly faults: readonly Fault[]
}

export interface TestedExample {
  readonly name: string
  /** Empty where all went as the example says. */
  readonly differences: readonly string[]
}

/** Tests a connector against servers on this machine: nothing is sent anywhere else. */
export async function testConnector(
  definition: ConnectorDefinition,
  clock: StandInClock,
): Promise<ConnectorTest> {
  const examples: TestedExample[] = []
  for (const example of definition.examples ?? [])
    examples.push({ name: example.name, differences: await runExample(definition, example, clock) })
  const faults = await conformanceFaults(definition, clock)
  const ok = faults.length === 0 && examples.every(({ differences }) => differences.length === 0)
  return { ok, examples, faults }
}
