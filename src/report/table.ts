/** A column of a printed table: `right` for numbers. */
export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows in aligned columns, two spaces apart, under their titles; no line break at the end. Cells have no colours. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map((column) => column.title), ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))))
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, i) => {
        const cell = row[i] ?? ''
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(cell))
        return align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}

/** Places on the screen: wide characters take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  return width
}

function isWide(point: number): boolean {
  return (
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd)
  )
}

/** Cut to a width, with `…` at the end where something is missing. Control characters become spaces. */
export function cut(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  if (widthOf(plain) <= width) return plain
  let kept = ''
  let used = 0
  for (const character of plain) {
    used += widthOf(character)
    if (used > width - 1) break
    kept += character
  }
  return `${kept}…`
}
