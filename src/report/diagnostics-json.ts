import { type Diagnostic, sortDiagnostics } from '../diagnostics/diagnostic.js'
import type { SourceFile, Span } from '../diagnostics/span.js'
import { positionAt } from '../diagnostics/text-position.js'

/** A diagnostic as `--output json` prints it. Lines and columns count from 1; absent where there is no place. */
export interface DiagnosticJson {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly end_line?: number
  readonly end_column?: number
  readonly expected?: string
  readonly hint?: string
  /** Other places that belong to it. */
  readonly related?: readonly DiagnosticPlaceJson[]
}

export interface DiagnosticPlaceJson {
  readonly message: string
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly end_line?: number
  readonly end_column?: number
}

/** Diagnostics as data, in the order of their places. */
export function diagnosticsJson(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
): readonly DiagnosticJson[] {
  return sortDiagnostics(diagnostics).map(({ code, severity, message, span, expected, hint, related }) => ({
    code,
    severity,
    message,
    ...(span && placeOf(span, files)),
    ...(expected !== undefined && { expected }),
    ...(hint !== undefined && { hint }),
    ...(related && {
      related: related.map((place) => ({ message: place.message, ...placeOf(place.span, files) })),
    }),
  }))
}

function placeOf(span: Span, files: readonly SourceFile[]) {
  const file = files.find(({ path }) => path === span.file)
  if (!file) return { file: span.file }
  const start = positionAt(file, span.start)
  const end = positionAt(file, span.end)
  return {
    file: span.file,
    line: start.line,
    column: start.column,
    end_line: end.line,
    end_column: end.column,
  }
}
