import { WarehouseError } from '../../diagnostics/errors.js'
import * as postgres from '../postgres/failures.js'

type Remedy = readonly [pattern: RegExp, remedy: string]

/** By what Redshift says: most of its own errors have the code of an internal one. */
const MESSAGES: readonly Remedy[] = [
  [/\b1023\b|serializable isolation violation/i, 'Something else works on the same tables: run again.'],
  [
    /cannot drop .* because other objects depend on it/i,
    'Drop the view that it names, or make it with no schema binding.',
  ],
  [
    /value too long for type character varying/i,
    'A text has at most 65 535 bytes there: shorten it, or leave the column out.',
  ],
  [
    /result size exceeds listagg limit/i,
    'What is collected has more than 65 535 bytes: lower `limit` of it.',
  ],
  [/correlated subquery/i, 'Redshift cannot compute this: please report it, with what the project does.'],
  [
    /no pg_hba.conf entry|password authentication failed/i,
    'Check `user` and `password` of the target; the password is read from the environment.',
  ],
  [
    /does not answer|ETIMEDOUT|EHOSTUNREACH|ECONNREFUSED|ENOTFOUND/,
    'Check `host` and `port` of the target, that it is not paused, and that its security group lets you in from here.',
  ],
]

/** The server rolled the transaction back for the sake of another one. */
export function isRolledBack(error: unknown): boolean {
  return (
    postgres.isRolledBack(error) ||
    (error instanceof Error && /\b1023\b|serializable isolation violation/i.test(error.message))
  )
}

/** What Redshift or the driver threw, as an error that says what happened and what to do. */
export function explainFailure(cause: unknown, place?: string): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const explained = postgres.explainFailure(cause, place)
  const text = `${explained.message} ${(cause as NodeJS.ErrnoException).code ?? ''}`
  const remedy = MESSAGES.find(([pattern]) => pattern.test(text))?.[1]
  return remedy === undefined
    ? explained
    : new (explained.constructor as typeof WarehouseError)(explained.message, remedy, { cause })
}
