import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const own = readme.slice(readme.indexOf('## A project of your own'), readme.indexOf('## If you know dbt'))

/** Blocks that follow the name of a file. */
function filesOf(text: string): Record<string, string> {
  const blocks = text.matchAll(/`([\w./]+)`:\n\n```\w*\n([\s\S]*?)```/g)
  return Object.fromEntries([...blocks].map((block) => [block[1] ?? '', block[2] ?? '']))
}

/** The first table of a text, its cells by heads. */
function tableOf(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  const [heads = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return rows.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i] ?? ''])))
}

test('the project of one’s own is ten lines, runs, and gives the table that is shown', async () => {
  const files = filesOf(own)
  expect(Object.keys(files)).toEqual(['profiles.yml', 'models/shop.yml', 'people.csv', 'orders.csv'])
  const yaml = `${files['profiles.yml']}${files['models/shop.yml']}`
  expect(yaml.trim().split('\n')).toHaveLength(10)
  const folder = writeProject(files)
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  const shown = tableOf(own)
  const columns = Object.keys(shown[0] ?? {})
  const rows = await query(
    folder,
    `select ${columns.map((column) => `coalesce(cast(${column} as varchar), '') as ${column}`).join(', ')}
    from customer_profiles order by email`,
  )
  expect(shown).toEqual(rows)
})

test('every file that is linked to is there', () => {
  const linked = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '')
  expect(linked.length).toBeGreaterThan(5)
  for (const path of linked) expect(() => readFileSync(`${root}${path}`)).not.toThrow(/ENOENT/)
})

test('the commands are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = [...readme.matchAll(/npm (?:run )?(?!ci)(\w+)/g)].map((match) => match[1] ?? '')
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
