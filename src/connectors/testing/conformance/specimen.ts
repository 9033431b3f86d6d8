import type {
  ConnectorDefinition,
  ConnectorExample,
  OperationDefinition,
} from '../../../language/connector.js'
import type { Batch, OutgoingRow, PreparedAudience } from '../../connector.js'
import type { Config, OperationName } from '../../description.js'
import { exampleRows } from '../example-rows.js'

/** An operation with a row that it takes, from an example of the file: what the kit varies. */
export interface Specimen {
  readonly name: OperationName
  readonly operation: OperationDefinition
  readonly config: Config
  readonly row: OutgoingRow
  readonly audience: PreparedAudience | undefined
}

/**
 * The operations of a connector, each with the first row that an example gives it; of one without an example, that of an
 * operation with the same request. `without` names those that no example shows.
 */
export function specimensOf(definition: ConnectorDefinition): {
  readonly specimens: readonly Specimen[]
  readonly without: readonly OperationName[]
} {
  const specimens: Specimen[] = []
  const without: OperationName[] = []
  for (const [name, operation] of operationsOf(definition)) {
    const example = exampleOf(definition, name, operation)
    const [row] = example ? exampleRows(example) : []
    if (example && row) specimens.push({ name, operation, row, ...around(definition, example) })
    else without.push(name)
  }
  return { specimens, without }
}

export function batchOf({ name, audience }: Specimen, rows: readonly OutgoingRow[]): Batch {
  return { operation: name, rows, idempotencyKey: 'test-1', ...(audience && { audience }) }
}

function operationsOf({ operations }: ConnectorDefinition): [OperationName, OperationDefinition][] {
  return Object.entries(operations).flatMap(([name, operation]) =>
    operation ? [[name as OperationName, operation] as [OperationName, OperationDefinition]] : [],
  )
}

function exampleOf(
  definition: ConnectorDefinition,
  name: OperationName,
  { request }: OperationDefinition,
): ConnectorExample | undefined {
  const text = JSON.stringify(request)
  const alike = operationsOf(definition)
    .filter(([, other]) => JSON.stringify(other.request) === text)
    .map(([other]) => other)
  return [name, ...alike]
    .map((one) => definition.examples?.find(({ operation }) => operation === one))
    .find((example) => example !== undefined)
}

function around(
  definition: ConnectorDefinition,
  example: ConnectorExample,
): Pick<Specimen, 'config' | 'audience'> {
  return {
    config: example.config ?? {},
    audience: definition.audience && { kind: 'audience', name: example.audience ?? 'test', id: '101' },
  }
}
