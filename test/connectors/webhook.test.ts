import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Answer, Batch, OutgoingRow } from '../../src/connectors/connector.js'
import { openConnector } from './open.js'

/** What the receiver of a webhook does with a request. */
type Receiver = Parameters<typeof createServer>[1] & {}

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function receiver(work: Receiver): Promise<string> {
  const server = createServer(work)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`
}

function row(seq: number, fields: OutgoingRow['fields'] = {}): OutgoingRow {
  return { seq, key: `c_${seq}`, keyFields: { id: `c_${seq}` }, fields }
}

const BATCH: Batch = { operation: 'upsert', rows: [row(1), row(2)], idempotencyKey: 'k1' }

async function send(
  url: string,
  batch = BATCH,
  more: Parameters<typeof openConnector>[2] = {},
): Promise<Answer> {
  const destination = await openConnector(
    'webhook',
    { url, token: 'secret-1' },
    { allowHttp: true, allowPrivate: true, ...more },
  )
  try {
    return await destination.send(batch, AbortSignal.timeout(5000))
  } finally {
    await destination.close()
  }
}

test('rows arrive with their types, and all are taken', async () => {
  const bodies: string[] = []
  const url = await receiver((request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk)))
    request.on('end', () => response.end(JSON.stringify({ authorization: request.headers.authorization })))
  })
  const big = 9007199254740993n
  const rows = [
    row(1, { n: 1.5, yes: true, none: null, big, tags: ['a', 'b'], text: '"}, {{config.token}} \u2028 ü' }),
  ]
  expect(await send(url, { ...BATCH, rows })).toEqual({
    kind: 'results',
    rows: [{ outcome: 'ok' }],
    status: 200,
  })
  expect(bodies.join('')).toContain('"big":9007199254740993')
  expect(JSON.parse(bodies.join('').replace(String(big), '"big"'))).toEqual({
    operation: 'upsert',
    rows: [
      {
        key: 'c_1',
        fields: {
          id: 'c_1',
          n: 1.5,
          yes: true,
          none: null,
          big: 'big',
          tags: ['a', 'b'],
          text: '"}, {{config.token}} \u2028 ü',
        },
      },
    ],
  })
})

test('nothing listens: it did not arrive, and may be sent again', async () => {
  const url = await receiver(() => {})
  servers[0]?.close()
  expect(await send(url)).toEqual({
    kind: 'retry',
    message: '127.0.0.1: ECONNREFUSED',
    maybeProcessed: false,
  })
})

test('a connection that is reset leaves open whether it arrived', async () => {
  const url = await receiver((request) => {
    request.on('data', () => request.socket.destroy())
  })
  expect(await send(url)).toMatchObject({ kind: 'retry', maybeProcessed: true })
})

test.each([
  [
    500,
    '<html>oops</html>',
    { kind: 'retry', message: expect.stringContaining('HTTP 500 with an HTML page'), maybeProcessed: true },
  ],
  [
    200,
    '<!DOCTYPE html><html>sign in</html>',
    { kind: 'retry', message: expect.stringContaining('HTTP 200 with an HTML page') },
  ],
  [
    200,
    '{"errors":[{"key":"c_1","co',
    { kind: 'retry', message: 'HTTP 200 with JSON that cannot be read', maybeProcessed: true },
  ],
  [
    400,
    '{"error":{"message":"bad token secret-1","code":"E1"}}',
    { kind: 'split', code: 'E1', message: 'bad token ***' },
  ],
  [401, '{"message":"no: secret-1"}', { kind: 'stop', message: 'the credentials are refused: no: ***' }],
  [403, '', { kind: 'stop', message: 'the credentials are refused: HTTP 403' }],
  [413, '', { kind: 'split', code: 'http_413' }],
  [503, '', { kind: 'retry', message: 'HTTP 503', maybeProcessed: true }],
])('HTTP %i %s', async (status, text, expected) => {
  const url = await receiver((_, response) => response.writeHead(status).end(text))
  expect(await send(url)).toMatchObject(expected)
})

test.each([
  ['"all of it"', { kind: 'retry', message: '"errors" of the answer is no list of errors' }],
  ['{"c_1":"bad"}', { kind: 'retry' }],
  ['true', { kind: 'retry' }],
  ['""', { kind: 'results' }],
  ['{}', { kind: 'results' }],
  ['null', { kind: 'results' }],
  ['[]', { kind: 'results' }],
])('errors that are %s', async (errors, expected) => {
  const url = await receiver((_, response) => response.end(`{"errors":${errors}}`))
  expect(await send(url)).toMatchObject(expected)
})

test('Retry-After in all its forms', async () => {
  const now = Date.UTC(2026, 0, 31, 9)
  for (const [header, waitMs] of [
    ['7', 7000],
    ['0.5', 500],
    ['Sat, 31 Jan 2026 09:00:05 GMT', 5000],
    [String(now / 1000 + 9), 9000],
    [String(now + 9), 9],
    ['Sat, 31 Jan 2026 08:00:00 GMT', 0],
    ['soon', undefined],
  ] as const) {
    const url = await receiver((_, response) => response.writeHead(429, { 'retry-after': header }).end())
    const answer = await send(url, BATCH, { now: () => now })
    expect([header, answer]).toEqual([
      header,
      { kind: 'throttle', status: 429, ...(waitMs !== undefined && { waitMs }) },
    ])
  }
})

test('the signal ends a request that is under way', async () => {
  const url = await receiver(() => {})
  const destination = await openConnector('webhook', { url }, { allowHttp: true, allowPrivate: true })
  await expect(destination.send(BATCH, AbortSignal.timeout(50))).rejects.toThrow(/timeout/)
  await destination.close()
})
