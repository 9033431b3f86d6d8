import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { markdownTable } from './readme-tables.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const own = readme.slice(readme.indexOf('## A project of your own'), readme.indexOf('## If you know dbt'))

/** Blocks that follow the name of a file. */
function filesOf(text: string): Record<string, string> {
  const blocks = text.matchAll(/`([\w./]+)`:\n\n```\w*\n([\s\S]*?)```/g)
  return Object.fromEntries([...blocks].map((block) => [block[1] ?? '', block[2] ?? '']))
}

test('the project of one’s own is ten lines, runs, and gives the table that is shown', async () => {
  const files = filesOf(own)
  expect(Object.keys(files)).toEqual(['profiles.yml', 'models/shop.yml', 'people.csv', 'orders.csv'])
  const yaml = `${files['profiles.yml']}${files['models/shop.yml']}`
  expect(yaml.trim().split('\n')).toHaveLength(10)
  const folder = writeProject(files)
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  const shown = markdownTable(own)
  const columns = Object.keys(shown[0] ?? {})
  const rows = await query(
    folder,
    `select ${columns.map((column) => `coalesce(cast(${column} as varchar), '') as ${column}`).join(', ')}
    from customer_profiles order by email`,
  )
  expect(shown).toEqual(rows)
})

test('the commands are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = [...readme.matchAll(/npm (?:run )?(?!ci)(\w+)/g)].map((match) => match[1] ?? '')
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
