import fc from 'fast-check'
import { test } from 'vitest'
import { changedRules, type RunPlan, rules, type World, world } from './small-worlds.js'
import { type Failing, smallest } from './smaller-world.js'
import { dataOf, dateOf, modelsOf, overridesOf } from './world-project.js'
import { type Difference, differences, type Worlds } from './world-runs.js'

/**
 * Sequences of changes against a reference without SQL: who is one, under which id, what became of ids and what was refused,
 * after each incremental run and after a full one. RUNS says how many plans of runs are drawn; each goes over WORLDS worlds.
 */
const RUNS = Number(process.env.RUNS ?? 3)
const WORLDS = Number(process.env.WORLDS ?? 200)
/** Runs over smaller histories, to find the smallest that fails. */
const SHRINK = Number(process.env.SHRINK ?? 60)

/** The days and rules of four to six runs: mostly rows change, now and then a rule or what people decided. */
const plan: fc.Arbitrary<readonly RunPlan[]> = fc
  .record({
    first: fc.record({ rules, hasCursor: fc.boolean() }),
    steps: fc.array(
      fc.record({
        days: fc.constantFrom(0, 0, 1, 3, 5),
        decides: fc.constantFrom(false, false, true),
        isNew: fc.constantFrom(false, false, true),
        seed: fc.integer(),
      }),
      { minLength: 3, maxLength: 5 },
    ),
  })
  .map(({ first, steps }) => {
    const plans: RunPlan[] = [
      { day: 0, rules: { ...first.rules, hasCursor: first.hasCursor }, decides: true },
    ]
    for (const { days, decides, isNew, seed } of steps) {
      const last = plans[plans.length - 1] as RunPlan
      const [next = last.rules] = isNew ? fc.sample(changedRules(last.rules), { numRuns: 1, seed }) : []
      plans.push({ day: last.day + days, rules: next, decides })
    }
    return plans
  })

/** `seed`: of what is drawn of the worlds, since a failure shall not print them all. */
const batch = fc.record({ runs: plan, isDecided: fc.boolean(), seed: fc.integer() })

test('sequences of changes give what the rules say', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(batch, async ({ runs, isDecided, seed }) => {
      const worlds = fc.sample(world(runs, isDecided), { numRuns: WORLDS, seed })
      const [wrong] = await differences(runs, new Map(worlds.map((one, n) => [n, one])))
      if (wrong) throw new Error(await explained(runs, worlds[wrong.world], wrong))
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

/** The smallest history that fails, as a project. */
async function explained(
  runs: readonly RunPlan[],
  one: World | undefined,
  wrong: Difference,
): Promise<string> {
  if (!one) return shown(runs, new Map(), wrong)
  const failure = async ({ plan: fewer, world: smaller }: Failing) =>
    (
      await differences(fewer, new Map([[wrong.world, smaller]]), { endsInFull: wrong.how !== 'incremental' })
    )[0]
  const start = { plan: runs.slice(0, wrong.run + 1), world: one.slice(0, wrong.run + 1) }
  if (!(await failure(start)))
    return `not alone, but among others:\n${shown(runs, new Map([[wrong.world, one]]), wrong)}`
  const found = await smallest(start, async (candidate) => (await failure(candidate)) !== undefined, SHRINK)
  const last = (await failure(found)) ?? wrong
  return shown(found.plan, new Map([[wrong.world, found.world]]), last)
}

function shown(runs: readonly RunPlan[], worlds: Worlds, { run, how, expected, found }: Difference): string {
  const projects = runs.map(({ day, rules: declared }, i) => {
    const files = Object.entries(dataOf(worlds, i)).map(([path, text]) => `${path}\n${text}`)
    return `# run ${i}, as of ${dateOf(day)}\n${modelsOf(declared, overridesOf(worlds, i))}\n${files.join('\n')}`
  })
  const missing = expected.filter((fact) => !found.includes(fact))
  const surplus = found.filter((fact) => !expected.includes(fact))
  return `${projects.join('\n')}\n# after run ${run} (${how})\nmissing:\n  ${missing.join('\n  ')}\nnot expected:\n  ${surplus.join('\n  ')}`
}
