import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cdp, folder, project, write } from './command-line.js'

const ACME = `kind: destination
name: acme
title: Acme
config:
  token: { type: secret, required: true }
auth: { type: bearer, token: "{{config.token}}" }
operations:
  upsert:
    kind: record
    request: { method: POST, url: "https://api.acme.example/people/{{row.$key}}", body: "{{row.$fields}}" }
examples:
  - name: a row is taken
    config: { token: secret-1 }
    key: id
    operation: upsert
    rows: [{ id: c_1, city: Leeds }]
    requests:
      - method: POST
        url: https://api.acme.example/people/c_1
        headers: { authorization: Bearer secret-1 }
        body: { city: Leeds }
        answer: { status: 200 }
    outcome: [ok]
`

test('outside of a project, the connectors that come with cdp are listed', async () => {
  const { code, out, err } = await cdp(['connector', 'list'], { cwd: folder() })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^hubspot +HubSpot CRM +purpose +upsert update create .* cdp$/m)
  expect(out).toMatch(/^table +a table .* built in$/m)
})

test('a connector of the project is listed by its file, and tested without being named', async () => {
  const cwd = project({ 'connectors/acme.yml': ACME })
  const listed = await cdp(['connector', 'list', '--output', 'json'], { cwd })
  expect(JSON.parse(listed.out).connectors).toContainEqual({
    name: 'acme',
    title: 'Acme',
    category: 'other',
    audiences: false,
    operations: ['upsert'],
    from: 'connectors/acme.yml',
  })
  const tested = await cdp(['connector', 'test'], { cwd })
  expect(tested).toMatchObject({ code: 0, err: '' })
  expect(tested.out).toContain('  ok      a row is taken\n')
  expect(tested.out).toMatch(/^Passed: 1 example, /m)
})

test('a destination of a project can name its connector', async () => {
  const models = `destinations: [{ name: crm, connector: acme, config: { token: "{{ env 'ACME_TOKEN' }}" } }]
syncs: [{ name: people, from: { profiles: customer }, to: crm, mode: upsert, map: [email] }]
`
  const files = { 'connectors/acme.yml': ACME, 'models/activation.yml': models }
  const env = { ACME_TOKEN: 'secret-1' }
  expect(await cdp(['validate'], { cwd: project(files), env })).toMatchObject({ code: 0 })
  const renamed = { ...files, 'models/activation.yml': models.replace('connector: acme', 'connector: acmee') }
  const { code, err } = await cdp(['validate'], { cwd: project(renamed), env })
  expect(code).toBe(1)
  expect(err).toContain('did you mean "acme"?')
})

test('an example that does not hold is told by its line, and the exit code is 1', async () => {
  const cwd = folder()
  write(cwd, { 'acme.yml': ACME.replace('body: { city: Leeds }', 'body: { city: York }') })
  const { code, out } = await cdp(['connector', 'test', 'acme.yml'], { cwd })
  expect(code).toBe(1)
  expect(out).toContain('acme.yml:12 request 1: body.city is "Leeds", expected "York"')
  expect(out).toContain('Failed: 1 thing to mend')
})

test('a file with mistakes is not tested, and says where they are', async () => {
  const cwd = folder()
  write(cwd, { 'acme.yml': ACME.replace('title:', 'titel:') })
  const { code, out, err } = await cdp(['connector', 'test', 'acme.yml'], { cwd })
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('acme.yml:3:1 error CDP2001: unknown key "titel"')
})

test.each([
  [['connector', 'test', 'nothing.yml'], 'nothing.yml cannot be read: there is no such file'],
  [['connector', 'test', 'hubspott'], 'Did you mean "hubspot"?'],
  [['connector', 'test'], 'there is no connector to test here'],
  [['connector', 'list', 'hubspot'], 'list takes no names'],
  [['connector', 'tset'], 'did you mean "test"?'],
])('%s is a wrong usage', async (args, message) => {
  const { code, err } = await cdp(args, { cwd: folder() })
  expect(code).toBe(2)
  expect(err.toLowerCase()).toContain(message.toLowerCase())
})

test('a shipped connector is tested by its name, for a program', async () => {
  const { code, out } = await cdp(['connector', 'test', 'slack_webhook', '--output', 'json'], {
    cwd: folder(),
  })
  expect(code).toBe(0)
  const { ok, connectors } = JSON.parse(out)
  expect(ok).toBe(true)
  const file = readFileSync(join(import.meta.dirname, '../../connectors/slack_webhook.yml'), 'utf8')
  expect(connectors[0].test.examples).toHaveLength(file.match(/^ {2}- name:/gm)?.length ?? 0)
})
