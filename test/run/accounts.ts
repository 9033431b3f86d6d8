import { expect } from 'vitest'
import type { Row } from '../../src/engines/connection.js'
import { type FinishedRun, query, type RunFolderOptions, runProjectIn, writeProject } from '../project-run.js'

/** Accounts of customers, for tests of what becomes of rows. */

export const ENTITY = `
entities:
  - name: customer
    identifiers:
      - name: shop_id
      - { name: email, normalize: email, pii: direct }
    attributes:
      - { name: age, type: integer, min: 0, max: 120 }
      - { name: birth_date, type: date, pii: sensitive }
`

export const ACCOUNTS = `${ENTITY}
sources:
  - name: accounts
    file: accounts.csv
    key: id
    updated_at: updated_at
    max_rejected: 100%
    identifiers: { shop_id: id, email: email }
    attributes: [name]
`

/** A run that must be whole, in a folder of its own or in one that was run before. */
export async function succeeded(folder: string, options: RunFolderOptions = {}): Promise<FinishedRun> {
  const run = await runProjectIn(folder, { asOf: '2026-06-30', ...options })
  expect(run.printed).toBe('')
  expect(run.result?.error).toBeUndefined()
  return run
}

export async function ran(
  yaml: string,
  files: Readonly<Record<string, string>>,
): Promise<{ folder: string; run: FinishedRun }> {
  const folder = writeProject({ 'models/all.yml': yaml, ...files })
  return { folder, run: await succeeded(folder) }
}

/** The figures that the summary shows of a source's rows. */
export function figures(run: FinishedRun, source = 'accounts'): Row {
  return run.result?.measures[`source.${source}`]?.rows?.[0] ?? {}
}

export const rejected = (folder: string) =>
  query(folder, 'select record_key, reason, column_name, value from rejected_records order by all')
