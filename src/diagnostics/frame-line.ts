import type { Span } from './span.js'

/** A line as it is shown, and where in it, in display columns from 0, the marked range stands. */
export interface FrameLine {
  readonly text: string
  readonly from: number
  readonly to: number
}

const SECRET = '********'
const CUT = '…'

/**
 * One line of a file made fit to be shown: secrets masked, tabs widened, control characters (which a terminal would obey)
 * replaced, and cut around the marked range `[from, to)` where it is longer than `width`.
 */
export function frameLine(
  line: string,
  marked: { from: number; to: number },
  masks: readonly Span[],
  width: number,
): FrameLine {
  const cells = maskedCells(line, masks)
  const columnOf = (offset: number): number => cells.filter((cell) => cell.offset < offset).length
  const from = columnOf(marked.from)
  const to = Math.max(from + 1, columnOf(marked.to))
  const first =
    cells.length <= width ? 0 : Math.max(0, Math.min(from - Math.floor(width / 3), cells.length - width))
  const shown = cells.slice(first, first + width).map((cell) => cell.text)
  if (first > 0) shown[0] = CUT
  if (first + width < cells.length) shown[shown.length - 1] = CUT
  const widthOf = (count: number): number =>
    shown.slice(0, Math.max(0, count)).reduce((sum, text) => sum + cellWidth(text), 0)
  const start = widthOf(from - first)
  return {
    text: shown.join('').trimEnd(),
    from: start,
    to: Math.max(start + 1, widthOf(Math.min(to - first, width))),
  }
}

interface Cell {
  readonly text: string
  /** Of the character in the line that it shows. */
  readonly offset: number
}

function maskedCells(line: string, masks: readonly Span[]): Cell[] {
  const cells: Cell[] = []
  let offset = 0
  for (const character of line) {
    const mask = masks.find((m) => m.start <= offset && offset < m.end)
    if (!mask) for (const text of visible(character)) cells.push({ text, offset })
    else if (offset === Math.max(0, mask.start)) for (const text of SECRET) cells.push({ text, offset })
    offset += character.length
  }
  return cells
}

function visible(character: string): string {
  if (character === '\t') return '  '
  return /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(character) ? '\ufffd' : character
}

function cellWidth(text: string): number {
  if (/[\p{Mn}\p{Me}\u200b-\u200d\ufeff]/u.test(text)) return 0
  return /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
    text,
  )
    ? 2
    : 1
}
