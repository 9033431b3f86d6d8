import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cdp } from '../cli/command-line.js'
import { writeProject } from '../project-run.js'
import { Receiver } from './receiver.js'
import { LIVE, quickConnector, runWith, syncIn } from './syncing.js'

/** A sync of a model with columns of several types, one of what is made of them, and one to a file. */
function project(url: string): string {
  return writeProject({
    'profiles.yml': LIVE,
    'connectors/quick.yml': quickConnector('quick'),
    'models/people.sql':
      'select id, email, city, cast(age as bigint) as age, cast(null as date) as born from {{source "people_csv"}}\n',
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
sources:
  - { name: people_csv, file: people.csv, key: id, identifiers: { email: email }, attributes: [city] }
models:
  - { name: people, materialized: table }
segments:
  - { name: ely, where: { attribute: city, eq: Ely } }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
  - { name: drop, connector: file, config: { path: out/ely.csv } }
syncs:
  - { name: people, from: { model: people }, to: hook, key: id, mode: mirror, on_leave: delete, allow_delete: true, map: { age: age, born: born, city: city } }
  - { name: customers, from: { profiles: customer }, to: hook, mode: upsert, map: { hello: "Dear {{city}}", count: record_count, seen: last_seen_at } }
  - { name: ely, from: { segment: ely }, to: drop, mode: mirror, map: [email, city] }
`,
  })
}

const compiled = (folder: string, sync: string) =>
  readFileSync(join(folder, `target/compiled/sync.${sync}.sql`), 'utf8')

/** The text of a statement with the parameters of the run in the place of their values. */
const withParameters = (sql: string, runId: string) =>
  sql
    .replaceAll(`'${runId}'`, '$run_id')
    .replace(/between \d+ and \d+/g, 'between $first and $last')
    .replace(/limit \d+$/, 'limit $limit')
    .replace(/timestamp '2026-11-01 00:00:00(\.0+)?'/g, '$now')

test('what compile prints is what a sync executes', async () => {
  const receiver = await Receiver.listen()
  const folder = project(receiver.url)
  await runWith(folder, ['1,a@x.com,Ely,30', '2,b@x.com,York,'])
  expect(await cdp(['compile'], { cwd: folder })).toMatchObject({
    code: 0,
    err: expect.stringContaining(' and 3 syncs in target/compiled/'),
  })
  for (const sync of ['people', 'customers', 'ely']) {
    const text = compiled(folder, sync)
    const executed: string[] = []
    const { results } = await syncIn(folder, { only: [sync], onStatement: (sql) => executed.push(sql) })
    expect(results).toMatchObject([{ status: 'succeeded' }])
    // What the destination said is data: it has no text of its own.
    const own = executed.filter((sql) => sql.includes(`_${sync}`) && !/\nvalues\b|^-- rows into /.test(sql))
    expect(own.length).toBeGreaterThan(15)
    const missing = own
      .map((sql) => withParameters(sql, results[0]?.run_id ?? ''))
      .filter((sql) => !text.includes(sql))
    expect(missing).toEqual([])
  }
})

test('a sync writes what it executes, as compile does; before the first run the columns of a model are not known', async () => {
  const receiver = await Receiver.listen()
  const folder = project(receiver.url)
  await cdp(['compile'], { cwd: folder })
  expect(compiled(folder, 'people')).toBe(
    '-- sync.people: The columns of what it reads are known after a run: cdp run.\n-- After: model.people\n',
  )
  const declared = compiled(folder, 'customers')
  await runWith(folder, ['1,a@x.com,Ely,30'])
  await cdp(['compile'], { cwd: folder })
  const [people, customers] = ['people', 'customers'].map((sync) => compiled(folder, sync))
  expect(await cdp(['sync', '--dry-run'], { cwd: folder })).toMatchObject({ code: 0 })
  expect([compiled(folder, 'people'), compiled(folder, 'customers')]).toEqual([people, customers])
  expect(declared).toBe(customers)
})
