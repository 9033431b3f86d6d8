import type { ConnectorDefinition, ConnectorField, OperationDefinition } from '../../language/connector.js'
import type { ResultsDefinition } from '../../language/connector-request.js'
import { defined } from '../../language/defined.js'
import type { Duration } from '../../language/duration.js'
import type {
  ConfigField,
  ConnectorDescription,
  FieldSchema,
  Limits,
  Operation,
  OperationName,
  RetryPolicy,
  RowSchema,
} from '../description.js'

const DEFAULT_TIMEOUT_MS = 30_000

/** The facts of a connector's file in the words of the engine. */
export function describeConnector(definition: ConnectorDefinition): ConnectorDescription {
  const { name, title, docs, category = 'other', config = {}, audience } = definition
  return {
    name,
    title,
    ...(docs !== undefined && { docs }),
    category,
    config: mapValues(config, ({ allow_hosts: _, ...field }): ConfigField => defined(field) as ConfigField),
    rows: rowSchema(definition),
    operations: operations(definition),
    limits: limits(definition),
    retry: retryPolicy(definition),
    delivery: 'changes',
    audiences: audience !== undefined,
  }
}

function rowSchema({ schema }: ConnectorDefinition): RowSchema {
  const { key, fields = {}, additional_fields } = schema ?? { additional_fields: { type: [...ANY_TYPE] } }
  return {
    key: key
      ? { ...fieldSchema(key), emailsIgnoreCase: key.emails_ignore_case === true }
      : { types: ['string', 'integer'] },
    fields: mapValues(fields, fieldSchema),
    ...(additional_fields && { additional: fieldSchema(additional_fields) }),
  }
}

const ANY_TYPE = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'json'] as const

function fieldSchema(field: Pick<ConnectorField, 'type'> & Partial<ConnectorField>): FieldSchema {
  const { type, required, max_length, enum: values, pii, opts_in, description } = field
  // An integer is a number.
  const types = type.includes('number') && !type.includes('integer') ? [...type, 'integer' as const] : type
  return defined({ types, required, maxLength: max_length, enum: values, pii, optsIn: opts_in, description })
}

function operations({ operations }: ConnectorDefinition): ConnectorDescription['operations'] {
  const entries = Object.entries(operations).flatMap(([name, operation]) =>
    operation ? [[name as OperationName, describeOperation(operation)] as const] : [],
  )
  return Object.fromEntries(entries)
}

function describeOperation(operation: OperationDefinition): Operation {
  const { kind, idempotent = false, opts_in = false, key_only, batch, response } = operation
  const { max_rows = 1, max_bytes, unique_by } = batch ?? {}
  return {
    kind,
    idempotent,
    optsIn: opts_in,
    ...(saysCreated(response?.results) && { reportsCreated: true }),
    ...(key_only && { keyOnly: true }),
    batch: defined({ maxRows: max_rows, maxBytes: max_bytes, uniqueBy: unique_by }),
  }
}

function saysCreated(results: ResultsDefinition | undefined): boolean {
  if (!results || results.match === 'index') return false
  return (results.match === 'key' ? results.successes?.created : results.created) !== undefined
}

function limits({ limits }: ConnectorDefinition): Limits {
  return {
    rates: (limits?.rate ?? []).map(({ requests, per }) => ({ requests, perMs: per.seconds * 1000 })),
    concurrency: limits?.concurrency ?? 1,
    timeoutMs: ms(limits?.timeout, DEFAULT_TIMEOUT_MS),
  }
}

function retryPolicy({ retry }: ConnectorDefinition): RetryPolicy {
  const { max_attempts = 7, backoff, max_elapsed } = retry ?? {}
  return {
    maxAttempts: max_attempts,
    baseMs: ms(backoff?.base, 1000),
    factor: backoff?.factor ?? 2,
    maxMs: ms(backoff?.max, 60_000),
    maxElapsedMs: ms(max_elapsed, 900_000),
  }
}

function ms(duration: Duration | undefined, otherwise: number): number {
  return duration ? duration.seconds * 1000 : otherwise
}

function mapValues<T, R>(values: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]))
}
