import { codeFrame } from './code-frame.js'
import { type Diagnostic, sortDiagnostics } from './diagnostic.js'
import type { SourceFile, Span } from './span.js'
import { positionAt } from './text-position.js'

/** What a piece of the printed text is, for a painter that gives it a colour. */
export type DiagnosticPart =
  | 'place'
  | 'error'
  | 'warning'
  | 'message'
  | 'context'
  | 'marked'
  | 'marker'
  | 'label'
  | 'hint'
export type Painter = (part: DiagnosticPart, text: string) => string

/** Of the places that belong to one mistake; `--output json` has all. */
const SHOWN_PLACES = 6

const plain: Painter = (_, text) => text

/** A diagnostic as people read it: place, code and message, the frame of the text, what was expected, the remedy. No line break at the end. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  files: readonly SourceFile[],
  paint: Painter = plain,
): string {
  const { span, severity, code } = diagnostic
  const file = span && files.find((candidate) => candidate.path === span.file)
  const place = span ? `${paint('place', placeOf(span, file))} ` : ''
  const lines = [`${place}${paint(severity, `${severity} ${code}`)}: ${paint('message', diagnostic.message)}`]
  if (span && file) lines.push(...frameText(span, file, diagnostic, paint))
  if (diagnostic.expected !== undefined) lines.push(`  ${paint('label', 'expected:')} ${diagnostic.expected}`)
  if (diagnostic.hint !== undefined)
    lines.push(`  ${paint('label', 'hint:')} ${paint('hint', diagnostic.hint)}`)
  const all = diagnostic.related ?? []
  for (const related of all.slice(0, SHOWN_PLACES)) {
    const other = files.find((candidate) => candidate.path === related.span.file)
    lines.push(
      `  ${paint('label', 'see:')} ${paint('place', placeOf(related.span, other))} ${related.message}`,
    )
  }
  if (all.length > SHOWN_PLACES) lines.push(`       … and ${all.length - SHOWN_PLACES} more`)
  return lines.join('\n')
}

/** All of them in the order of their places, a blank line between two. Ends with a line break unless empty. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
  paint: Painter = plain,
): string {
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => `${renderDiagnostic(diagnostic, files, paint)}\n`)
    .join('\n')
}

function placeOf(span: Span, file: SourceFile | undefined): string {
  if (!file) return span.file
  const { line, column } = positionAt(file, span.start)
  return `${span.file}:${line}:${column}`
}

function frameText(span: Span, file: SourceFile, diagnostic: Diagnostic, paint: Painter): string[] {
  return codeFrame(file, span, diagnostic.masks ? { masks: diagnostic.masks } : {}).map((line) => {
    const arrow = line.kind === 'marked' ? '>' : ' '
    return `${arrow} ${line.gutter} | ${paint(line.kind, line.text)}`.trimEnd()
  })
}
