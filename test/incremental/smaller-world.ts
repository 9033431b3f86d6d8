import type { RunPlan, SourceName, World, WorldMoment, WorldRow } from './small-worlds.js'
import { SOURCE_NAMES } from './small-worlds.js'

/** One world that fails, and its runs. */
export interface Failing {
  readonly plan: readonly RunPlan[]
  readonly world: World
}

/** The smallest history that still fails that leaving out can find, in at most `budget` attempts. */
export async function smallest(
  failing: Failing,
  stillFails: (candidate: Failing) => Promise<boolean>,
  budget: number,
): Promise<Failing> {
  let best = failing
  let left = budget
  for (let found = true; found && left > 0; ) {
    found = false
    for (const candidate of smaller(best)) {
      if (left === 0) break
      left -= 1
      if (!(await stillFails(candidate))) continue
      best = candidate
      found = true
      break
    }
  }
  return best
}

/** Histories that leave something out: a run, a row, a decision, a value; the boldest first. */
function* smaller({ plan, world }: Failing): Generator<Failing> {
  const runs = world.map((_, i) => i)
  if (runs.length > 1)
    for (const i of runs)
      yield { plan: plan.filter((_, j) => j !== i), world: world.filter((_, j) => j !== i) }
  const changed = (change: (moment: WorldMoment, run: number) => WorldMoment) => ({
    plan,
    world: world.map(change),
  })
  for (const source of SOURCE_NAMES) {
    for (const id of new Set(world.flatMap(({ rows }) => rows[source].map((row) => row.id))))
      yield changed((moment) => withRows(moment, source, (rows) => rows.filter((row) => row.id !== id)))
  }
  for (const i of runs) {
    const { rows, overrides } = world[i] as WorldMoment
    for (const source of SOURCE_NAMES)
      for (const row of rows[source])
        yield changed((moment, j) =>
          i === j ? withRows(moment, source, (all) => all.filter((one) => one !== row)) : moment,
        )
    for (const one of overrides)
      yield changed((moment) => ({ ...moment, overrides: moment.overrides.filter((other) => other !== one) }))
  }
  for (const source of SOURCE_NAMES) {
    for (const id of new Set(world.flatMap(({ rows }) => rows[source].map((row) => row.id))))
      for (const column of valuesOf(world, source, id))
        yield changed((moment) =>
          withRows(moment, source, (rows) =>
            rows.map((row) => (row.id === id ? { ...row, [column]: '' } : row)),
          ),
        )
  }
}

/** Columns in which a row ever has a value that it need not have. */
function valuesOf(world: World, source: SourceName, id: string | undefined): ReadonlySet<string> {
  const rows = world.flatMap(({ rows: all }) => all[source].filter((row) => row.id === id))
  const needed = new Set(['id', 'at', 'loaded'])
  return new Set(
    rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== '' && !needed.has(column))),
  )
}

function withRows(
  moment: WorldMoment,
  source: SourceName,
  change: (rows: readonly WorldRow[]) => readonly WorldRow[],
): WorldMoment {
  return { ...moment, rows: { ...moment.rows, [source]: change(moment.rows[source]) } }
}
