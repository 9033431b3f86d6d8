import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { renderDiagnostics } from '../diagnostics/render-diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import { counted } from '../report/amounts.js'
import { diagnosticsJson } from '../report/diagnostics-json.js'
import { diagnosticPainter, type Paint, paintFor } from '../report/paint.js'
import { type Invocation, isJson } from './command.js'
import type { LoadedProject, MissingProject } from './load-project.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'

export function errPaint(terminal: Terminal): Paint {
  return paintFor(terminal.errColours)
}

/** Diagnostics with their frames, and how many there are, for a person. */
export function printDiagnostics(
  terminal: Terminal,
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
): void {
  if (diagnostics.length === 0) return
  const paint = errPaint(terminal)
  terminal.err(`${renderDiagnostics(diagnostics, files, diagnosticPainter(paint))}\n${tally(diagnostics)}\n`)
}

/** `2 errors, 1 warning`. */
export function tally(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ]
  return parts.join(', ')
}

/** A value as JSON on standard output, for programs. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Ends a command whose project cannot be used: says what is wrong, as text or as JSON. */
export function refuseProject(invocation: Invocation, loaded: LoadedProject | MissingProject): ExitCode {
  const { terminal } = invocation
  const files = 'files' in loaded ? loaded.files : []
  if (isJson(invocation)) {
    printJson(terminal, { ok: false, diagnostics: diagnosticsJson(loaded.diagnostics, files) })
  } else printDiagnostics(terminal, loaded.diagnostics, files)
  return EXIT.project
}
