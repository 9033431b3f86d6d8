import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FinishedRun, query, runProjectIn, writeProject } from '../project-run.js'
import { people } from './people-project.js'

/** What becomes of a run while somebody writes the files that it reads. */

const HEADER = 'id,email,zip\n'
const ROWS = '1,ann@x.com,0123\n2,bob@x.com,0124\n'

function project(): string {
  return writeProject({
    'models/people.yml': people('file: people.csv\nattributes: { zip: zip }'),
    'people.csv': HEADER + ROWS,
  })
}

/** A run during which, once its sources are described, something is done to the file. */
function runWhile(folder: string, work: (file: string) => void): Promise<FinishedRun> {
  const file = join(folder, 'people.csv')
  return runProjectIn(folder, { listener: ({ kind }) => void (kind === 'run started' && work(file)) })
}

describe('a file that is replaced while the run reads it', () => {
  const swapped = 'id,zip,email\n1,0123,ann@x.com\n2,0124,bob@x.com\n3,0125,cid@x.com\n'

  it.each<readonly [string, (file: string) => void]>([
    [
      'by another',
      (file) => {
        writeFileSync(`${file}.new`, HEADER + ROWS)
        renameSync(`${file}.new`, file)
      },
    ],
    ['in its place, with other columns', (file) => writeFileSync(file, swapped)],
    ['by less', (file) => writeFileSync(file, HEADER)],
  ])('%s: nothing is published', async (_, replace) => {
    const folder = project()
    await runProjectIn(folder, { runId: 'before' })
    const run = await runWhile(folder, replace)
    expect(run.result?.status).toBe('failed')
    expect(run.printed).toBe(
      'error CDP6004: people.csv was replaced while the run read it. Nothing was published.\n  hint: Run again, once whoever writes the file is done.\n',
    )
    expect(await query(folder, 'select email, zip from customer_profiles order by zip')).toEqual([
      { email: 'ann@x.com', zip: '0123' },
      { email: 'bob@x.com', zip: '0124' },
    ])
  })

  it('in its place, by more rows, of which only the first are as they were: nothing is published', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `${i},p${i}@example.com,${i}\n`)
    const folder = project()
    writeFileSync(join(folder, 'people.csv'), HEADER + rows.join(''))
    const run = await runWhile(folder, (file) =>
      writeFileSync(file, HEADER + rows.toSpliced(300, 0, 'new,new@example.com,1\n').join('')),
    )
    expect(run.result?.status).toBe('failed')
    expect(run.printed).toContain('people.csv was replaced while the run read it')
  })

  it('by more of the same: that is read', async () => {
    const folder = project()
    const run = await runWhile(folder, (file) => appendFileSync(file, '3,cid@x.com,0125\n'))
    expect(run.result?.status).toBe('succeeded')
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '3' }])
  })
})
