import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spawned as cdp, folder, start, write } from '../cli/command-line.js'
import { published } from './public-tables.js'

const PROJECT = {
  'profiles.yml': `name: shared
language: 1
timezone: Asia/Kolkata
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`,
  'data/people.csv': 'id,email,seen\n1,ann@x.com,2026-02-01T20:00:00Z\n2,bob@x.com,2026-02-01 23:30\n',
  'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: seen
    identifiers: { email: email }
    attributes: { seen: { column: seen, type: timestamp } }
segments:
  - { name: in_february, where: { attribute: seen, before: 2026-02-02 } }
`,
}

/** A model that keeps an engine busy for minutes. */
const SLOW = 'select sum(a.range * b.range % 7) as n from range(10000000) as a, range(100000) as b\n'

test('the second of two runs at once says who is running, and changes nothing', async () => {
  const cwd = join(folder(), 'shop')
  write(cwd, PROJECT)
  expect(cdp(['run', '--run-id', 'one'], { cwd }).code).toBe(0)
  write(cwd, {
    'models/slow.sql': SLOW,
    'models/slow.yml': 'models: [{ name: slow, materialized: table }]\n',
  })
  const first = start(['run', '--run-id', 'two'], { cwd })
  await first.says(/^run two/)
  const second = cdp(['run', '--run-id', 'three'], { cwd })
  expect(second).toMatchObject({ code: 3, out: '' })
  expect(second.err).toBe(
    `error: the database ${join(cwd, 'target/dev.duckdb')} is in use by process ${first.process.pid} (${process.execPath})\n` +
      `  hint: One process at a time may open a DuckDB file, readers included. Wait until it is done, or stop it (kill ${first.process.pid}), then run again.\n`,
  )
  first.process.kill('SIGINT')
  expect((await first.ended).code).toBe(130)
  expect((await published(cwd)).runs).toEqual(['one'])
})

test('the time zone of the machine changes nothing', async () => {
  const results = []
  for (const TZ of ['UTC', 'Asia/Kolkata', 'America/New_York']) {
    const cwd = join(folder(), 'shop')
    write(cwd, PROJECT)
    const ended = cdp(['run', '--run-id', 'one', '--as-of', '2026-03-01'], { cwd, env: { TZ } })
    expect(ended.code).toBe(0)
    results.push(await published(cwd))
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
  expect(results[0]?.tables.customer_attributes?.map(({ seen }) => seen).sort()).toEqual([
    '2026-02-01 20:00:00',
    '2026-02-01 23:30:00',
  ])
})
