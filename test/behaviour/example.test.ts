import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../temporary-folder.js'
import { type LiveEngine, large, reachable, unreachable } from './engines.js'
import { expectSame, runOn, type Tables } from './same-tables.js'

const ROOT = resolve(import.meta.dirname, '../..')
const live: LiveEngine[] = []

beforeAll(async () => {
  for (const engine of large.filter(({ name }) => !DOUBLES.includes(name))) live.push(await engine.start())
})
afterAll(async () => {
  for (const engine of live) await engine.stop()
})

for (const { name, why } of unreachable) test.skip(`the example on ${name}: ${why}`, () => {})
for (const { name } of reachable.filter((one) => !large.includes(one)))
  test.skip(`the example on ${name}: it would take many minutes there`, () => {})

/** Numbers that its models read out of text by a function of Postgres, which the double does not have as Redshift does. */
const DOUBLES = ['redshift']
for (const name of DOUBLES)
  test.skip(`the example on ${name}: its double reads numbers of the models otherwise`, () => {})

test('the example gives the same tables on every engine', { timeout: 1_800_000 }, async () => {
  const folder = temporaryFolder()
  for (const part of ['data', 'models', 'macros', 'profiles.yml'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  await withTargets(folder)
  const tables = new Map<string, Tables>()
  for (const engine of live) {
    const full = await runOn(engine, 'example', folder, { asOf: '2026-11-01', runId: 'first' })
    const again = await runOn(engine, 'example', folder, { asOf: '2026-11-02', runId: 'second' })
    expect(again.run.result?.nodes.filter(({ mode }) => mode === 'incremental').length).toBeGreaterThan(10)
    expect(again.tables.size).toBe(full.tables.size)
    tables.set(engine.name, again.tables)
  }
  expectSame('example', tables)
})

/** Puts a target for each engine beside the project's own, or in its place. */
async function withTargets(folder: string): Promise<void> {
  const path = join(folder, 'profiles.yml')
  const lines = await Promise.all(live.map(async (one) => `  ${one.name}: ${await one.target('example')}\n`))
  const others = live.reduce(
    (text, { name }) => text.replace(new RegExp(`^  ${name}: .*\n`, 'm'), ''),
    readFileSync(path, 'utf8'),
  )
  writeFileSync(path, others.replace('targets:\n', `targets:\n${lines.join('')}`))
}
