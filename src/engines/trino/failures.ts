import { WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../connection.js'
import type { HttpAnswer } from '../http.js'
import type { HttpServer } from '../unreached.js'
import type { QueryError } from './protocol.js'

export const COORDINATOR: HttpServer = {
  engine: 'Trino',
  server: 'the coordinator',
  start: 'Start Trino, or mend `url` of the target: its port counts too.',
}

/** An answer that is none of the protocol. */
export function explainStatus(url: URL, { status, text }: HttpAnswer): WarehouseError {
  const said = text.length < 200 && !text.startsWith('<') ? text.trim() : ''
  const because = said === '' ? '' : `: ${said}`
  if (status === 401)
    return new WarehouseError(
      `Trino at ${url.origin} does not let in who the target names${because}`,
      'Mend `user`, and `password` or `token`, of the target.',
    )
  if (status === 403)
    return new WarehouseError(
      `Trino at ${url.origin} forbids this user to run statements${because}`,
      'Ask who runs Trino for the right to, or mend `user` of the target.',
    )
  if (status === 404 || status === 410)
    return new WarehouseError(
      `Trino at ${url.origin} does not know of the statement that it was running: it was started anew`,
      'The last published tables are safe: run again.',
    )
  return new WarehouseError(
    `Trino at ${url.origin} answers with status ${status}${because}`,
    status >= 500
      ? 'Look at the coordinator and its log, then run again.'
      : 'Is this the address of a Trino coordinator? Mend `url` of the target.',
  )
}

const SCHEMA =
  'Mend the name; a schema of the target is made where it says `create_schema: true`, or by who may.'

/** What a person can do, by Trino's names of errors. */
const REMEDIES: Readonly<Record<string, string>> = {
  PERMISSION_DENIED:
    'Give the user of the target this right: it must read the sources and write both schemas.',
  CATALOG_NOT_FOUND: 'Mend `catalog` of the target: `show catalogs` lists those that there are.',
  SCHEMA_NOT_FOUND: SCHEMA,
  NOT_FOUND: SCHEMA,
  NOT_SUPPORTED: 'cdp needs a catalog of Trino whose connector is iceberg.',
  EXCEEDED_LOCAL_MEMORY_LIMIT: 'Give the workers more memory, or raise `query.max-memory-per-node`.',
  EXCEEDED_GLOBAL_MEMORY_LIMIT: 'Raise `query.max-memory`, or the session property query_max_memory.',
  CLUSTER_OUT_OF_MEMORY: 'Run again when less runs on the cluster, or give it more memory.',
  QUERY_HAS_TOO_MANY_STAGES:
    'Let statements have more: the session property query_max_stage_count, under `session` of the target.',
  EXCEEDED_TIME_LIMIT: 'Raise the session property query_max_run_time, under `session` of the target.',
  QUERY_QUEUE_FULL:
    'Too much waits on this cluster: run again later, or ask for a resource group of your own.',
  NO_NODES_AVAILABLE: 'No worker is there: look at the cluster, then run again.',
  GENERIC_INSUFFICIENT_RESOURCES: 'Run again when less runs on the cluster.',
  ADMINISTRATIVELY_KILLED: 'An administrator ended the statement: ask why, then run again.',
  INVALID_SESSION_PROPERTY: 'Mend `session` of the target: `show session` lists what there is.',
}

/** Failures of the target or of the cluster, though Trino calls them the user's. */
const OF_THE_TARGET = new Set([
  'PERMISSION_DENIED',
  'CATALOG_NOT_FOUND',
  'INVALID_SESSION_PROPERTY',
  'USER_CANCELED',
  'ADMINISTRATIVELY_KILLED',
  'QUERY_QUEUE_FULL',
])

/** What Trino says of a statement that failed. */
export function explainQuery(error: QueryError, statement: string): WarehouseError {
  const { message, errorName, errorType } = error
  const text = message.replace(/^line \d+:\d+: /, '')
  const remedy = REMEDIES[errorName]
  if (errorType !== 'USER_ERROR' || OF_THE_TARGET.has(errorName))
    return new WarehouseError(text, remedy ?? 'The last published tables are safe: run again.')
  const offset = offsetIn(statement, error)
  return new StatementError(text, remedy, offset === undefined ? {} : { offset })
}

/** Lines and columns of Trino count from 1. */
function offsetIn(statement: string, { errorLocation }: QueryError): number | undefined {
  if (!errorLocation) return undefined
  const before = statement.split('\n').slice(0, errorLocation.lineNumber - 1)
  return before.reduce((length, line) => length + line.length + 1, errorLocation.columnNumber - 1)
}

/** Failures that left nothing behind and pass by themselves, by Trino's names. */
const TRANSIENT = new Set(['SERVER_STARTING_UP', 'NO_NODES_AVAILABLE', 'TRANSACTION_CONFLICT'])

export function isTransient({ errorName, message }: QueryError): boolean {
  return TRANSIENT.has(errorName) || (errorName === 'ICEBERG_COMMIT_ERROR' && CONFLICT.test(message))
}

/** Found when a statement is planned, before any of it is done. */
export function hasManyStages({ errorName }: QueryError): boolean {
  return errorName === 'QUERY_HAS_TOO_MANY_STAGES'
}

/** Another statement changed the same rows, or files, and was first: nothing of this one was committed. */
const CONFLICT = /found (?:new )?conflicting/i
