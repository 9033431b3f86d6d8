import { WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../connection.js'

/** What Postgres and its driver say of a failure. */
interface Fault extends Error {
  /** SQLSTATE, or what the operating system says. */
  readonly code?: string
  readonly detail?: string
  readonly hint?: string
  /** The character of the statement that is meant, from 1. */
  readonly position?: string
}

type Remedy = readonly [pattern: RegExp, remedy: string]

const UNREACHED =
  'Check `host` and `port` of the target, and that the server runs and may be reached from here.'

/** By SQLSTATE or code of the operating system, the first that matches: what a user can do. */
const REMEDIES: readonly Remedy[] = [
  [/^28P01$/, 'Check `user` and `password` of the target; the password is read from the environment.'],
  [/^28/, 'Ask for an entry in pg_hba.conf that lets this user in from here, or name another `user`.'],
  [/^3D000$/, 'Make the database ("create database …"), or name another `database` of the target.'],
  [/^3F000$/, 'Make the schema, or leave `create_schema` of the target as it is, which makes it.'],
  [
    /^42704$/,
    'A role of `grants`, or what an expression of yours names, is not there: make it, or mend its name.',
  ],
  [/^42501$/, 'Ask for this right, or name another `user` or `schema` of the target.'],
  [/^53300$/, 'The server has no connection left: wait, or raise max_connections; a run needs three.'],
  [/^53100$/, 'Free space on the disk of the server, then run again.'],
  [/^53200$/, 'Lower work_mem under `settings` of the target, or give the server more memory.'],
  [/^2BP01$/, 'Drop what depends on it, or let it read a public view instead.'],
  [/^(ECONNREFUSED|ENOENT|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/, UNREACHED],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Check `host` of the target.'],
  [
    /^(57P0[123]|08|ECONNRESET|EPIPE)/,
    'The last published tables are safe: run again when the server is back.',
  ],
  [/^(40001|40P01|55P03)$/, 'Something else works on the same tables: run again.'],
]

/** What the driver says, without a code, where a server does not answer, or no longer. */
const SILENT = /Connection terminated|connection error|not queryable|timeout expired/i

/** By what the driver says where it has no code. */
const MESSAGES: readonly Remedy[] = [
  [SILENT, 'The last published tables are safe: run again when the server can be reached.'],
  [/does not support SSL/i, 'Set `sslmode: disable`, or ask for a server that speaks TLS.'],
  [
    /self.signed|unable to (verify|get)|certificate|altname/i,
    'Name the file of the certificates to trust as `sslrootcert`, or set another `sslmode`.',
  ],
]

/** Classes of errors that the text of the statement, or a value that it meets, brings about. */
const STATEMENT = /^(42(?!501)|22|23)/

/** The server rolled the transaction back for the sake of another one (a deadlock, a conflict): the same may succeed now. */
export function isRolledBack(error: unknown): boolean {
  return /^(40001|40P01)$/.test(codeOf(error))
}

/**
 * The server cannot take a connection now: it starts or stops, has none left, or lost it. One that refuses is taken for
 * absent, unless there was one before.
 */
export function isBusy(error: unknown, wasThere: boolean): boolean {
  const code = codeOf(error)
  return /^(57P03|53300|08|ECONNRESET)/.test(code) || (wasThere && code === 'ECONNREFUSED')
}

/** Whatever was made of what the server said. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return firstOf(error).code ?? codeOf(error.cause)
}

/** What Postgres or its driver threw, as an error that says what happened and what to do; never its stack. */
export function explainFailure(cause: unknown, place?: string): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const fault = firstOf(cause)
  const code = fault.code ?? ''
  const isUnanswered = place !== undefined && code === '' && SILENT.test(fault.message)
  const remedy = isUnanswered ? UNREACHED : remedyOf(fault, code)
  const where = place === undefined ? '' : `${place}: `
  const said = isUnanswered ? 'it does not answer' : fault.message || code
  const detail = fault.detail === undefined ? '' : ` (${fault.detail})`
  const message = `${where}${said}${detail}`
  if (!STATEMENT.test(code)) return new WarehouseError(message, remedy, { cause })
  const offset = fault.position === undefined ? {} : { offset: Number(fault.position) - 1 }
  return new StatementError(message, remedy, { cause, ...offset })
}

/** A host with several addresses fails with one error for each. */
function firstOf(cause: unknown): Fault {
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors[0] as Fault
  return cause instanceof Error ? cause : new Error(String(cause))
}

function remedyOf({ message, hint }: Fault, code: string): string | undefined {
  return (
    REMEDIES.find(([pattern]) => pattern.test(code))?.[1] ??
    MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ??
    hint
  )
}
