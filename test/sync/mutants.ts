import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A change of the built code that takes a protection out: what stands in a file of `dist/`, and what comes in its place. */
export interface Mutation {
  readonly file: string
  readonly from: string
  readonly to: string
}

/**
 * A copy of the built package with one protection taken out, so that a test can show that it is needed. It stands below
 * `node_modules/`, where the libraries are found.
 */
export function mutant(name: string, mutations: readonly Mutation[]): string {
  const folder = join(ROOT, 'node_modules/.cdp-mutants', `${name}-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const part of ['dist', 'connectors', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const { file, from, to } of mutations) {
    const path = join(folder, 'dist', file)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`)
    writeFileSync(path, text.replaceAll(from, to))
  }
  return folder
}

/** Nothing is marked before it is sent. Rows that are new are still noted, as rows of which nothing is known. */
export const NO_INTENT: readonly Mutation[] = [
  { file: 'compile/syncs/intent.js', from: `= \${syncRunId}`, to: '= null' },
  { file: 'compile/syncs/intent.js', from: 'return syncRunId', to: 'return sql`null`' },
]

/** What a run before was going to send is not planned again. */
export const NO_REPLAN: readonly Mutation[] = [
  {
    file: 'compile/syncs/ledger-conditions.js',
    from: `(\${isDirty} or (\${differs}`,
    to: `(false or (\${differs}`,
  },
  { file: 'compile/syncs/ledger-conditions.js', from: `is not null or \${isDirty})`, to: 'is not null)' },
]

/** Requests are begun without a look at the lease. */
export const NO_LEASE_CHECK: readonly Mutation[] = [
  { file: 'sync/deliver.js', from: 'await lease.outlives(timeoutMs);', to: '' },
]

/** The built package as it is. */
export const BUILT = ROOT
