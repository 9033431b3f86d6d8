import { type FrameLine, frameLine } from './frame-line.js'
import type { SourceFile, Span } from './span.js'
import { lineRange, positionAt } from './text-position.js'

/** A line of a code frame: `gutter` is its number, `marker` the carets below the line that is meant. */
export interface CodeFrameLine {
  readonly kind: 'context' | 'marked' | 'marker'
  readonly gutter: string
  readonly text: string
}

export interface CodeFrameOptions {
  /** Ranges whose text must not be shown, such as literal secrets. */
  readonly masks?: readonly Span[]
  /** Longest text of a line, in characters. */
  readonly width?: number
}

/** The line of a span with the line before it, and carets below what is meant; of a longer span its first line. */
export function codeFrame(file: SourceFile, span: Span, options: CodeFrameOptions = {}): CodeFrameLine[] {
  const { line } = positionAt(file, span.start)
  const digits = String(line).length
  const frame: CodeFrameLine[] = []
  const before = shownLine(file, line - 1, undefined, options)
  if (before && before.text !== '')
    frame.push({ kind: 'context', gutter: String(line - 1).padStart(digits), text: before.text })
  const marked = shownLine(file, line, span, options)
  if (!marked) return frame
  frame.push({ kind: 'marked', gutter: String(line), text: marked.text })
  const carets = ' '.repeat(marked.from) + '^'.repeat(marked.to - marked.from)
  frame.push({ kind: 'marker', gutter: ' '.repeat(digits), text: carets })
  return frame
}

function shownLine(
  file: SourceFile,
  line: number,
  span: Span | undefined,
  options: CodeFrameOptions,
): FrameLine | undefined {
  const range = lineRange(file, line)
  if (!range) return undefined
  const inLine = (offset: number): number => Math.min(Math.max(offset, range.start), range.end) - range.start
  const masks = (options.masks ?? [])
    .filter((mask) => mask.file === file.path && mask.start < range.end && mask.end > range.start)
    .map((mask) => ({ file: mask.file, start: inLine(mask.start), end: inLine(mask.end) }))
  const text = file.text.slice(range.start, range.end)
  const marked = span ? { from: inLine(span.start), to: inLine(trimmedEnd(file, span)) } : { from: 0, to: 0 }
  return frameLine(text, marked, masks, options.width ?? 100)
}

/** Without the white space that YAML counts to a value. */
function trimmedEnd(file: SourceFile, span: Span): number {
  let end = span.end
  while (end > span.start + 1 && /\s/.test(file.text[end - 1] ?? '')) end--
  return end
}
