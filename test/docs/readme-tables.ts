import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { query } from '../project-run.js'

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')

/** A table of Markdown: its rows by its heads. */
export function markdownTable(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const [heads = [], , ...rows] = lines.map(cellsOf)
  return rows.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i] ?? ''])))
}

/** Rows that the README shows of the example's tables and that a run of the example, as of 2026-11-01, does not have. */
export async function notInTheExample(folder: string): Promise<readonly string[]> {
  const part = readme.slice(readme.indexOf('## What comes out'), readme.indexOf('## A project of your own'))
  const missing: string[] = []
  let shown = 0
  for (const [, table = '', text = ''] of part.matchAll(
    /cdp\.(\w+)[^\n]*(?:\n[^|\n`][^\n]*)*\n\n((?:\|[^\n]*\n)+)/g,
  )) {
    for (const row of markdownTable(text)) {
      const held = Object.entries(row).map(([column, value]) => `cast(${column} as varchar) = '${value}'`)
      const [found] = await query(folder, `select count(*) as n from ${table} where ${held.join(' and ')}`)
      if (Number(found?.n) !== 1) missing.push(`${table}: ${JSON.stringify(row)}`)
      shown += 1
    }
  }
  const [wide] = await query(
    folder,
    "select count(*) as n from information_schema.columns where table_schema = 'cdp' and table_name = 'customer_profiles'",
  )
  if (!part.includes(`${Number(wide?.n)} columns wide`)) missing.push(`the width of customer_profiles`)
  if (shown < 9) missing.push(`only ${shown} rows are shown`)
  return missing
}
