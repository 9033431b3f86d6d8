import { WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../connection.js'

/** What Snowflake and its driver say of a failure. */
interface Fault extends Error {
  readonly code?: string | number
  readonly sqlState?: string
  /** Of a statement: the line, from 1, and the character of it, from 0, that is meant. */
  readonly data?: { readonly line?: number; readonly pos?: number } | undefined
}

type Remedy = readonly [pattern: RegExp, remedy: string]

/** By Snowflake's own number, or that of the driver: what a user can do. */
const REMEDIES: readonly Remedy[] = [
  [
    /^390(100|101|114|189)$/,
    'Mend `user` and `password` of the target; the password is read from the environment.',
  ],
  [
    /^390(144|202)$/,
    'Mend `private_key_path` of the target, and that the user has its public key: alter user … set rsa_public_key.',
  ],
  [/^390(303|318)$/, 'Mend `token` of the target: it is not valid, or no longer.'],
  [/^390(201|186)$/, 'Mend `role` of the target: the user does not have it.'],
  [/^0*606$/, 'Name a `warehouse` of the target that the role may use, and that resumes by itself.'],
  [
    /^0*(90073|90064)$/,
    'A resource monitor stops this warehouse: wait, raise its quota, or name another `warehouse`.',
  ],
  [/^0*3001$/, 'Give the role of the target this right: it must read the sources and write both schemas.'],
  [/^0*2003$/, 'Mend the name, or give the role the right to it: Snowflake does not tell which.'],
  [
    /^0*(604|630)$/,
    'The statement was ended: by its time limit, or by somebody. The last published tables are safe: run again.',
  ],
  [/^(401001|401002|ECONNREFUSED|ENOTFOUND|ETIMEDOUT)$/, 'Check `account` of the target, and your network.'],
]

/** Numbers that pass by themselves: another statement changed the table first, or too many wait for it. */
const TRANSIENT = /^0*(625|8001)$/

const RIGHTS = /^0*(2003|3001)$/

export function isTransient(cause: unknown): boolean {
  return TRANSIENT.test(codeOf(cause as Fault))
}

/** What Snowflake or its driver threw, as an error that says what happened and what to do; never its stack. */
export function explainFailure(cause: unknown, statement = ''): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const fault = cause as Fault
  const code = codeOf(fault)
  const remedy = REMEDIES.find(([pattern]) => pattern.test(code))?.[1]
  const message = fault.message.replaceAll(/\s*\n\s*/g, ' ')
  if (!/^(42|22)/.test(fault.sqlState ?? '') || RIGHTS.test(code))
    return new WarehouseError(message, remedy, { cause })
  const offset = offsetIn(statement, fault)
  return new StatementError(message, remedy, { cause, ...(offset !== undefined && { offset }) })
}

const codeOf = ({ code }: Fault): string => String(code ?? '')

function offsetIn(statement: string, { data }: Fault): number | undefined {
  if (data?.line === undefined || data.pos === undefined || data.line < 1) return undefined
  const before = statement.split('\n').slice(0, data.line - 1)
  return before.reduce((length, text) => length + text.length + 1, data.pos)
}
