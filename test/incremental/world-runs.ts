import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { type FinishedRun, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { type ReferenceGraph, referenceGraph } from './reference-graph.js'
import { aliasesOf, NO_IDS, type ReferenceIds, referenceIds } from './reference-ids.js'
import type { RunPlan, World, WorldMoment } from './small-worlds.js'
import { dataOf, dateOf, modelsOf, overridesOf, worldOf } from './world-project.js'

/** Worlds by number: of a run over many of them each is judged by itself. */
export type Worlds = ReadonlyMap<number, World>

/** What is said of one world after a run, a line a fact, in order. */
export type Facts = readonly string[]

/** A world of which the program says something else than the reference. */
export interface Difference {
  readonly world: number
  /** The place of the run, and how it was built. */
  readonly run: number
  readonly how: 'incremental' | 'full' | 'full again'
  readonly expected: Facts
  readonly found: Facts
}

/**
 * Runs worlds through their moments, one run after the other on one database, and compares what is published of each world
 * with the reference after each run. `endsInFull`: the last one runs in full too, on a copy, and once more, which must change
 * nothing.
 */
export async function differences(
  plan: readonly RunPlan[],
  worlds: Worlds,
  { endsInFull = true }: { readonly endsInFull?: boolean } = {},
): Promise<readonly Difference[]> {
  const folder = writeProject({ 'models/all.yml': '' })
  const ids = new Map<number, ReferenceIds>()
  const homes = new Map<string, number>()
  for (const [run, { rules }] of plan.entries()) {
    writeFiles(folder, {
      'models/all.yml': modelsOf(rules, overridesOf(worlds, run)),
      ...dataOf(worlds, run),
    })
    const expected = new Map<number, Facts>()
    for (const [n, world] of worlds) {
      const graph = referenceGraph(world[run] as WorldMoment, plan[run] as RunPlan, n)
      ids.set(n, referenceIds(ids.get(n) ?? NO_IDS, graph, run))
      expected.set(n, factsOf(ids.get(n) as ReferenceIds, graph))
    }
    const isLast = run === plan.length - 1
    const copy = isLast && run > 0 && endsInFull ? copied(folder) : undefined
    const differ = async (at: string, how: Difference['how']) => {
      const found = await publishedFacts(at, homes)
      return [...expected].flatMap(([world, facts]): Difference[] => {
        const said = found.get(world) ?? []
        return said.join() === facts.join() ? [] : [{ world, run, how, expected: facts, found: said }]
      })
    }
    await succeeded(folder, plan, run)
    const wrong = await differ(folder, 'incremental')
    if (wrong.length > 0) return wrong
    if (!copy) continue
    await succeeded(copy, plan, run, { fullRefresh: true })
    const inFull = await differ(copy, 'full')
    if (inFull.length > 0) return inFull
    await succeeded(copy, plan, run, { fullRefresh: true, runId: 'again' })
    return differ(copy, 'full again')
  }
  return []
}

function copied(folder: string): string {
  const copy = writeProject({})
  cpSync(folder, copy, { recursive: true })
  return copy
}

async function succeeded(
  folder: string,
  plan: readonly RunPlan[],
  run: number,
  more: { readonly fullRefresh?: boolean; readonly runId?: string } = {},
): Promise<FinishedRun> {
  const asOf = dateOf((plan[run] as RunPlan).day)
  const finished = await runProjectIn(folder, { asOf, runId: `run-${run}`, allowEmpty: true, ...more })
  if (finished.result?.status !== 'succeeded')
    throw new Error(`run ${run}: ${finished.printed} ${JSON.stringify(finished.result?.error)}`)
  return finished
}

function factsOf(ids: ReferenceIds, { records, refused }: ReferenceGraph): Facts {
  const holders = [...ids.held].flatMap(([id, nodes]) =>
    [...nodes.keys()].map((node) => `${node} is of ${id}`),
  )
  const placed = [...records.keys()].map((key) => `record ${key} is of ${ids.records.get(key) ?? 'nobody'}`)
  const aliases = aliasesOf(ids).map((alias) => `alias ${alias}`)
  return [
    ...holders,
    ...placed,
    ...refused.map((edge) => `refused ${edge}`),
    ...aliases,
    ...ids.changes.map((change) => `change ${change}`),
  ].sort()
}

/** `homes`: of every id that was ever published, the world that it is of. */
async function publishedFacts(folder: string, homes: Map<string, number>): Promise<Map<number, Facts>> {
  const connection = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
  const facts = new Map<number, string[]>()
  const say = (world: number, fact: string) => facts.set(world, [...(facts.get(world) ?? []), fact])
  try {
    const rows = async (sql: string) =>
      (await connection.query(sql)).map((row) => Object.values(row).map((value) => String(value ?? '')))
    for (const [node = '', id = ''] of await rows(
      `select identifier || ':' || value, customer_id from cdp.customer_identifiers`,
    )) {
      homes.set(id, worldOf(node))
      say(worldOf(node), `${node} is of ${id}`)
    }
    for (const [source, key = '', id] of await rows(
      'select source, record_key, customer_id from cdp.customer_records',
    ))
      say(worldOf(key), `record ${source} ${key} is of ${id || 'nobody'}`)
    for (const [first = '', second, reason] of await rows(
      `select identifier || ':' || value, other_identifier || ':' || other_value, reason from cdp.customer_refused_edges`,
    ))
      say(worldOf(first), `refused ${first} ${second} ${reason}`)
    for (const [id = '', answer] of await rows(
      'select previous_id, customer_id from cdp.customer_id_aliases',
    ))
      say(homes.get(id) ?? -1, `alias ${id} → ${answer}`)
    for (const [run, kind, id = '', previous] of await rows(
      `select replace(run_id, 'run-', ''), kind, customer_id, previous_id from cdp.customer_id_changes`,
    ))
      say(homes.get(id) ?? -1, `change ${run} ${kind} ${id} ${previous}`)
  } finally {
    await connection.close()
  }
  return new Map([...facts].map(([world, said]) => [world, said.sort()]))
}
