import { cut, widthOf } from './table.js'

/** A piece of text on the screen, and how it is coloured. */
export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
  readonly align?: 'right'
}

/** Most of the screen that a column may take which is not the last. */
const WIDEST = 44

/**
 * Rows as aligned columns, two spaces apart, indented by two, each line cut to the width: colours do not count as text.
 * Columns are as wide as their widest cell, long ones are cut.
 */
export function columns(rows: readonly (readonly Cell[])[], width: number): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, i) =>
    Math.min(i === count - 1 ? width : WIDEST, Math.max(...rows.map((row) => widthOf(plain(row[i]))))),
  )
  return rows.map((row) => line(row, widths, width))
}

function line(row: readonly Cell[], widths: readonly number[], width: number): string {
  let left = width - 2
  let text = '  '
  let pending = ''
  row.forEach((cell, i) => {
    const room = Math.min(widths[i] ?? 0, left)
    const shown = cut(plain(cell), Math.max(room, 0))
    const free = (cell.align === 'right' ? room : (widths[i] ?? 0)) - widthOf(shown)
    const space = ' '.repeat(Math.max(free, 0))
    const painted = shown === '' ? '' : (cell.paint ?? ((t: string) => t))(shown)
    if (room > 0 && shown !== '') {
      text += pending + (cell.align === 'right' ? space + painted : painted)
      pending = cell.align === 'right' ? '' : space
    } else pending += ' '.repeat(widths[i] ?? 0)
    pending += '  '
    left -= (widths[i] ?? 0) + 2
  })
  return text
}

/** Without control characters, which must not reach a terminal. */
function plain(cell: Cell | undefined): string {
  return cut(cell?.text ?? '', Number.MAX_SAFE_INTEGER)
}
