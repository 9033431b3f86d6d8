import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.js'
import { EXIT } from '../../src/cli/terminal.js'
import { runProjectIn, writeProject } from '../project-run.js'
import { readPage } from './page.js'

const page = readPage('docs/command-line.md')

test('the page lists every command with what it does', () => {
  const listed = [...page.matchAll(/^\| `cdp (\w+)` \| (.+) \|$/gm)].map(([, name, does]) => [name, does])
  expect(listed).toEqual(COMMANDS.map(({ name, summary }) => [name, summary]))
})

test('the page lists every exit code', () => {
  const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(listed).toEqual(Object.values(EXIT).sort((a, b) => a - b))
})

test('the files in target/ are those listed, with the keys that are documented', async () => {
  const folder = writeProject({
    'models/all.yml': `
entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email } }
`,
    'people.csv': 'id,email\n1,a@x.com\n',
  })
  await runProjectIn(folder)
  await runProjectIn(folder)
  const json = (name: string) => JSON.parse(readFileSync(`${folder}/target/${name}.json`, 'utf8'))
  const listed = [...page.matchAll(/^\| `(\w+)\.json` \|/gm)].map(([, name = '']) => name)
  expect(listed.sort()).toEqual(['catalog', 'manifest', 'program', 'run_results'])
  const said = (keys: readonly string[]) => keys.filter((key) => !page.includes(`\`${key}`))
  const { nodes, relations, ...manifest } = json('manifest')
  const { nodes: results, ...run } = json('run_results')
  expect(said(Object.keys({ ...manifest, ...nodes[0], ...relations[0], ...run, ...results[0] }))).toEqual([])
})

test('how it works names every field of the program and every kind of step', async () => {
  const works = readPage('docs/how-it-works.md')
  const folder = writeProject({
    'models/all.yml': `
entities:
  - { name: customer, identifiers: [{ name: email }, { name: phone }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email, phone: phone } }
`,
    'people.csv': 'id,email,phone\n1,a@x.com,5\n',
  })
  const { program } = await runProjectIn(folder)
  if (!program) throw new Error('nothing was compiled')
  const steps = program.nodes.flatMap((node) => node.steps)
  const keys = [program, ...program.nodes, ...steps, program.publish].flatMap((one) => Object.keys(one))
  const kinds = steps.map((step) => step.kind)
  const missing = [...new Set([...keys, ...kinds])].filter((word) => !works.includes(`\`${word}`))
  expect(missing).toEqual([])
})
