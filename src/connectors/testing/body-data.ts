/** A body as data, by its content type, so that it can be compared without regard to spelling. */
export function bodyData(text: string, contentType: string | undefined): unknown {
  if (text === '') return undefined
  const type = contentType?.split(';')[0]?.trim()
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text))
  if (type === 'application/x-ndjson')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  if (type === 'text/csv') return csvRows(text)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function csvRows(text: string): Record<string, string>[] {
  const lines = csvCells(text)
  const [header = [], ...rows] = lines
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

function csvCells(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\n|$)/g)) {
    if (match.index === text.length) break
    const [, cell = '', end] = match
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end !== ',') rows.push([])
  }
  return rows.filter((cells) => cells.length > 0)
}
