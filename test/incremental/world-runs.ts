import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '../../src/engines/connection.js'
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

/** Where worlds are run. */
export interface Database {
  readonly profiles: string
  /** Of the public tables. */
  readonly schema: string
  /** What `profiles` reads. */
  readonly env: Readonly<Record<string, string>>
  readonly open: (folder: string) => Promise<Connection>
  /** A copy, on which the last run is done in full too; absent where it cannot be had: then it is done again in full. */
  readonly copied?: (folder: string) => string
}

const DUCKDB: Database = {
  profiles: `name: tiny\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }\n`,
  schema: 'cdp',
  env: {},
  open: (folder) => openDuckDb({ path: join(folder, 'target/dev.duckdb') }),
  copied,
}

export interface Course {
  readonly endsInFull?: boolean
  /** A DuckDB of its own unless given. */
  readonly database?: Database
}

/**
 * Runs worlds through their moments, one run after the other on one database, and compares what is published of each world
 * with the reference after each run. `endsInFull`: the last one runs in full too, and once more, which must change nothing.
 */
export async function differences(
  plan: readonly RunPlan[],
  worlds: Worlds,
  { endsInFull = true, database = DUCKDB }: Course = {},
): Promise<readonly Difference[]> {
  const folder = writeProject({ 'profiles.yml': database.profiles, 'models/all.yml': '' })
  const ids = new Map<number, ReferenceIds>()
  const homes = new Map<string, number>()
  for (const [run, { rules }] of plan.entries()) {
    writeFiles(folder, {
      'models/all.yml': modelsOf(rules, overridesOf(worlds, run)),
      ...dataOf(worlds, run),
    })
    const expected = new Map<number, Facts>()
    const reason = reasonIn(plan, worlds, run)
    for (const [n, world] of worlds) {
      const graph = referenceGraph(world[run] as WorldMoment, plan[run] as RunPlan, n, plan[run - 1]?.day)
      ids.set(n, referenceIds(ids.get(n) ?? NO_IDS, graph, run, reason))
      expected.set(n, factsOf(ids.get(n) as ReferenceIds, graph))
    }
    const isLast = run === plan.length - 1
    const isCompared = isLast && run > 0 && endsInFull
    const copy = isCompared ? database.copied?.(folder) : undefined
    const differ = async (at: string, how: Difference['how']) => {
      const found = await publishedFacts(database, at, homes)
      return [...expected].flatMap(([world, facts]): Difference[] => {
        const said = found.get(world) ?? []
        return said.join() === facts.join() ? [] : [{ world, run, how, expected: facts, found: said }]
      })
    }
    await succeeded(database, folder, plan, run)
    const wrong = await differ(folder, 'incremental')
    if (wrong.length > 0) return wrong
    if (!isCompared) continue
    if (copy) {
      await succeeded(database, copy, plan, run, { fullRefresh: true })
      const inFull = await differ(copy, 'full')
      if (inFull.length > 0) return inFull
    }
    await succeeded(database, copy ?? folder, plan, run, { fullRefresh: true, runId: 'again' })
    return differ(copy ?? folder, 'full again')
  }
  return []
}

/** Whether what is declared changed, for any world, or only the data. */
function reasonIn(plan: readonly RunPlan[], worlds: Worlds, run: number): string {
  const declared = (at: number) => modelsOf((plan[at] as RunPlan).rules, overridesOf(worlds, at))
  return run === 0 || declared(run) === declared(run - 1) ? 'data' : 'rule'
}

function copied(folder: string): string {
  const copy = writeProject({})
  cpSync(folder, copy, { recursive: true })
  return copy
}

async function succeeded(
  { env }: Database,
  folder: string,
  plan: readonly RunPlan[],
  run: number,
  more: { readonly fullRefresh?: boolean; readonly runId?: string } = {},
): Promise<FinishedRun> {
  const asOf = dateOf((plan[run] as RunPlan).day)
  const finished = await runProjectIn(folder, { asOf, runId: `run-${run}`, allowEmpty: true, env, ...more })
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
async function publishedFacts(
  database: Database,
  folder: string,
  homes: Map<string, number>,
): Promise<Map<number, Facts>> {
  const { schema } = database
  const connection = await database.open(folder)
  const facts = new Map<number, string[]>()
  const say = (world: number, fact: string) => facts.set(world, [...(facts.get(world) ?? []), fact])
  try {
    const rows = async (sql: string) =>
      (await connection.query(sql)).map((row) => Object.values(row).map((value) => String(value ?? '')))
    for (const [node = '', id = ''] of await rows(
      `select identifier || ':' || value, customer_id from ${schema}.customer_identifiers`,
    )) {
      homes.set(id, worldOf(node))
      say(worldOf(node), `${node} is of ${id}`)
    }
    for (const [source, key = '', id] of await rows(
      `select source, record_key, customer_id from ${schema}.customer_records`,
    ))
      say(worldOf(key), `record ${source} ${key} is of ${id || 'nobody'}`)
    for (const [first = '', second, reason] of await rows(
      `select identifier || ':' || value as one, other_identifier || ':' || other_value as other, reason from ${schema}.customer_refused_edges`,
    ))
      say(worldOf(first), `refused ${first} ${second} ${reason}`)
    for (const [id = '', answer] of await rows(
      `select previous_id, customer_id from ${schema}.customer_id_aliases`,
    ))
      say(homes.get(id) ?? -1, `alias ${id} → ${answer}`)
    for (const [run, kind, id = '', previous, reason, node, source, key] of await rows(
      `select replace(run_id, 'run-', ''), kind, customer_id, previous_id, reason, identifier || ':' || value as node, source, record_key
      from ${schema}.customer_id_changes`,
    )) {
      const cause = [node, source, key].join(' ').trim()
      say(homes.get(id) ?? -1, `change ${run} ${kind} ${id} ${previous} ${reason} ${cause}`)
    }
  } finally {
    await connection.close()
  }
  return new Map([...facts].map(([world, said]) => [world, said.sort()]))
}
