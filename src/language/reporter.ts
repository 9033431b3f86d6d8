import type { Code } from '../diagnostics/codes.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { BrokenNames } from './broken-names.js'
import type { Origin } from './origin.js'
import type { Positions } from './positions.js'

export interface ReportDetails {
  readonly which?: 'key' | 'value'
  /** Characters of a text value, where only a part of it is meant. */
  readonly inside?: { readonly from: number; readonly to: number }
  readonly expected?: string | undefined
  readonly hint?: string | undefined
  readonly related?: readonly { readonly origin: Origin; readonly message: string }[]
}

/** Collects what is said about a project while it is read, and the names of what was dropped because of it. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = []
  readonly broken = new BrokenNames()
  readonly disabled = new BrokenNames()

  constructor(readonly positions: Positions) {}

  /** Gives undefined, so that a builder can `return report.error(…)`. */
  error(code: Code, origin: Origin, message: string, details: ReportDetails = {}): undefined {
    const { which, inside, expected, hint, related } = details
    const span = inside
      ? this.positions.inside(origin, inside.from, inside.to)
      : this.positions.span(origin, which)
    this.diagnostics.push({
      code,
      severity: 'error',
      message,
      span,
      ...(expected !== undefined && { expected }),
      ...(hint !== undefined && { hint }),
      ...(related && {
        related: related.map((r) => ({ span: this.positions.span(r.origin, 'value'), message: r.message })),
      }),
    })
    return undefined
  }

  /** Part of the language, but not of this version. */
  notBuilt(origin: Origin, what: string): undefined {
    return this.error('CDP9001', origin, `${what} not built yet`, { which: 'key' })
  }
}
