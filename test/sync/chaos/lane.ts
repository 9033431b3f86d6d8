import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SyncResult } from '../../../src/sync/result.js'
import { runProjectIn, writeFiles, writeProject } from '../../project-run.js'
import { seeded } from '../../seeded.js'
import type { Receiver } from '../receiver.js'
import { badDay } from './bad-day.js'
import { bundleSyncParts } from './bundle-sync-parts.js'
import { differences, miscounts } from './differences.js'
import { DUCKDB, peopleOf, projectFor, type Warehouse } from './people.js'

const PROCESS = fileURLToPath(new URL('sync-process.mjs', import.meta.url))
/** Disturbed runs of a generation of people. */
const RUNS = 5
/** How often the destination is looked at in peace, where it could be. */
const LOOKS = 0.5
/** Milliseconds beyond the lease. */
const PAUSE = 300

/** What came of a lane. */
export interface Came {
  readonly kills: number
  /** Processes that were stopped, or runs that were, for longer than their lease. */
  readonly pauses: number
  /** How often people changed for a single run that nobody waited for, and changed back. */
  readonly reversions: number
  readonly starts: number
  readonly looks: number
  /** What was wrong with the destination or the counts, when it was first looked at in vain. */
  readonly wrong: readonly string[]
}

interface What {
  readonly killAt?: number
  readonly pause?: boolean
  readonly twin?: boolean
  readonly peace?: boolean
}

/** Where a lane takes place, and where it ends, if nothing is wrong before. */
export interface Course {
  readonly kills?: number
  readonly generations?: number
  /** A DuckDB of its own unless given. */
  readonly warehouse?: Warehouse
}

/**
 * A project, a destination of its own, and syncs of a built package that die, pause and start twice, until so many have
 * died, so many generations of people have passed, or something is wrong.
 */
export async function lane(built: string, receiver: Receiver, seed: number, course: Course): Promise<Came> {
  await bundleSyncParts(built)
  return new Lane(built, receiver, course.warehouse ?? DUCKDB, seed).run(course)
}

class Lane {
  readonly #folder: string
  readonly #random: () => number
  readonly #came = { kills: 0, pauses: 0, reversions: 0, starts: 0, looks: 0 }
  /** What was wrong when it was looked at. */
  #wrong: readonly string[] = []
  /** Statements of the longest run so far. */
  #statements = 100
  #victim: ChildProcess | undefined

  constructor(
    private readonly built: string,
    private readonly receiver: Receiver,
    private readonly warehouse: Warehouse,
    private readonly seed: number,
  ) {
    this.#folder = writeProject(projectFor(warehouse, receiver.url))
    this.#random = seeded(seed)
  }

  async run({
    kills = Number.POSITIVE_INFINITY,
    generations = Number.POSITIVE_INFINITY,
  }: Course): Promise<Came> {
    const isOver = (): boolean => this.#wrong.length > 0 || this.#came.kills >= kills
    for (let generation = 0; generation < generations && !isOver(); generation += 1) {
      const people = this.#people(generation)
      await this.#build(people)
      for (let i = 0; i < RUNS && this.#wrong.length === 0; i += 1) await this.#disturbed(people)
      await this.#maybeLook()
    }
    if (this.#wrong.length === 0) await this.#look()
    return { ...this.#came, wrong: this.#wrong }
  }

  /** Every third time everything is as it was two generations ago: A, B, and A again. */
  #people(generation: number): number {
    return generation % 3 === 2 ? generation - 2 : generation
  }

  async #build(people: number): Promise<void> {
    writeFiles(this.#folder, peopleOf(people, this.seed))
    const { result, printed } = await runProjectIn(this.#folder, { env: this.warehouse.env })
    if (result?.status !== 'succeeded') throw new Error(printed || JSON.stringify(result?.error))
  }

  async #disturbed(people: number): Promise<void> {
    const dice = this.#random()
    this.#weather({ kills: true })
    if (dice < 0.15) await this.#paused()
    else if (dice < 0.3) await this.#reverted(people)
    else if (dice < 0.65) await this.#start({ killAt: 1 + Math.floor(this.#random() * this.#statements) })
    else if (dice < 0.7) await this.#start({ twin: true })
    else if (dice < 0.75) await Promise.all([this.#start({}), this.#start({})])
    else await this.#start({})
  }

  #weather({ kills }: { readonly kills: boolean }): void {
    const [kill, stop] = kills ? [() => this.#kill(), () => this.#stop()] : [() => {}, () => {}]
    this.receiver.fate = badDay(this.#random, { kill, stop })
  }

  /**
   * While it pauses, the project is built anew with other people, each time others, and another run sends them; no run is
   * killed before the paused one has gone on.
   */
  async #paused(): Promise<void> {
    this.#came.pauses += 1
    writeFiles(this.#folder, peopleOf(1000 + this.#came.pauses, this.seed))
    this.#weather({ kills: false })
    await this.#start({ pause: true })
    await this.#maybeLook()
  }

  /** A, B for one run that may die, and A again. */
  async #reverted(people: number): Promise<void> {
    this.#came.reversions += 1
    await this.#build(2000 + this.#came.reversions)
    await this.#start({})
    await this.#build(people)
    await this.#maybeLook()
  }

  async #maybeLook(): Promise<void> {
    if (this.#wrong.length === 0 && this.#random() < LOOKS) await this.#look()
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
  async #look(): Promise<void> {
    this.#came.looks += 1
    this.receiver.fate = () => ({})
    const { code, out, err } = await this.#process({ peace: true })
    if (out === '') throw new Error(`a sync in peace ends with ${code}: ${err}`)
    const { results } = JSON.parse(out) as { results: SyncResult[] }
    const failed = results.filter(({ status }) => status !== 'succeeded')
    const again = results.slice(results.length / 2).filter(({ planned }) => planned > 0)
    this.#wrong = [
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
      env: { ...process.env, ...this.warehouse.env, LEASE_MS: String(this.warehouse.leaseMs) },
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
    setTimeout(() => child.kill('SIGCONT'), this.warehouse.leaseMs + PAUSE)
  }
}
