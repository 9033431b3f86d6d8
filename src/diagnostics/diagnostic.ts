import type { Code } from './codes.js'
import type { Span } from './span.js'

export type Severity = 'error' | 'warning'

/**
 * A mistake in the project or its data, as a value: collected, sorted by place and printed together.
 * `message` says what is wrong, `expected` what would be right, `hint` the nearest valid name or the remedy.
 */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly message: string
  readonly span?: Span
  readonly expected?: string
  readonly hint?: string
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
  /** Ranges that a frame must not show, such as literal secrets. */
  readonly masks?: readonly Span[]
}

/** What a pure stage gives: its value, as whole as the mistakes allow, and everything found on the way. */
export interface Checked<T> {
  readonly value: T
  readonly diagnostics: readonly Diagnostic[]
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error')
}

/** File, then offset: the order in which a reader meets them. Those without a place come first. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = (d: Diagnostic): [string, number] => [d.span?.file ?? '', d.span?.start ?? -1]
  return [...diagnostics].sort((a, b) => {
    const [fileA, startA] = place(a)
    const [fileB, startB] = place(b)
    return fileA < fileB ? -1 : fileA > fileB ? 1 : startA - startB
  })
}
