import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadProject, openTarget } from '../src/cli/load-project.js'
import type { Terminal } from '../src/cli/terminal.js'
import { VERSION } from '../src/cli/version.js'
import { hasErrors } from '../src/diagnostics/diagnostic.js'
import { renderDiagnostics } from '../src/diagnostics/render-diagnostic.js'
import type { Row } from '../src/engines/connection.js'
import { openDuckDb } from '../src/engines/duckdb/connection.js'
import { selectNodes } from '../src/graph/select.js'
import type { RunListener } from '../src/run/events.js'
import type { Reprocess } from '../src/run/execute-program.js'
import { parseMoment } from '../src/run/moments.js'
import { type ProjectRun, runProject } from '../src/run/run-project.js'
import { temporaryFolder } from './temporary-folder.js'

/** Whole projects: written into a folder of their own, run as `cdp run` does it, and asked what came of it. */

/** The clock of every run stands here. */
const NOW = Date.UTC(2026, 10, 1)

const PROFILES = `name: tiny
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`

/** A run, and what a person reads of its diagnostics; `ProjectRun.result` is absent where nothing was begun. */
export interface FinishedRun extends ProjectRun {
  readonly printed: string
}

export interface RunFolderOptions {
  /** `2026-06-30` or `2026-06-30T12:00:00Z`; the start of 1 November 2026 by default. */
  readonly asOf?: string
  readonly runId?: string
  /** Selectors, as of `--select`. */
  readonly selection?: readonly string[]
  readonly allowEmpty?: boolean
  readonly fullRefresh?: boolean
  readonly allowBackwards?: boolean
  readonly reprocess?: Reprocess
  readonly listener?: RunListener
  /** The target; the default one unless given. */
  readonly target?: string
  /** Environment variables that profiles.yml reads. */
  readonly env?: Readonly<Record<string, string>>
}

/** Writes files by their path into a new folder that goes with the test; `profiles.yml` is there unless given. */
export function writeProject(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'profiles.yml': PROFILES, ...files })
  return folder
}

/** Writes or replaces files of a project, as a user does between two runs. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** Runs the project of a folder. Mistakes come back as diagnostics, a refused run rejects. */
export async function runProjectIn(folder: string, options: RunFolderOptions = {}): Promise<FinishedRun> {
  const loaded = load(folder, options)
  const printed = (all: ProjectRun['diagnostics']) =>
    renderDiagnostics(all, loaded.files).replaceAll(folder, '<project>')
  if (hasErrors(loaded.diagnostics)) {
    const { diagnostics } = loaded
    return { diagnostics, catalog: { sources: {} }, printed: printed(diagnostics) }
  }
  const asOf = options.asOf === undefined ? undefined : parseMoment(options.asOf)
  const connection = await openTarget(loaded)
  try {
    const run = await runProject(loaded.graph, connection, loaded.engine.dialect, {
      positions: loaded.positions,
      projectDir: folder,
      cdpVersion: VERSION,
      now: () => NOW,
      random: nextRandom,
      ...(options.selection && { selection: selectNodes(loaded.graph, [...options.selection]) }),
      ...(asOf !== undefined && { asOf }),
      ...(options.runId !== undefined && { runId: options.runId }),
      ...(options.allowBackwards !== undefined && { allowBackwards: options.allowBackwards }),
      ...(options.reprocess && { reprocess: options.reprocess }),
      ...(options.fullRefresh !== undefined && { fullRefresh: options.fullRefresh }),
      ...(options.listener && { listener: options.listener }),
      ...(options.allowEmpty !== undefined && { allowEmpty: options.allowEmpty }),
    })
    return { ...run, printed: printed(run.diagnostics) }
  } finally {
    await connection.close()
  }
}

/** Makes Parquet files of CSV files in data/, every value a text. */
export async function packed(folder: string, names: readonly string[]): Promise<void> {
  const database = await openDuckDb({ path: ':memory:' })
  try {
    for (const name of names) {
      const file = join(folder, 'data', name)
      await database.execute(
        `copy (select * from read_csv('${file}.csv', header = true, all_varchar = true)) to '${file}.parquet' (format parquet)`,
      )
    }
  } finally {
    await database.close()
  }
}

/**
 * Rows of a query on the project's database. Names without a schema are looked for in the public one, then in the internal;
 * on Trino, which has no path of schemas, in the public one.
 */
export async function query(
  folder: string,
  sql: string,
  from: Pick<RunFolderOptions, 'target' | 'env'> = {},
): Promise<readonly Row[]> {
  const loaded = load(folder, from)
  const { schema, internalSchema } = loaded.graph.project.settings.target
  const connection = await openTarget(loaded)
  try {
    if (loaded.engine.dialect.name === 'trino')
      return await connection.query(sql.replace(/\b(from|join) (?=\w+\b)/g, `$1 "${schema}".`))
    const path =
      loaded.engine.dialect.name === 'duckdb'
        ? `'${schema},${internalSchema},main'`
        : `"${schema}", "${internalSchema}"`
    await connection.execute(`set search_path = ${path}`)
    return await connection.query(sql)
  } finally {
    await connection.close()
  }
}

export function load(folder: string, { target, env = {} }: Pick<RunFolderOptions, 'target' | 'env'> = {}) {
  const terminal = { ...terminalIn(folder), env }
  const loaded = loadProject({ terminal, args: [], options: { projectDir: folder, target } })
  if (!('graph' in loaded)) throw new Error(`no project in ${folder}`)
  return loaded
}

/** Prints nothing and reads nothing. */
export function terminalIn(cwd: string): Terminal {
  return {
    out: () => {},
    err: () => {},
    outIsTerminal: false,
    errIsTerminal: false,
    outColours: false,
    errColours: false,
    width: 100,
    cwd,
    env: {},
    now: () => NOW,
    random: nextRandom,
    onInterrupt: () => () => {},
  }
}

let runs = 0

/** Run ids differ, though the clock stands still. */
function nextRandom(): Uint8Array {
  runs += 1
  return new Uint8Array(10).fill(0).map((_, i) => (runs >> (8 * (9 - i))) & 255)
}
