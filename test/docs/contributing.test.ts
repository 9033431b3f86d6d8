import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('CONTRIBUTING lists the folders of src/ in the order that the dependency test holds', () => {
  const listed = [...readFileSync(`${root}CONTRIBUTING.md`, 'utf8').matchAll(/^\| `(\w+)(?:\/<name>)?`/gm)]
  const folders = listed.map(([, folder = '']) => folder)
  const [, order = ''] =
    /const ORDER = \[([^\]]+)\]/.exec(readFileSync(`${root}test/architecture.test.ts`, 'utf8')) ?? []
  expect(folders).toEqual([...order.matchAll(/'(\w+)'/g)].map(([, folder]) => folder))
  const there = readdirSync(`${root}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect([...folders].sort()).toEqual(there.map(({ name }) => name).sort())
})

test('every file that the package names is there', () => {
  const { files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { files: string[] }
  const there = readdirSync(root)
  // dist is built.
  expect(files.filter((name) => !/^!?dist/.test(name) && !there.includes(name))).toEqual([])
})
