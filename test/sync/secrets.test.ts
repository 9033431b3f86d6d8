import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cdp, start } from '../cli/command-line.js'
import { query, writeProject } from '../project-run.js'
import { answer, type Fate, Receiver, type SentBatch, silence } from './receiver.js'
import { LIVE, quickConnector, runWith } from './syncing.js'
import { Told } from './told.js'

/** What must be seen nowhere. The last one is what the token server gives. */
const SECRETS = {
  HOOK_TOKEN: 'planted-token-1a',
  HOOK_HEADER: 'planted-header-2b with "quotes" & more',
  NOTIFY_KEY: 'planted-notify-3c',
  CLIENT_SECRET: 'planted-client-4d',
}
const ACCESS_TOKEN = 'planted-access-5e'

/** Every spelling in which a secret may travel; of a plain one several are the same. */
const spellings = [
  ...new Set(
    [...Object.values(SECRETS), ACCESS_TOKEN].flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ]),
  ),
]

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

/** Where a secret stands: in what was said, in a file of the project (its database, logs, artefacts), in a table. */
async function leaks(folder: string, said: readonly string[]): Promise<string[]> {
  const tables = [
    'cdp_syncs',
    'cdp_sync_runs',
    'cdp_sync_batches',
    'cdp_sync_rows',
    'ledger_token',
    'ledger_oauth',
  ]
  const texts: (readonly [string, string])[] = said.map((text, i) => [`output ${i}`, text])
  for (const table of tables)
    texts.push([table, JSON.stringify(await query(folder, `select * from ${table}`).catch(String))])
  for (const path of filesBelow(folder)) texts.push([path.slice(folder.length), readFileSync(path, 'latin1')])
  return texts.flatMap(([place, text]) =>
    spellings.filter((secret) => text.includes(secret)).map((secret) => `${place} holds ${secret}`),
  )
}

async function tokenServer(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ access_token: ACCESS_TOKEN, expires_in: 3600 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function project(receiver: Receiver): Promise<string> {
  const tokens = await tokenServer()
  const told = await Told.listen()
  const oauth = quickConnector('oauth', [
    [/^auth:\n(?: {2}.*\n)+/gm, OAUTH],
    ['name: webhook', 'name: oauth'],
    [
      '  token: { type: secret',
      '  client_secret: { type: secret, required: true, description: Secret }\n  token_url: { type: url, required: true, description: Where }\n  token: { type: secret',
    ],
  ])
  const open = 'allow_http: true, allow_private: true'
  const folder = writeProject({
    'profiles.yml': `${LIVE}notify: { webhook: "${told.url}/{{ env 'NOTIFY_KEY' }}", ${open} }\n`,
    'connectors/quick.yml': quickConnector('quick'),
    'connectors/oauth.yml': oauth,
    'models/people.sql': 'select id, email, city, age from {{source "people_csv"}}\n',
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: token, connector: quick, config: { url: "${receiver.url}/token", token: "{{ env 'HOOK_TOKEN' }}" }, ${open} }
  - { name: header, connector: quick, config: { url: "${receiver.url}/header", header_name: x-key, header_value: "{{ env 'HOOK_HEADER' }}" }, ${open} }
  - { name: oauth, connector: oauth, config: { url: "${receiver.url}/oauth", token_url: "${tokens}", client_secret: "{{ env 'CLIENT_SECRET' }}" }, ${open} }
syncs:
  - { name: token, from: { model: people }, to: token, key: id, map: { city: city } }
  - { name: header, from: { model: people }, to: header, key: id, map: { city: city } }
  - { name: oauth, from: { model: people }, to: oauth, key: id, map: { city: city } }
`,
  })
  await runWith(folder, ['1,,Ely,', '2,,York,'])
  return folder
}

const OAUTH = `auth:
  type: oauth2
  grant: client_credentials
  token_url: "{{config.token_url}}"
  client_id: me
  client_secret: "{{config.client_secret}}"
`

/** Everything that came with the request, as servers that mean well say it in their errors. */
const echo =
  (status: number) =>
  ({ headers }: SentBatch): Fate => ({
    before: answer(status, `no: ${JSON.stringify(headers)} ${Object.values(headers).join(' ')}`),
  })

describe('secrets stand nowhere', () => {
  const fates: readonly (readonly [string, (batch: SentBatch) => Fate])[] = [
    ['after success', () => ({})],
    ['when every row is refused with an answer that repeats them', echo(400)],
    ['when the credentials are refused', echo(401)],
    ['when the server fails', echo(500)],
    ['when it does not answer', () => ({ after: silence(5_000) })],
  ]
  test.each(fates)('%s', async (_, fate) => {
    const receiver = await Receiver.listen()
    const folder = await project(receiver)
    receiver.fate = fate
    const options = { cwd: folder, env: SECRETS }
    const said: string[] = []
    for (const args of [
      ['sync', '--dry-run'],
      ['sync', '--accept'],
      ['sync', '--output', 'json', '--accept'],
      ['sync', 'log'],
      ['sync', 'status'],
    ]) {
      const { out, err } = await cdp(args, options)
      said.push(out, err)
    }
    const headers = receiver.batches.map((batch) => JSON.stringify(batch.headers)).join('\n')
    expect(headers).toContain(SECRETS.HOOK_TOKEN)
    expect(headers).toContain('planted-header-2b')
    expect(headers).toContain(ACCESS_TOKEN)
    expect(await leaks(folder, said)).toEqual([])
  })

  test('after a crash', async () => {
    const receiver = await Receiver.listen()
    const folder = await project(receiver)
    const running = start(['sync', '--accept'], { cwd: folder, env: SECRETS })
    receiver.fate = () => ({ before: () => void running.process.kill('SIGKILL') })
    const { out, err } = await running.ended
    expect(receiver.batches).not.toEqual([])
    expect(await leaks(folder, [out, err])).toEqual([])
    // What is there is found.
    expect(await leaks(folder, [`Bearer ${SECRETS.HOOK_TOKEN}`])).toEqual(['output 0 holds planted-token-1a'])
  })
})
