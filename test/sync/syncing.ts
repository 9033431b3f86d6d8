import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openTarget } from '../../src/cli/load-project.js'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { overheard } from '../../src/engines/overheard-connection.js'
import type { SyncNode } from '../../src/graph/graph.js'
import { type DryRun, dryRun } from '../../src/sync/dry-run.js'
import type { SyncResult } from '../../src/sync/result.js'
import { runSyncs } from '../../src/sync/run-syncs.js'
import { targetFingerprint } from '../../src/sync/sync-job.js'
import { type OpenedSyncs, openSyncs, type SyncProjectOptions } from '../../src/sync/sync-project.js'
import { load, type RunFolderOptions, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** Syncs of whole projects, run as `cdp sync` runs them, in this process. */

export interface SyncingOptions
  extends Partial<
    Pick<SyncProjectOptions, 'accept' | 'limit' | 'mend' | 'env' | 'now' | 'timing' | 'lease' | 'target'>
  > {
  readonly only?: readonly string[]
  /** Is told every statement. */
  readonly onStatement?: (sql: string) => void
  /** The target of profiles.yml that the syncs run from, and the variables that it reads; the default one unless given. */
  readonly from?: Pick<RunFolderOptions, 'target' | 'env'>
}

export interface Synced {
  readonly results: readonly SyncResult[]
  /** What a person reads where nothing was run. */
  readonly printed: string
}

/** When runs of projects end in tests: syncs follow at once. */
const NOW = Date.UTC(2026, 10, 1)

export const LIVE = `name: tiny
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2, syncs: live }
`

export async function syncIn(folder: string, options: SyncingOptions = {}): Promise<Synced> {
  const opened = await withSyncsOf(folder, options, async (syncs) => runSyncs(syncs))
  return { results: opened.value, printed: opened.printed }
}

/** The only sync, which must end as it is said. */
export async function syncOne(
  folder: string,
  status: SyncResult['status'] = 'succeeded',
  options: SyncingOptions = {},
): Promise<SyncResult> {
  const { results, printed } = await syncIn(folder, options)
  const [result] = results
  if (!result || result.status !== status) throw new Error(`${printed}${JSON.stringify(result)}`)
  return result
}

export async function dryRunIn(folder: string, options: SyncingOptions = {}): Promise<readonly DryRun[]> {
  const { value } = await withSyncsOf(folder, options, async ({ jobs }) => {
    const runs: DryRun[] = []
    for (const job of jobs) runs.push(await dryRun(job))
    return runs
  })
  return value
}

async function withSyncsOf<T>(
  folder: string,
  { only, from, onStatement, ...options }: SyncingOptions,
  work: (syncs: OpenedSyncs) => Promise<T>,
): Promise<{ readonly value: T; readonly printed: string }> {
  const loaded = load(folder, from)
  const opened = await openTarget(loaded)
  const connection = onStatement ? overheard(opened, onStatement) : opened
  const { graph, engine, positions, targets } = loaded
  targets.use(graph.project.settings.target, connection)
  const nodes = graph.nodes
    .filter((node): node is SyncNode => node.kind === 'sync')
    .filter(({ name }) => only?.includes(name) ?? true)
  try {
    const syncs = await openSyncs(graph, nodes, connection, engine.dialect, {
      positions,
      cdpVersion: '0.0.0',
      connectors: loaded.connectors,
      env: {},
      target: targetFingerprint([folder]),
      now: () => NOW,
      random: () => randomBytes(10),
      ...options,
    })
    try {
      const printed = renderDiagnostics([...loaded.diagnostics, ...syncs.diagnostics], loaded.files)
      return { value: await work(syncs), printed }
    } finally {
      await syncs.close()
      await targets.close()
    }
  } finally {
    await connection.close()
  }
}

/** The webhook with small batches, little patience and whatever else is replaced in its file. */
export function quickConnector(
  name: string,
  replaced: readonly (readonly [string | RegExp, string])[] = [],
): string {
  const text = readFileSync(new URL('../../connectors/webhook.yml', import.meta.url), 'utf8')
    .replace('name: webhook', `name: ${name}`)
    .replace('timeout: 30s', 'timeout: 1s')
    .replace(
      /^retry: .*$/m,
      'retry: { max_attempts: 3, backoff: { base: 1s, factor: 1, max: 1s }, max_elapsed: 10s }',
    )
    .replace(/^examples:[\s\S]*$/m, '')
  return replaced.reduce((all, [from, to]) => all.replaceAll(from, to), text)
}

/** A project whose only model is a table of people, `id, email, city, age`, and one sync of it. */
export function peopleProject(
  url: string,
  sync: string,
  files: Readonly<Record<string, string>> = {},
): string {
  return writeProject({
    'profiles.yml': LIVE,
    'models/people.sql': 'select id, email, city, cast(age as bigint) as age from {{source "people_csv"}}\n',
    'connectors/quick.yml': quickConnector('quick', [['max_rows: 100', 'max_rows: 3']]),
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { model: people }, to: hook, key: id, ${sync} }
`,
    ...files,
  })
}

/** Rows of the people: cells without commas. Builds the project. */
export async function runWith(folder: string, people: readonly string[]): Promise<void> {
  writeFiles(folder, { 'people.csv': `id,email,city,age\n${people.join('\n')}\n` })
  const run = await runProjectIn(folder, { allowEmpty: true })
  if (run.result?.status !== 'succeeded') throw new Error(run.printed || JSON.stringify(run.result?.error))
}
