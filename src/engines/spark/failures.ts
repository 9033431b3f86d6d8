import { WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../connection.js'
import type { HttpAnswer } from '../http.js'
import type { HttpServer } from '../unreached.js'
import type { ServerFault } from './protocol.js'

export const THRIFT_SERVER: HttpServer = {
  engine: 'Spark',
  server: 'the server',
  start: "Start Spark's Thrift server in its HTTP mode, or mend `url` of the target: its port counts too.",
  own: {
    HPE_INVALID_CONSTANT: [
      'it does not speak HTTP',
      'Start the Thrift server with hive.server2.transport.mode=http, and name its HTTP port in `url` of the target.',
    ],
  },
}

/** An answer that is none of the protocol. */
export function explainAnswer(url: URL, { status, text }: HttpAnswer): WarehouseError {
  const said = text.length < 200 && !text.startsWith('<') ? text.trim() : ''
  const because = said === '' ? '' : `: ${said}`
  if (status === 401 || status === 403)
    return new WarehouseError(
      `Spark at ${url.origin} does not let in who the target names${because}`,
      'Mend `user`, and `password` or `token`, of the target.',
    )
  return new WarehouseError(
    `what answers at ${url.origin} is no Thrift server of Spark: status ${status}${because}`,
    'Mend `url` of the target: its path is that of hive.server2.thrift.http.path, `/cliservice` by default.',
  )
}

const SCHEMA =
  'Mend the name; a schema of the target is made where it says `create_schema: true`, or by who may.'

/** What a person can do, by Spark's classes of errors. */
const REMEDIES: Readonly<Record<string, string>> = {
  SCHEMA_NOT_FOUND: SCHEMA,
  CATALOG_NOT_FOUND: 'Mend `catalog` of the target: it is one that Spark was configured with.',
  'UNSUPPORTED_FEATURE.TABLE_OPERATION': 'cdp needs a catalog whose tables are of Iceberg.',
}

/** There is no table, view or schema of a name. */
export class MissingRelation extends StatementError {}

/** What Spark says of a call, or of a statement that failed, without the traces of its insides. */
export function explainFault(
  { message, sqlState, isUnknownHandle }: ServerFault,
  statement?: string,
): WarehouseError {
  if (isUnknownHandle)
    return new WarehouseError(
      'Spark does not know of the session: it was started anew',
      'The last published tables are safe: run again.',
    )
  const said = CLASSIFIED.exec(message)
  const text = said?.[2] ?? firstLine(message)
  const state = sqlState ?? said?.[3] ?? ''
  if (NO_NAMESPACE.test(text)) return new MissingRelation(text, SCHEMA)
  const remedy = REMEDIES[said?.[1] ?? '']
  if (statement === undefined || !isOfTheStatement(state))
    return new WarehouseError(text, remedy ?? remedyOf(state, text))
  const offset = offsetIn(statement, message)
  const options = offset === undefined ? {} : { offset }
  return MISSING.includes(state)
    ? new MissingRelation(text, remedy, options)
    : new StatementError(text, remedy, options)
}

/** `[CLASS] what is wrong. SQLSTATE: 42703`, somewhere behind names of Java's classes. */
const CLASSIFIED = /\[([A-Z][A-Z0-9_.]+)\] (?!org[.]|java[.])(.*?)\s*SQLSTATE: ([0-9A-Z]{5})/s

/** What catalogs of Iceberg say of a schema that is not there, without a state. */
const NO_NAMESPACE = /^NoSuchNamespaceException: /

/** Of a table or view, and of a schema. */
const MISSING = ['42P01', '42704']

function firstLine(message: string): string {
  const [line = ''] = message
    .replace(/^[^:]*HiveSQLException: (Error running query: )?/, '')
    .split(/\n|\tat /)
  return line.replace(/^([a-z]+[.])+/, '').trim()
}

/** Syntax and names, values, rows that are too many, and what is not supported; rights are none of them. */
function isOfTheStatement(state: string): boolean {
  return /^(42|22|21|0A)/.test(state) && state !== '42501'
}

function remedyOf(state: string, text: string): string {
  if (state === '42501' || /permission|not authorized|AccessControl/i.test(text))
    return 'Give the user of the target this right: it must read the sources and write both schemas.'
  if (/OutOfMemory|Java heap space/.test(text))
    return 'Give Spark more memory (spark.driver.memory, spark.executor.memory), then run again.'
  return 'The last published tables are safe: run again.'
}

/** Spark counts lines from 1, and places in them from 0, or from 1 where it says `position`. */
function offsetIn(statement: string, message: string): number | undefined {
  const found = /\bline (\d+),? (pos|position) (\d+)/.exec(message)
  if (!found) return undefined
  const before = statement.split('\n').slice(0, Number(found[1]) - 1)
  const start = before.reduce((length, line) => length + line.length + 1, 0)
  return start + Number(found[3]) - (found[2] === 'position' ? 1 : 0)
}
