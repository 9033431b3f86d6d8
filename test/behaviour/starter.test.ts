import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { starterFiles } from '../../src/cli/starter/files.js'
import { runProjectIn } from '../project-run.js'
import { temporaryFolder } from '../temporary-folder.js'
import { type LiveEngine, reachable, unreachable } from './engines.js'
import { expectSame, runOn, type Tables } from './same-tables.js'

const live: LiveEngine[] = []

beforeAll(async () => {
  for (const engine of reachable) live.push(await engine.start())
}, 600_000)
afterAll(async () => {
  for (const engine of live) await engine.stop()
})

for (const { name, why } of unreachable) test.skip(`the starter on ${name}: ${why}`, () => {})

/** Later data: an order of a known customer, one that joins two customers, and a visit that is mended. */
function change(folder: string): void {
  const orders = join(folder, 'data/orders.csv')
  const lines = readFileSync(orders, 'utf8').trimEnd().split('\n')
  const [header = '', first = '', second = ''] = lines
  const columns = header.split(',')
  const at = (column: string) => columns.indexOf(column)
  const joined = first.split(',')
  joined[at('order_id')] = '9001'
  const known = second.split(',')
  known[at('order_id')] = '9002'
  known[at('amount')] = '77.70'
  writeFileSync(orders, `${[...lines, joined.join(','), known.join(',')].join('\n')}\n`)
}

/** A project of another name must not touch the tables of this one. */
async function refusesAnother(engine: LiveEngine, folder: string): Promise<void> {
  const profiles = join(folder, 'profiles.yml')
  writeFileSync(profiles, readFileSync(profiles, 'utf8').replace('name: shop', 'name: stall'))
  const refused = await runProjectIn(folder, { target: engine.name, env: engine.env })
  expect(refused.printed, engine.name).toContain('CDP6007')
  expect(refused.printed).toContain('is of the project shop, not of stall')
  expect(refused.result).toBeUndefined()
}

test('a new project gives the same tables on every engine, in full and incrementally', {
  timeout: 1_800_000,
}, async () => {
  const tables = new Map<string, Tables>()
  const before = new Map<string, Tables>()
  for (const engine of live) {
    const folder = temporaryFolder()
    for (const { path, text } of starterFiles('shop')) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const profiles = join(folder, 'profiles.yml')
    writeFileSync(
      profiles,
      `${readFileSync(profiles, 'utf8').trimEnd()}\n  ${engine.name}: ${await engine.target('starter')}\n`,
    )
    const full = await runOn(engine, 'starter', folder, { asOf: '2026-11-01', runId: 'first' })
    before.set(engine.name, full.tables)
    change(folder)
    const again = await runOn(engine, 'starter', folder, { asOf: '2026-11-02', runId: 'second' })
    expect(again.run.result?.nodes.filter(({ mode }) => mode === 'incremental').length).toBeGreaterThan(3)
    tables.set(engine.name, again.tables)
    await refusesAnother(engine, folder)
  }
  expectSame('starter', before)
  expectSame('starter, changed', tables)
})
