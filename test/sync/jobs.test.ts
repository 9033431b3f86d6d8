import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { start } from '../cli/command-line.js'
import { query, writeProject } from '../project-run.js'
import { LIVE, runWith, syncOne } from './syncing.js'
import { JOBS, say, Vendor } from './vendor.js'

/** People who are sent as jobs, three at a time. */
function project(url: string): string {
  return writeProject({
    'profiles.yml': LIVE,
    'connectors/jobs.yml': JOBS,
    'models/people.sql': 'select id, email, city, age from {{source "people_csv"}}\n',
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: vendor, connector: jobs, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { model: people }, to: vendor, key: id, map: { city: city }, guards: { max_age: 9999 days } }
`,
  })
}

const people = (city: string) => ['1', '2', '3'].map((id) => `${id},,${city},`)

describe('what a destination works on later', () => {
  test('is asked for until it is done, and known row by row', async () => {
    const vendor = await Vendor.listen()
    const folder = project(vendor.url)
    await runWith(folder, people('Ely'))
    vendor.onPoll = () => {
      const [job] = vendor.jobs.values()
      if (job && vendor.polls === 2) Object.assign(job, { done: true, refused: ['2'] })
      return false
    }
    expect(await syncOne(folder)).toMatchObject({ planned: 3, ok: 2, rejected: 1, deferred: 0 })
    expect(vendor.jobs.size).toBe(1)
    expect(vendor.polls).toBe(2)
    expect(await query(folder, "select row_key, code from sync_rows where outcome = 'rejected'")).toEqual([
      { row_key: '2', code: 'refused' },
    ])
  })

  test('by a run that was killed is asked for by the next, and not given again', async () => {
    const vendor = await Vendor.listen()
    const folder = project(vendor.url)
    await runWith(folder, people('Ely'))
    const killed = start(['sync'], { cwd: join(folder) })
    vendor.onPoll = () => killed.process.kill('SIGKILL')
    await killed.ended
    vendor.onPoll = () => false
    const [job] = vendor.jobs.values()
    Object.assign(job ?? {}, { done: true })
    await runWith(folder, people('York'))
    vendor.onJob = (id) => {
      Object.assign(vendor.jobs.get(id) ?? {}, { done: true })
      return false
    }
    const target = await query(folder, 'select target from cdp_syncs')
    const result = await syncOne(folder, 'succeeded', { target: String(target[0]?.target) })
    // What was done is known by its hash: the city is another one now.
    expect(result).toMatchObject({ planned: 3, changed: 3, added: 0, retried: 0, ok: 3 })
    expect([...vendor.jobs.values()].map(({ rows }) => rows.map(({ fields }) => fields.city))).toEqual([
      ['Ely', 'Ely', 'Ely'],
      ['York', 'York', 'York'],
    ])
  })

  test('for longer than the run has patience is held, whatever the source says, until it is done', async () => {
    const vendor = await Vendor.listen()
    const folder = project(vendor.url)
    await runWith(folder, people('Ely'))
    expect(await syncOne(folder)).toMatchObject({ planned: 3, ok: 0, deferred: 3 })
    await runWith(folder, people('York'))
    expect(await syncOne(folder)).toMatchObject({ planned: 0, held: 3 })
    expect(vendor.jobs.size).toBe(1)
    for (const job of vendor.jobs.values()) job.done = true
    vendor.onJob = (id) => {
      Object.assign(vendor.jobs.get(id) ?? {}, { done: true })
      return false
    }
    expect(await syncOne(folder)).toMatchObject({ planned: 3, changed: 3, held: 0, ok: 3 })
  })

  test('and does not know any more is given again', async () => {
    const vendor = await Vendor.listen()
    const folder = project(vendor.url)
    await runWith(folder, people('Ely'))
    await syncOne(folder)
    vendor.onPoll = (response) => {
      const isNew = vendor.jobs.size > 1
      if (isNew) for (const job of vendor.jobs.values()) job.done = true
      else say(response, 404, { error: 'no such job' })
      return !isNew
    }
    expect(await syncOne(folder)).toMatchObject({ planned: 3, retried: 3, ok: 3 })
    expect(vendor.jobs.size).toBe(2)
  })
})
