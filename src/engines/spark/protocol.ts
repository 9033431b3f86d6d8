import { bool, type Decoded, type Encoded, i32, i64, map, type Struct, struct, text } from './thrift.js'

/**
 * The protocol of HiveServer2, which Spark's Thrift server speaks: a session is opened, statements are begun in it, asked
 * after, and their rows fetched column by column. The numbers are those of its fields.
 * https://github.com/apache/spark/blob/master/sql/hive-thriftserver/src/main/java/org/apache/hive/service/rpc/thrift
 */

/** Of a session or an operation; secret to whoever opened it. */
export interface Handle {
  readonly guid: Buffer
  readonly secret: Buffer
  /** Of an operation: its kind. */
  readonly kind?: number
}

/** What the server says of a call or an operation that failed. */
export interface ServerFault {
  readonly message: string
  readonly sqlState: string | undefined
  /** The session or operation is not known, which a server that was started anew says. */
  readonly isUnknownHandle: boolean
}

export interface ResultColumn {
  readonly name: string
  readonly type: ColumnType
}

/** Types that are read in a way of their own; all others are text as it comes. */
export type ColumnType = 'boolean' | 'small integer' | 'integer' | 'float' | 'binary' | 'text'

/** The values of one column, null where there is none. */
export type ColumnValues = readonly (Exclude<Decoded, readonly Decoded[] | Struct> | null)[]

/** Version 8, which has rows by column. */
const PROTOCOL = 7

export function openSession(user: string, password: string, settings: Readonly<Record<string, string>>) {
  return struct({ 1: i32(PROTOCOL), 2: text(user), 3: text(password), 4: map(settings) })
}

export function sessionArgument(session: Handle): Encoded {
  return struct({ 1: encodedHandle(session) })
}

/** The server answers at once, and computes meanwhile. */
export function executeStatement(session: Handle, statement: string): Encoded {
  return struct({ 1: encodedHandle(session), 2: text(statement), 4: bool(true) })
}

/** What asks after, cancels or closes an operation takes. */
export function operationArgument(operation: Handle): Encoded {
  return struct({ 1: encodedHandle(operation) })
}

export function fetchResults(operation: Handle, rows: number): Encoded {
  return struct({ 1: encodedHandle(operation), 2: i32(0), 3: i64(BigInt(rows)) })
}

function encodedHandle({ guid, secret, kind }: Handle): Encoded {
  const identifier = struct({ 1: text(guid), 2: text(secret) })
  return kind === undefined
    ? struct({ 1: identifier })
    : struct({ 1: identifier, 2: i32(kind), 3: bool(true) })
}

/** Undefined where the call succeeded. */
export function faultOf(response: Struct): ServerFault | undefined {
  const status = structOf(response.get(1))
  const code = status.get(1)
  if (code !== 3 && code !== 4) return undefined
  return {
    message: textOf(status.get(5)),
    sqlState: status.has(3) ? textOf(status.get(3)) : undefined,
    isUnknownHandle: code === 4 || /^(\S+: )?Invalid (Session|Operation)Handle/.test(textOf(status.get(5))),
  }
}

export function sessionHandle(response: Struct): Handle {
  return handleOf(structOf(response.get(3)))
}

export function operationHandle(response: Struct): Handle {
  const handle = structOf(response.get(2))
  return { ...handleOf(handle), kind: Number(handle.get(2) ?? 0) }
}

function handleOf(handle: Struct): Handle {
  const identifier = structOf(handle.get(1))
  return { guid: identifier.get(1) as Buffer, secret: identifier.get(2) as Buffer }
}

export type OperationState = 'running' | 'finished' | 'cancelled' | 'failed'

const STATES: Readonly<Record<number, OperationState>> = {
  2: 'finished',
  3: 'cancelled',
  4: 'cancelled',
  5: 'failed',
  8: 'failed',
}

export function operationState(response: Struct): {
  readonly state: OperationState
  readonly fault: ServerFault
} {
  return {
    state: STATES[Number(response.get(2))] ?? 'running',
    fault: {
      message: textOf(response.get(5)),
      sqlState: response.has(3) ? textOf(response.get(3)) : undefined,
      isUnknownHandle: false,
    },
  }
}

const TYPES: Readonly<Record<number, ColumnType>> = {
  0: 'boolean',
  1: 'small integer',
  2: 'small integer',
  3: 'small integer',
  4: 'integer',
  5: 'float',
  6: 'float',
  9: 'binary',
}

export function resultColumns(response: Struct): readonly ResultColumn[] {
  const columns = (structOf(response.get(2)).get(1) ?? []) as readonly Struct[]
  return columns.map((column) => {
    const [entry] = (structOf(column.get(2)).get(1) ?? []) as readonly Struct[]
    const primitive = structOf(entry?.get(1))
    return { name: textOf(column.get(1)), type: TYPES[Number(primitive.get(1))] ?? 'text' }
  })
}

/** Of each column its values; `hasMore` where the server says so, which Spark's never does. */
export function fetchedColumns(response: Struct): {
  readonly columns: readonly ColumnValues[]
  readonly hasMore: boolean
} {
  const columns = (structOf(response.get(3)).get(3) ?? []) as readonly Struct[]
  return { columns: columns.map(valuesOf), hasMore: response.get(2) === true }
}

/** A column is a union by type, of which one is there: its values, and a bit for each that is null. */
function valuesOf(column: Struct): ColumnValues {
  const [typed = new Map()] = [...column.values()] as readonly Struct[]
  const values = (typed.get(1) ?? []) as readonly (boolean | number | bigint | Buffer)[]
  const nulls = typed.get(2) as Buffer | undefined
  return values.map((value, i) => (((nulls?.[i >> 3] ?? 0) >> (i & 7)) & 1 ? null : value))
}

function structOf(value: Decoded | undefined): Struct {
  return value instanceof Map ? value : new Map()
}

function textOf(value: Decoded | undefined): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}
