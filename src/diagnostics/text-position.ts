import type { SourceFile } from './span.js'

/** A place as people and editors count it: both from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>()

/** Offsets at which the lines of a file begin; computed once a file. */
function lineStarts(file: SourceFile): readonly number[] {
  const known = lineStartsOf.get(file)
  if (known) return known
  const starts = [0]
  for (let at = file.text.indexOf('\n'); at !== -1; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1)
  lineStartsOf.set(file, starts)
  return starts
}

export function positionAt(file: SourceFile, offset: number): TextPosition {
  const starts = lineStarts(file)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: Math.min(offset, file.text.length) - (starts[low] ?? 0) + 1 }
}

/** Offsets of a line (counted from 1) without its line break; undefined where there is no such line. */
export function lineRange(
  file: SourceFile,
  line: number,
): { readonly start: number; readonly end: number } | undefined {
  const starts = lineStarts(file)
  const start = starts[line - 1]
  if (start === undefined) return undefined
  let end = starts[line] === undefined ? file.text.length : (starts[line] ?? 0) - 1
  if (end > start && file.text[end - 1] === '\r') end--
  return { start, end }
}
