/**
 * The client protocol of Trino, version 1: a statement is posted; each answer holds some rows and says where the next is
 * to be had, until none is left. https://trino.io/docs/current/develop/client-protocol.html
 */
export interface StatementPage {
  readonly id: string
  readonly nextUri?: string
  readonly columns?: readonly PageColumn[]
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: QueryError
  /** `INSERT`, `CREATE TABLE`, …; absent for a query. */
  readonly updateType?: string
  readonly updateCount?: number | string
}

export interface PageColumn {
  readonly name: string
  /** As `timestamp(6)`. */
  readonly type: string
}

export interface QueryError {
  readonly message: string
  readonly errorName: string
  readonly errorType: 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL'
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number }
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** Whole numbers of more digits than JavaScript's hold become strings. */
export function parsePage(text: string): StatementPage {
  const lossless = text.replaceAll(STRING_OR_NUMBER, (found) =>
    /^-?\d{16,}$/.test(found) ? `"${found}"` : found,
  )
  return JSON.parse(lossless) as StatementPage
}
