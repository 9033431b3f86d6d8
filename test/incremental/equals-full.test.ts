import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packed, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { published } from '../run/public-tables.js'
import { COMPANIES } from './company.js'
import { filesOf, histories, type Moment, shown } from './random-history.js'

/**
 * Incremental ≡ full: on two copies of one database the incremental run and `--full-refresh` leave the same public tables,
 * whatever came before and whatever has changed. RUNS says how many histories each project goes through.
 */
const RUNS = Number(process.env.RUNS ?? 1)

describe.each(Object.entries(COMPANIES))('%s', (name, project) => {
  test('an incremental run leaves what a full one leaves', { timeout: 3_600_000 }, async () => {
    const [one, other] = [writeProject(project), writeProject(project)]
    await fc.assert(
      fc.asyncProperty(histories(name.includes('cursor')), async (moments) => {
        forget(one)
        for (const [i, moment] of moments.entries()) {
          const options = { asOf: shown(moment.day), runId: `run-${i}`, allowEmpty: true }
          await writeMoment(one, moment)
          if (i > 0) {
            forget(other)
            cpSync(join(one, 'target/dev.duckdb'), join(other, 'target/dev.duckdb'))
            await writeMoment(other, moment)
          }
          const run = await runProjectIn(one, options)
          expect(run.printed + JSON.stringify(run.result?.error ?? '')).toBe('""')
          if (i === 0) continue
          const why = run.result?.nodes.flatMap((node) => (node.mode === 'full' ? [node.full_because] : []))
          expect(why?.filter((because) => !because?.startsWith('an override expires'))).toEqual([])
          const full = await runProjectIn(other, { ...options, fullRefresh: true })
          expect(full.result?.status).toBe('succeeded')
          expect(await tables(one)).toEqual(await tables(other))
        }
      }),
      { numRuns: RUNS, ...(process.env.SHRINK ? {} : { endOnFailure: true }) },
    )
  })
})

/** Some sources are files in which no line can be malformed: a run that finds nothing changed in them goes no further. */
const PACKED = ['contacts', 'panel']

async function writeMoment(folder: string, moment: Moment): Promise<void> {
  writeFiles(folder, filesOf(moment))
  await packed(folder, PACKED)
}

function forget(folder: string): void {
  for (const file of ['dev.duckdb', 'dev.duckdb.wal'])
    if (existsSync(join(folder, 'target', file))) rmSync(join(folder, 'target', file))
}

async function tables(folder: string) {
  return (await published(folder)).tables
}
