import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Batch } from '../../src/connectors/connector.js'
import { withSignature } from '../../src/connectors/declared/signature.js'
import type { Credentials } from '../../src/connectors/declared/signing.js'
import { type ReceivedRequest, startLoopbackServer } from '../../src/connectors/testing/loopback-server.js'
import { readPage } from '../docs/page.js'
import { openConnector } from './open.js'

type IsSigned = (headers: object, body: string, secret: string, now?: number) => boolean

/** The function that the documentation gives to receivers. */
let isSigned: IsSigned
const folder = mkdtempSync(join(tmpdir(), 'cdp-signature-'))

beforeAll(async () => {
  const [, snippet = ''] = /```js\n([\s\S]*?)```/.exec(readPage('docs/connectors.md')) ?? []
  writeFileSync(join(folder, 'snippet.mjs'), snippet)
  isSigned = ((await import(join(folder, 'snippet.mjs'))) as { isSigned: IsSigned }).isSigned
})

afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

test('the vector of Standard Webhooks', async () => {
  const none: Credentials = { canRefresh: false, refresh: () => {}, sign: async (request) => ({ request }) }
  const signed = await withSignature(none, SECRET, () => 1614265330_000).sign({
    method: 'POST',
    url: new URL('https://hooks.example.com/'),
    headers: { 'idempotency-key': 'msg_p5jXN8AQM9LWM0D4loKWxJek' },
    credentials: {},
    body: '{"test": 2432232314}',
  })
  expect(signed).toMatchObject({
    request: {
      credentials: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
    },
  })
})

async function received(secret: string | undefined, now: () => number): Promise<readonly ReceivedRequest[]> {
  const requests: ReceivedRequest[] = []
  const server = await startLoopbackServer((request) => {
    requests.push(request)
    return { status: 500, text: '' }
  })
  const config = {
    url: `http://127.0.0.1:${server.port}/rows`,
    token: 'secret-1',
    ...(secret && { signing_secret: secret }),
  }
  const destination = await openConnector('webhook', config, { allowHttp: true, allowPrivate: true, now })
  const row = { seq: 1, key: 'c_1', keyFields: { id: 'c_1' }, fields: { name: 'Zoë 정 "x"' } }
  const batch: Batch = { operation: 'upsert', rows: [row], idempotencyKey: 'batch-1' }
  await destination.send(batch, AbortSignal.timeout(5000))
  await destination.send(batch, AbortSignal.timeout(5000))
  await destination.close()
  await server.close()
  return requests
}

test.each([SECRET, 'any text'])('a receiver verifies what the webhook sent with %s', async (secret) => {
  const started = Date.UTC(2026, 0, 31, 9)
  let now = started
  const [first, second] = await received(secret, () => {
    now += 1000
    return now
  })
  if (!first || !second) throw new Error('nothing came')
  expect(first.headers.authorization).toBe('Bearer secret-1')
  expect(isSigned(first.headers, first.body, secret, started)).toBe(true)
  // An attempt more has the id of the first, and a time of its own.
  expect(second.headers['webhook-id']).toBe(first.headers['webhook-id'])
  expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp'])
  expect(isSigned(first.headers, first.body.replace('c_1', 'c_2'), secret, started)).toBe(false)
  expect(isSigned(first.headers, first.body, secret.replace('a', 'b'), started)).toBe(false)
  expect(isSigned(first.headers, first.body, secret, started + 600_000)).toBe(false)
  expect(isSigned({ ...first.headers, 'webhook-timestamp': 'now' }, first.body, secret, started)).toBe(false)
  expect(isSigned({}, first.body, secret, started)).toBe(false)
})

test('without a secret nothing is signed', async () => {
  const [request] = await received(undefined, Date.now)
  expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('webhook'))).toEqual([])
})
