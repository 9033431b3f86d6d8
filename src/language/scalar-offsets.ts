import type { Scalar } from 'yaml'

/**
 * Where the characters `[from, to)` of a scalar's value stand in the file. A plain or quoted scalar without escapes has
 * its value in the text letter by letter; a block scalar has it line by line, each after its indentation.
 * Undefined where the spelling differs more than that (escapes, folded lines).
 */
export function inScalar(
  node: Scalar,
  text: string,
  from: number,
  to: number,
): { start: number; end: number } | undefined {
  if (typeof node.value !== 'string' || !node.range) return undefined
  const [start, end] = node.range
  const written = text.slice(start, end)
  const at = written.indexOf(node.value)
  if (at !== -1) return { start: start + at + from, end: start + at + Math.max(to, from + 1) }
  if (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED') return undefined
  const first = lineOffset(node.value, written, from)
  return first === undefined
    ? undefined
    : { start: start + first, end: start + first + Math.max(1, to - from) }
}

function lineOffset(value: string, written: string, offset: number): number | undefined {
  const lines = written.split('\n').slice(1)
  let writtenAt = written.indexOf('\n') + 1
  let valueAt = 0
  for (const line of value.split('\n')) {
    const shown = lines.shift()
    if (shown === undefined || !shown.replace(/\r$/, '').endsWith(line)) return undefined
    if (offset <= valueAt + line.length)
      return writtenAt + shown.replace(/\r$/, '').length - line.length + offset - valueAt
    valueAt += line.length + 1
    writtenAt += shown.length + 1
  }
  return undefined
}
