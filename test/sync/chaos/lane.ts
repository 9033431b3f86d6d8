import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SyncResult } from '../../../src/sync/result.js'
import { runProjectIn, writeFiles, writeProject } from '../../project-run.js'
import { seeded } from '../../seeded.js'
import type { Receiver } from '../receiver.js'
import { badDay } from './bad-day.js'
import { differences, miscounts } from './differences.js'
import { DUCKDB, peopleOf, projectFor, type Warehouse } from './people.js'

const PROCESS = fileURLToPath(new URL('sync-process.mjs', import.meta.url))
/** Generations of people between two looks at the destination in peace, and disturbed runs of each. */
const GENERATIONS = 2
const RUNS = 5
/** Milliseconds, beyond the lease. */
const PAUSE = 2_300

/** What came of a lane. */
export interface Came {
  readonly kills: number
  /** Processes that were stopped, or runs that were, for longer than their lease. */
  readonly pauses: number
  readonly starts: number
  /** What was wrong with the destination or the counts, when it was first looked at in vain. */
  readonly wrong: readonly string[]
}

interface What {
  readonly killAt?: number
  readonly pause?: boolean
  readonly twin?: boolean
  readonly peace?: boolean
}

export interface Disturbances {
  readonly kills: number
  readonly seed: number
  /** Share of the runs that pause beyond their lease while another one sends what is newer. */
  readonly pauses?: number
  /** A DuckDB of its own unless given. */
  readonly warehouse?: Warehouse
}

/**
 * A project, a destination of its own, and syncs of a built package that die, pause and start twice, until so many have
 * died or something is wrong.
 */
export async function lane(
  built: string,
  receiver: Receiver,
  { kills, seed, pauses = 0.2, warehouse = DUCKDB }: Disturbances,
): Promise<Came> {
  return new Lane(built, receiver, warehouse, seed, pauses).run(kills)
}

class Lane {
  readonly #folder: string
  readonly #random: () => number
  readonly #came = { kills: 0, pauses: 0, starts: 0 }
  /** Statements of the longest run so far. */
  #statements = 100
  #victim: ChildProcess | undefined

  constructor(
    private readonly built: string,
    private readonly receiver: Receiver,
    private readonly warehouse: Warehouse,
    private readonly seed: number,
    private readonly pauses: number,
  ) {
    this.#folder = writeProject(projectFor(warehouse, receiver.url))
    this.#random = seeded(seed)
  }

  async run(kills: number): Promise<Came> {
    for (let generation = 0; this.#came.kills < kills; generation += 1) {
      await this.#build(generation)
      this.receiver.fate = badDay(this.#random, { kill: () => this.#kill(), stop: () => this.#stop() })
      for (let i = 0; i < RUNS; i += 1) await this.#disturbed()
      if (generation % GENERATIONS !== GENERATIONS - 1 && this.#came.kills < kills) continue
      const wrong = await this.#peace()
      if (wrong.length > 0) return { ...this.#came, wrong }
    }
    return { ...this.#came, wrong: [] }
  }

  /** Every third time everything is as it was two generations ago: A, B, and A again. */
  async #build(generation: number): Promise<void> {
    writeFiles(this.#folder, peopleOf(generation % 3 === 2 ? generation - 2 : generation, this.seed))
    const { result, printed } = await runProjectIn(this.#folder, { env: this.warehouse.env })
    if (result?.status !== 'succeeded') throw new Error(printed || JSON.stringify(result?.error))
  }

  async #disturbed(): Promise<void> {
    if (this.#random() < this.pauses) return this.#paused()
    const dice = this.#random()
    if (dice < 0.5) await this.#start({ killAt: 1 + Math.floor(this.#random() * this.#statements) })
    else if (dice < 0.58) await this.#start({ twin: true })
    else if (dice < 0.66) await Promise.all([this.#start({}), this.#start({})])
    else await this.#start({})
  }

  /** While it pauses, the project is built anew with other people, each time others. */
  async #paused(): Promise<void> {
    this.#came.pauses += 1
    writeFiles(this.#folder, peopleOf(1000 + this.#came.pauses, this.seed))
    await this.#start({ pause: true })
  }

  async #start(what: What): Promise<void> {
    const { code, signal, out, err } = await this.#process(what)
    if (signal === 'SIGKILL') this.#came.kills += 1
    else if (code !== 0 && code !== 3)
      throw new Error(`${JSON.stringify(what)}: ${code} ${signal}\n${out}${err}`)
    else if (!what.pause && out !== '') this.#note(JSON.parse(out))
  }

  #note({ statements }: { readonly statements: number }): void {
    this.#statements = Math.max(this.#statements, statements)
  }

  /** Nothing is disturbed, rejected rows are due: now everything must be there, and then nothing is left to do. */
  async #peace(): Promise<readonly string[]> {
    this.receiver.fate = () => ({})
    const { code, out, err } = await this.#process({ peace: true })
    if (out === '') throw new Error(`a sync in peace ends with ${code}: ${err}`)
    const { results } = JSON.parse(out) as { results: SyncResult[] }
    const failed = results.filter(({ status }) => status !== 'succeeded')
    const again = results.slice(results.length / 2).filter(({ planned }) => planned > 0)
    return [
      ...failed.map(({ sync, status, message }) => `${sync} ${status} in peace: ${message}`),
      ...again.map(({ sync, planned }) => `${sync} has ${planned} rows left to send`),
      ...(await differences(this.#folder, this.warehouse, this.receiver)),
      ...(await miscounts(this.#folder, this.warehouse)),
    ]
  }

  async #process(
    what: What,
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }> {
    this.#came.starts += 1
    const child = spawn(process.execPath, [PROCESS, this.built, this.#folder, JSON.stringify(what)], {
      env: { ...process.env, ...this.warehouse.env },
    })
    this.#victim = child
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    return new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, out, err }))
    })
  }

  #kill(): void {
    this.#victim?.kill('SIGKILL')
  }

  #stop(): void {
    const child = this.#victim
    if (!child?.kill('SIGSTOP')) return
    this.#came.pauses += 1
    setTimeout(() => child.kill('SIGCONT'), PAUSE)
  }
}
