import { type Cell, columns } from './columns.js'
import { cut } from './table.js'

/** A line of aligned cells, or one that stands over the columns. */
export type Line =
  | { readonly cells: readonly Cell[] }
  | { readonly text: string; readonly paint: (text: string) => string }

/** Indented by two, each line cut to the width. */
export function laidOut(lines: readonly Line[], width: number): readonly string[] {
  const grid = columns(
    lines.flatMap((line) => ('cells' in line ? [line.cells] : [])),
    width,
  )
  let next = 0
  return lines.map((line) => {
    if ('text' in line) return `  ${line.paint(cut(line.text, width - 2))}`
    next += 1
    return grid[next - 1] ?? ''
  })
}
