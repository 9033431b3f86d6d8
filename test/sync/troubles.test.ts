import { execFileSync, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { query, writeProject } from '../project-run.js'
import { BUILT } from './mutants.js'
import { answer, type Fate, Receiver } from './receiver.js'
import { LIVE, peopleProject, quickConnector, runWith, syncOne } from './syncing.js'

/** What goes wrong outside of cdp, in the middle of a run: nothing is taken for done, and the message says what to do. */

const MAP = 'map: { city: city }'
const people = (count: number) => Array.from({ length: count }, (_, i) => `${i},p${i}@x.com,Ely,`)

describe('an answer that is none', () => {
  const answers: readonly (readonly [string, Fate['after'] & {}, RegExp])[] = [
    [
      'a page of HTML with the status of success',
      answer(200, '<!doctype html><html><body>Sign in</body></html>', { 'content-type': 'text/html' }),
      /HTTP 200 with an HTML page, as a proxy or a wrong address answers/,
    ],
    ['a page of HTML with 502', answer(502, '<html>Bad gateway</html>'), /HTTP 502 with an HTML page/],
    ['half of an answer', answer(200, '{"results": [{"key"'), /HTTP 200 with JSON that cannot be read/],
    [
      'an answer about something else',
      answer(200, '{"hello": "world"}'),
      /the answer has neither results nor errors/,
    ],
  ]
  test.each(answers)('%s is not believed, and the rows are sent again', async (_, said, message) => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MAP, {
      'connectors/quick.yml': quickConnector('quick', [
        ['if_none: ok', 'successes: { path: results, key: key }'],
        ['max_rows: 100', 'max_rows: 3'],
      ]),
    })
    await runWith(folder, people(2))
    receiver.fate = () => ({ after: said })
    const result = await syncOne(folder, 'failed')
    expect(result).toMatchObject({ planned: 2, ok: 0, rejected: 0, deferred: 2 })
    expect(result.message).toMatch(message)
    expect(result.remedy).toBe('The next run sees to them.')
    receiver.fate = ({ rows }) => ({
      after: answer(200, JSON.stringify({ results: rows.map(({ key }) => ({ key })) })),
    })
    expect(await syncOne(folder)).toMatchObject({ retried: 2, ok: 2 })
  })
})

describe('credentials that end in the middle of a run', () => {
  test('a token that is taken back stops it: what was taken is known, nothing is rejected', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MAP, {
      'connectors/quick.yml': quickConnector('quick', [
        ['max_rows: 100', 'max_rows: 3'],
        ['concurrency: 4', 'concurrency: 1'],
      ]),
    })
    await runWith(folder, people(12))
    receiver.fate = () =>
      receiver.batches.length > 2 ? { before: answer(401, '{"error":"token revoked"}') } : {}
    const result = await syncOne(folder, 'failed')
    expect(result).toMatchObject({
      planned: 12,
      ok: 6,
      rejected: 0,
      deferred: 6,
      message: 'the credentials are refused: token revoked',
    })
    expect(result.remedy).toBe('Check the credentials in the config of the destination.')
    receiver.fate = () => ({})
    expect(await syncOne(folder)).toMatchObject({ unchanged: 6, ok: 6 })
  })

  test('a token that expires is asked for anew, and no row is sent twice for that', async () => {
    const given: string[] = []
    const tokens = createServer((_, response) => {
      given.push(`token-${given.length + 1}`)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ access_token: given.at(-1), expires_in: 3600 }))
    })
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void tokens.close())
    const receiver = await Receiver.listen()
    const taken: string[] = []
    receiver.fate = ({ headers, rows }) => {
      // The first token is good for two batches.
      if (headers.authorization === 'Bearer token-1' && taken.length >= 6)
        return { before: answer(401, '{}') }
      taken.push(...rows.map(({ key }) => key))
      return {}
    }
    const folder = writeProject({
      'profiles.yml': LIVE,
      'models/people.sql': 'select id, email, city, age from {{source "people_csv"}}\n',
      'connectors/quick.yml': quickConnector('quick', [
        ['max_rows: 100', 'max_rows: 3'],
        ['concurrency: 4', 'concurrency: 1'],
        [
          /^auth:\n(?: {2}.*\n)+/gm,
          `auth: { type: oauth2, grant: client_credentials, token_url: "{{config.token_url}}", client_id: me, client_secret: "{{config.token}}" }\n`,
        ],
        ['  token: {', '  token_url: { type: url, required: true }\n  token: {'],
      ]),
      'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${receiver.url}, token_url: "http://127.0.0.1:${(tokens.address() as AddressInfo).port}", token: "{{ env 'SECRET' }}" }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { model: people }, to: hook, key: id, ${MAP} }
`,
    })
    await runWith(folder, people(12))
    const options = { env: { SECRET: 'secret-1' } }
    expect(await syncOne(folder, 'succeeded', options)).toMatchObject({ ok: 12, rejected: 0 })
    expect(given).toEqual(['token-1', 'token-2'])
    expect(taken).toHaveLength(12)
    expect(new Set(taken).size).toBe(12)
  })
})

describe('a row that cannot be sent', () => {
  test('because a template yields nothing is refused with the place, and the others go', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MAP, {
      'connectors/quick.yml': quickConnector('quick', [
        ['fields: "{{row.$all}}"', 'fields: { id: "{{row.$key}}", town: "{{row.city}}" }'],
      ]),
    })
    await runWith(folder, ['1,,Ely,', '2,,,', '3,,York,'])
    const result = await syncOne(folder)
    expect(result).toMatchObject({ ok: 2, rejected: 1 })
    expect(result.samples).toEqual([
      {
        row_key: '2',
        outcome: 'rejected',
        code: 'not_sendable',
        message: expect.stringContaining('row.city'),
      },
    ])
    expect([...receiver.store('/').keys()]).toEqual(['1', '3'])
  })

  test('because it is more than the destination takes is found, and the others go', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MAP, {
      'connectors/quick.yml': quickConnector('quick', [['max_bytes: 900000', 'max_bytes: 2000']]),
    })
    const size = 3_000
    await runWith(folder, ['1,,Ely,', `2,,${'x'.repeat(size)},`, '3,,York,', '4,,Deal,'])
    receiver.fate = ({ rows }) =>
      JSON.stringify(rows).length > size ? { before: answer(413, '<h1>Request Entity Too Large</h1>') } : {}
    const result = await syncOne(folder)
    expect(result).toMatchObject({ ok: 3, rejected: 1 })
    expect(result.samples).toMatchObject([
      { row_key: '2', code: 'http_413', message: 'HTTP 413: it is more than the destination takes' },
    ])
    // By its size it goes alone: nothing else is refused with it, or sent twice.
    expect(receiver.batches.flatMap(({ rows }) => rows.map(({ key }) => key)).sort()).toEqual([
      '1',
      '2',
      '3',
      '4',
    ])
  })
})

/** A file system of its own, as the user of a namespace may mount it. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.skipIf(!canMount).each(['csv', 'jsonl', 'parquet'])(
  'a full disk stops a file of %s, and what was there stays',
  async (format) => {
    const file = `out/people.${format}`
    const folder = writeProject({
      'profiles.yml': LIVE,
      'models/people.sql':
        'select id, email, city, age, md5(id) || md5(id || city) as filler from {{source "people_csv"}}\n',
      'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: drop, connector: file, config: { path: ${file} } }
syncs:
  - { name: people, from: { model: people }, to: drop, key: id, mode: mirror, guards: { max_age: 9999 days }, map: [city, filler] }
`,
      'out/keep': '',
    })
    await runWith(folder, people(10))
    await query(
      folder,
      "insert into people select i, '', 'Ely', '', md5(i || 'a') || md5(i || 'b') from range(100, 20000) as t(i)",
    )
    // In the small file system: first what fits, then a run for which there is no room.
    const script = `
    mount -t tmpfs -o size=64k none out && echo old > ${file}
    node ${join(BUILT, 'dist/bin/main.js')} sync
    echo "exit $?"
    ls out
    cat ${file}`
    const said = execFileSync('unshare', ['-rm', 'sh', '-c', `(${script}) 2>&1`], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(said).toContain(`${file} cannot be written: the disk is full`)
    expect(said).toContain('What was there before is still there. See to the disk, and run the sync again.')
    expect(said).toMatch(new RegExp(`exit 3\\npeople\\.${format}\\nold\\n$`))
  },
)

describe('a ledger that somebody changed', () => {
  const changes: readonly (readonly [string, string, RegExp])[] = [
    [
      'rows twice',
      'insert into cdp_internal.ledger_people select * from cdp_internal.ledger_people',
      /^the ledger of people, the table ledger_people, has 3 keys more than once: it was changed by hand$/,
    ],
    [
      'a column less',
      'alter table cdp_internal.ledger_people drop column acked_hash',
      /has no column acked_hash: it was changed by hand$/,
    ],
  ]
  test.each(changes)(
    'with %s stops its sync, which sends nothing and blames no data',
    async (_, change, message) => {
      const receiver = await Receiver.listen()
      const folder = peopleProject(receiver.url, MAP)
      await runWith(folder, people(3))
      await syncOne(folder)
      const sent = receiver.batches.length
      await query(folder, change)
      const result = await syncOne(folder, 'stopped')
      expect(result.message).toMatch(message)
      expect(result.remedy).toContain('cdp sync resync people --reconcile')
      expect(receiver.batches).toHaveLength(sent)
      await query(folder, 'drop table cdp_internal.ledger_people')
      expect(await syncOne(folder, 'succeeded', { mend: 'reconcile' })).toMatchObject({ ok: 3 })
    },
  )
})
