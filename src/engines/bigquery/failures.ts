import { WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../connection.js'

/** What the API and its driver say of a failure. */
interface Fault extends Error {
  /** The status of HTTP, or what the operating system says. */
  readonly code?: number | string
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[]
}

type Remedy = readonly [pattern: RegExp, remedy: string]

/** By what BigQuery calls the reason, or the code of the operating system: what a user can do. */
const REMEDIES: readonly Remedy[] = [
  [
    /^accessDenied$/,
    'Give who the target names the roles BigQuery Job User on the project and BigQuery Data Editor on both datasets, and Data Viewer on what sources name.',
  ],
  [/^notFound$/, 'Mend the name, `project` or `location` of the target.'],
  [/^bytesBilledLimitExceeded$/, 'Raise `maximum_bytes_billed` of the target, or read less.'],
  [
    /^(quotaExceeded|customQuotaExceeded)$/,
    'A quota of the project is used up: wait for it, or have it raised.',
  ],
  [/^rateLimitExceeded$/, 'Too many statements at once: run again later.'],
  [/^(billingNotEnabled|billingTierLimitExceeded)$/, 'Enable billing for the project.'],
  [
    /^(resourcesExceeded|responseTooLarge)$/,
    'Run again with `--threads 1`, or on a project with more slots.',
  ],
  [/^timeout$/, 'Raise `job_timeout` of the target.'],
  [/^stopped$/, 'The last published tables are safe: run again.'],
  [
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ECONNRESET)$/,
    'Look at your network, and at `endpoint` of the target where it has one, then run again.',
  ],
]

/** By what the driver says where it has no reason. */
const MESSAGES: readonly Remedy[] = [
  [
    /default credentials|could not refresh access token|invalid_grant|reauth/i,
    'Run "gcloud auth application-default login", or name the key of a service account as `keyfile` of the target.',
  ],
  [
    /^401|invalid authentication|unauthorized|invalid_client/i,
    'Mend `keyfile` or `token` of the target; a token lasts an hour.',
  ],
  [/ENOENT.*|no such file/i, 'Mend `keyfile` of the target: the file is not there.'],
  [/has not been used in project|it is disabled/i, 'Enable the BigQuery API for the project.'],
]

/** Reasons that are the statement's own. */
const STATEMENT = /^(invalidQuery|invalid|duplicate)$/

/** Failures that pass by themselves and left nothing behind. */
export function isTransient(cause: unknown): boolean {
  const { reason, message } = whatIs(cause)
  return (
    /^(backendError|internalError|rateLimitExceeded|jobBackendError|jobInternalError|jobRateLimitExceeded)$/.test(
      reason,
    ) || /due to concurrent update|too many table update operations|Retrying may solve/i.test(message)
  )
}

/** What BigQuery or its driver threw, as an error that says what happened and what to do; never its stack. */
export function explainFailure(cause: unknown, statement = ''): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const { reason, message } = whatIs(cause)
  const remedy =
    REMEDIES.find(([pattern]) => pattern.test(reason))?.[1] ??
    MESSAGES.find(([pattern]) => pattern.test(message))?.[1]
  if (!STATEMENT.test(reason)) return new WarehouseError(message, remedy, { cause })
  const offset = offsetIn(statement, message)
  return new StatementError(message.replace(/ at \[\d+:\d+\]$/, ''), remedy, {
    cause,
    ...(offset !== undefined && { offset }),
  })
}

export function isMissing(cause: unknown): boolean {
  return (cause as Fault).code === 404
}

function whatIs(cause: unknown): { readonly reason: string; readonly message: string } {
  const fault = cause as Fault
  const [first] = fault.errors ?? []
  return {
    reason: first?.reason ?? (typeof fault.code === 'string' ? fault.code : ''),
    message: first?.message ?? fault.message ?? String(cause),
  }
}

/** BigQuery ends with `at [line:column]`, both from 1. */
function offsetIn(statement: string, message: string): number | undefined {
  const [, line, column] = /\[(\d+):(\d+)\]/.exec(message) ?? []
  if (line === undefined) return undefined
  const before = statement.split('\n').slice(0, Number(line) - 1)
  return before.reduce((length, text) => length + text.length + 1, Number(column) - 1)
}
