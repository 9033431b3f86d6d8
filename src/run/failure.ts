import { CODES, type Code } from '../diagnostics/codes.js'
import { WarehouseError } from '../diagnostics/errors.js'
import { DataFileError, StatementError } from '../engines/connection.js'
import type { RunError } from './result.js'
import { StepFailure } from './run-steps.js'

const REPORT_IT = 'This is a bug in cdp: please report it with target/run_results.json.'

/** Where the SQL of a node is, relative to the project; `publish` for the publishing transaction. */
function compiledFile(node: string): string {
  return `target/compiled/${node}.sql`
}

/** Why a node, or the publishing, failed: what happened, where its SQL is, and whose fault it is. */
export function runError(node: string, failure: unknown): RunError {
  const step = failure instanceof StepFailure ? failure.title : ''
  const place = { node, step, file: compiledFile(node) }
  if (failure instanceof StepFailure && failure.check) {
    const { step: check, rows } = failure.check
    const code = knownCode(check.code)
    return {
      ...place,
      message: check.message,
      ...(check.bug ? { remedy: REPORT_IT } : check.remedy === undefined ? {} : { remedy: check.remedy }),
      rows,
      ...(code === undefined ? {} : { code }),
      exit_code: check.bug ? 70 : code === undefined ? 3 : 1,
    }
  }
  const cause = failure instanceof StepFailure ? failure.cause : failure
  if (cause instanceof WarehouseError) {
    const { message, remedy } = cause
    const about = remedy === undefined ? { message, rows: [] } : { message, remedy, rows: [] }
    if (!(cause instanceof DataFileError))
      return { ...place, ...about, exit_code: cause instanceof StatementError ? 1 : 3 }
    return { ...place, ...about, code: cause.reason === 'missing' ? 'CDP6001' : 'CDP6004', exit_code: 1 }
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return { ...place, message, remedy: REPORT_IT, rows: [], exit_code: 70 }
}

/** A statement of a run that the engine refused, and the character that it points at, if any. */
export interface RefusedStatement {
  readonly sql: string
  readonly offset?: number
}

export function refusedStatement(failure: unknown): RefusedStatement | undefined {
  if (!(failure instanceof StepFailure) || failure.sql === undefined) return undefined
  const { sql, cause } = failure
  if (!(cause instanceof StatementError)) return undefined
  return { sql, ...(cause.offset !== undefined && { offset: cause.offset }) }
}

function knownCode(code: string | undefined): Code | undefined {
  return code !== undefined && code in CODES ? (code as Code) : undefined
}
