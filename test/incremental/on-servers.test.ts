import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LiveEngine, large, quick, reachable, schemaOf, unreachable } from '../behaviour/engines.js'
import { runOn, type Tables } from '../behaviour/same-tables.js'
import { packed, writeFiles, writeProject } from '../project-run.js'
import { COMPANIES } from './company.js'
import { filesOf, histories, shown } from './random-history.js'
import { type RunPlan, rules, world } from './small-worlds.js'
import { differences } from './world-runs.js'

/**
 * Histories of changes on every quick engine but doubles: after each incremental run its tables hold what those of DuckDB hold, where
 * other tests compare them with a full run; and of many small worlds what the reference says. RUNS: more of them.
 */
const RUNS = Number(process.env.RUNS ?? 1)
const SEED = Number(process.env.SEED ?? 20261130)
/** All of them take minutes. */
const FEW = ['decided, sharing and limited']
const companies = Object.entries(COMPANIES).filter(
  ([name]) => process.env.RUNS !== undefined || FEW.includes(name),
)
const WORLDS = Number(process.env.WORLDS ?? 60)

const live: LiveEngine[] = []
let drawnHistories = 0

beforeAll(async () => {
  for (const engine of large) live.push(await engine.start())
})
afterAll(async () => {
  for (const engine of live) await engine.stop()
})

for (const { name, why } of unreachable) test.skip(`histories on ${name}: ${why}`, () => {})
for (const { name, isCostly } of reachable)
  if (isCostly) test.skip(`histories on ${name}: its statements would take minutes there`, () => {})
for (const { name } of quick.filter((one) => !large.includes(one)))
  test.skip(`histories on ${name}: its double computes row by row, and SQL of the project is written otherwise there`, () => {})

describe.each(companies)('%s', (name, project) => {
  test('incremental runs leave the same on every engine', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories(name.includes('cursor')), async (moments) => {
        drawnHistories += 1
        const of = `history_${drawnHistories}`
        const tables = new Map<string, readonly Tables[]>()
        for (const engine of live) {
          const target = `  ${engine.name}: ${await engine.target(of)}\n`
          const folder = writeProject({
            ...project,
            'profiles.yml': `name: tiny\nlanguage: 1\ntargets:\n${target}`,
          })
          const after: Tables[] = []
          for (const [i, moment] of moments.entries()) {
            writeFiles(folder, filesOf(moment))
            await packed(folder, ['contacts', 'panel'])
            const options = { asOf: shown(moment.day), runId: `run-${i}`, allowEmpty: true }
            after.push((await runOn(engine, of, folder, options)).tables)
          }
          tables.set(engine.name, after)
        }
        const [first, ...others] = [...tables]
        for (const [engine, after] of others)
          for (const [i, found] of after.entries())
            expect(Object.fromEntries(found), `${engine}, run ${i}`).toEqual(
              Object.fromEntries(first?.[1][i] ?? []),
            )
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
  })
})

/** Some rows change between four runs, twice what people decided, and once the rules. */
const plan: fc.Arbitrary<readonly RunPlan[]> = fc.tuple(rules, rules).map(([first, then]) => [
  { day: 0, rules: first, decides: true },
  { day: 1, rules: first, decides: false },
  { day: 4, rules: then, decides: true },
  { day: 4, rules: then, decides: false },
])

test.each(large.map(({ name }) => name).filter((name) => name !== 'duckdb'))(
  'on %s sequences of changes give what the rules say',
  { timeout: 3_600_000 },
  async (name) => {
    const engine = live.find((one) => one.name === name) as LiveEngine
    let worlds = 0
    await fc.assert(
      fc.asyncProperty(fc.record({ runs: plan, seed: fc.integer() }), async ({ runs, seed }) => {
        worlds += 1
        const of = `worlds_${worlds}`
        const drawn = fc.sample(world(runs, true), { numRuns: WORLDS, seed })
        const database = {
          profiles: `name: tiny\nlanguage: 1\ntargets:\n  dev: ${await engine.target(of)}\n`,
          schema: schemaOf(of),
          env: engine.env,
          open: (folder: string) => engine.open(of, folder),
        }
        expect(await differences(runs, new Map(drawn.map((one, n) => [n, one])), { database })).toEqual([])
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
  },
)
