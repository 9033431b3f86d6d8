import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import type { OutgoingRow } from '../../src/connectors/connector.js'
import { addressKind } from '../../src/connectors/http/address.js'
import {
  type Exchange,
  HttpClient,
  type HttpRequest,
  type Resolve,
} from '../../src/connectors/http/client.js'
import type { HostPolicy } from '../../src/connectors/http/host-policy.js'
import { DeliveryError } from '../../src/diagnostics/errors.js'
import { parseConnector } from '../../src/language/build-connector.js'
import { openConnector } from './open.js'

const OPEN: HostPolicy = { allowHttp: true, allowPrivate: false, hosts: undefined }
const LOCAL: HostPolicy = { ...OPEN, allowPrivate: true }

const servers: Server[] = []
const clients: HttpClient[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(work: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(work)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

async function exchange(
  url: string,
  policy: HostPolicy,
  more: {
    readonly resolve?: Resolve
    readonly timeoutMs?: number
    readonly request?: Partial<HttpRequest>
  } = {},
): Promise<Exchange> {
  const { resolve, timeoutMs = 5000, request } = more
  const client = new HttpClient({ policy, timeoutMs, connections: 1, ...(resolve && { resolve }) })
  clients.push(client)
  const whole = { method: 'POST', url: new URL(url), headers: {}, credentials: {}, body: '{}', ...request }
  return client.exchange(whole, AbortSignal.timeout(20_000))
}

/** What the name service says, whatever is asked. */
const saying =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** Addresses that must never be spoken to unless the destination says so, in every spelling that URLs take. */
const PRIVATE = [
  'http://127.0.0.1/',
  'http://127.255.255.254/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://127.1/',
  'http://127.0.0.1./',
  'http://①②⑦.⓪.⓪.①/',
  'http://0.0.0.0/',
  'http://0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://168.63.129.16/metadata',
  'http://100.64.0.1/',
  'http://100.100.100.200/',
  'http://192.0.0.192/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:a01:203]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b::10.0.0.1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'http://[fe80::1]/',
  'http://[febf::1]/',
  'http://[fec0::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[ff02::1]/',
]

describe('places of this machine, its network and its cloud are refused', () => {
  test.each(PRIVATE)('%s', async (url) => {
    expect((await exchange(url, OPEN)).kind).toBe('refused')
  })

  test.each(PRIVATE.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')))(
    'a name that leads to %s',
    async (address) => {
      const answer = await exchange('http://shop.example/', OPEN, {
        resolve: saying('93.184.216.34', address),
      })
      expect(answer.kind).toBe('refused')
    },
  )

  test.each(['localhost', 'localhost.', 'LOCALHOST', 'ip6-localhost.'])('the name %s', async (host) => {
    const resolve = saying('127.0.0.1')
    expect((await exchange(`http://${host}/`, OPEN, { resolve })).kind).toBe('refused')
  })

  test.each(['fe80::1%eth0', '::1%lo', 'nonsense', ''])('an address written %s is not public', (address) => {
    expect(addressKind(address)).not.toBe('public')
  })

  test.each([
    '93.184.216.34',
    '172.32.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '2606:2800:220:1::1',
    '::ffff:8.8.8.8',
  ])('but %s is public', (address) => {
    expect(addressKind(address)).toBe('public')
  })
})

describe('only the places of the connector', () => {
  const policy: HostPolicy = {
    allowHttp: false,
    allowPrivate: false,
    hosts: ['api.acme.example', '*.eu.acme.example'],
  }

  test.each([
    'https://api.acme.example.evil.example/',
    'https://evil.example/?api.acme.example',
    'https://api.acme.example./',
    'https://xapi.acme.example/',
    'https://eu.acme.example/',
    'https://xeu.acme.example/',
    'https://api.acme.example@evil.example/',
    'https://user:password@api.acme.example/',
    'http://api.acme.example/',
    'ftp://api.acme.example/',
    'file:///etc/passwd',
    'https://аpi.acme.example/', // A Cyrillic а.
  ])('%s is refused without being looked up', async (url) => {
    let asked = 0
    const resolve: Resolve = async () => {
      asked++
      return [{ address: '127.0.0.1', family: 4 }]
    }
    expect((await exchange(url, policy, { resolve })).kind).toBe('refused')
    expect(asked).toBe(0)
  })

  test.each(['https://api.acme.example/', 'https://API.acme.example/', 'https://a.b.eu.acme.example/'])(
    '%s is looked up',
    async (url) => {
      const answer = await exchange(url, policy, { resolve: saying('10.0.0.1') })
      expect(answer).toMatchObject({ kind: 'refused', message: expect.stringContaining('10.0.0.1') })
    },
  )
})

test('a name is looked up once, and the connection goes to what was checked', async () => {
  const port = await serve((_, response) => response.end('here'))
  let asked = 0
  const resolve: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.255.255.1', family: 4 }]
  expect(await exchange(`http://rebound.example:${port}/`, LOCAL, { resolve })).toMatchObject({
    kind: 'answer',
    text: 'here',
  })
  expect(asked).toBe(1)
})

describe('redirects', () => {
  test.each(PRIVATE.filter((url) => /^[ -~]+$/.test(url)))('to %s are refused', async (to) => {
    const port = await serve((_, response) => response.writeHead(307, { location: to }).end())
    // The first host is taken for a public one by sending its request to this machine.
    const client = new HttpClient({
      policy: OPEN,
      timeoutMs: 5000,
      connections: 1,
      resolve: saying('93.184.216.34'),
      reroute: (url) => (url.hostname === 'shop.example' ? new URL(`http://127.0.0.1:${port}/`) : url),
    })
    clients.push(client)
    const request = { method: 'POST', url: new URL('http://shop.example/'), headers: {}, credentials: {} }
    expect((await client.exchange(request, AbortSignal.timeout(5000))).kind).toBe('refused')
  })

  test('carry credentials and other headers of the sender to no other host', async () => {
    const seen: IncomingMessage['headers'][] = []
    const there = await serve((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const here = await serve((_, response) =>
      response.writeHead(307, { location: `http://other.example:${there}/` }).end(),
    )
    await exchange(`http://first.example:${here}/`, LOCAL, {
      resolve: saying('127.0.0.1'),
      request: {
        headers: { 'x-account': 'a', cookie: 'b', 'content-type': 'application/json' },
        credentials: { authorization: 'Bearer secret-1', 'x-api-key': 'secret-2' },
      },
    })
    expect(seen).toHaveLength(1)
    expect(Object.keys(seen[0] ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
    ])
  })

  test('keep credentials at the same host', async () => {
    const seen: (string | undefined)[] = []
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization)
      if (request.url === '/') response.writeHead(308, { location: '/next' }).end()
      else response.end()
    })
    await exchange(`http://127.0.0.1:${port}/`, LOCAL, {
      request: { credentials: { authorization: 'Bearer 1' } },
    })
    expect(seen).toEqual(['Bearer 1', 'Bearer 1'])
  })

  test.each([
    [301, 'instead of taking the rows'],
    [302, 'instead of taking the rows'],
    [303, 'instead of taking the rows'],
  ])('%i never turns rows into a request without them', async (status, message) => {
    const port = await serve((_, response) => response.writeHead(status, { location: '/ok' }).end())
    const answer = await exchange(`http://127.0.0.1:${port}/`, LOCAL)
    expect(answer).toMatchObject({ kind: 'refused', message: expect.stringContaining(message) })
  })

  test('in a circle end', async () => {
    let requests = 0
    const port = await serve((_, response) => {
      requests++
      response.writeHead(307, { location: '/again' }).end()
    })
    expect((await exchange(`http://127.0.0.1:${port}/`, LOCAL)).kind).toBe('refused')
    expect(requests).toBe(4)
  })

  test('to a place that is not encrypted are refused where that is not allowed', async () => {
    const port = await serve((_, response) =>
      response.writeHead(307, { location: 'http://shop.example/' }).end(),
    )
    const client = new HttpClient({
      policy: { ...OPEN, allowHttp: false },
      timeoutMs: 5000,
      connections: 1,
      resolve: saying('93.184.216.34'),
      reroute: (url) => (url.protocol === 'https:' ? new URL(`http://127.0.0.1:${port}/`) : url),
    })
    clients.push(client)
    const request = { method: 'GET', url: new URL('https://shop.example/'), headers: {}, credentials: {} }
    expect(await client.exchange(request, AbortSignal.timeout(5000))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('without encryption'),
    })
  })
})

describe('answers are capped', () => {
  const MEGABYTE = Buffer.alloc(1_000_000, 'x')

  test('in size', async () => {
    const port = await serve((_, response) => {
      let left = 200
      const more = () => {
        while (left-- > 0) if (!response.write(MEGABYTE)) return void response.once('drain', more)
        response.end()
      }
      more()
    })
    expect(await exchange(`http://127.0.0.1:${port}/`, LOCAL)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('more than 10 MB'),
    })
  })

  test.each(['gzip', 'gzip, gzip', 'zstd', 'GZIP'])(
    'also where %s makes little of much',
    async (encoding) => {
      const once = gzipSync(Buffer.alloc(100_000_000))
      const port = await serve((_, response) => {
        response.writeHead(200, { 'content-encoding': encoding })
        response.end(encoding.includes(',') ? gzipSync(once) : once)
      })
      const before = process.memoryUsage().rss
      expect((await exchange(`http://127.0.0.1:${port}/`, LOCAL)).kind).toBe('failed')
      expect(process.memoryUsage().rss - before).toBeLessThan(90_000_000)
    },
  )

  test('an answer that is packed and small is read', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"ok":true}'))
    })
    expect(await exchange(`http://127.0.0.1:${port}/`, LOCAL)).toMatchObject({ text: '{"ok":true}' })
  })

  test('in time, however slowly it drips', async () => {
    const port = await serve((_, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    })
    const started = performance.now()
    expect(await exchange(`http://127.0.0.1:${port}/`, LOCAL, { timeoutMs: 300 })).toMatchObject({
      kind: 'failed',
      certain: false,
      message: expect.stringContaining('did not answer in 300 ms'),
    })
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('in their headers', async () => {
    const port = await serve((_, response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end(),
    )
    expect((await exchange(`http://127.0.0.1:${port}/`, LOCAL)).kind).toBe('failed')
  })
})

describe('headers', () => {
  const CONFIG = { url: 'https://hooks.example.com/' }
  const ROW: OutgoingRow = { seq: 1, key: 'c_1', keyFields: { id: 'c_1' }, fields: {} }

  test.each([
    { header_value: 'a\r\nx-injected: 1' },
    { header_value: 'a\nb' },
    { header_value: 'a\u0000b' },
    { header_value: 'Ł' },
    { token: 'a\r\n\r\nGET /' },
    { header_name: 'x-key\r\nx-injected', header_value: 'secret-1' },
    { header_name: 'x key', header_value: 'secret-1' },
    { header_name: 'x-ключ', header_value: 'secret-1' },
    { header_name: 'host', header_value: 'evil.example' },
    { header_name: 'Content-Length', header_value: '0' },
    { header_name: 'transfer-encoding', header_value: 'chunked' },
  ])('of %j are refused when the destination is opened, without showing it', async (config) => {
    const opened = openConnector('webhook', { ...CONFIG, ...config })
    await expect(opened).rejects.toThrow(DeliveryError)
    await expect(opened).rejects.not.toThrow(config.header_value ?? config.token)
  })

  test.each(['a\r\nx-injected: 1', 'ü→'])('of a row are refused with the row: %j', async (text) => {
    const { value } = parseConnector({
      path: 'connectors/traced.yml',
      text: `{ kind: destination, name: traced, title: T, operations: { upsert: { kind: record, request: {
        method: POST, url: "https://api.acme.example/", headers: { x-trace: "{{row.trace}}" } } } } }`,
    })
    if (!value) throw new Error('cannot be read')
    const destination = await openConnector(value, {})
    const row = { ...ROW, fields: { trace: text } }
    const batch = { operation: 'upsert', rows: [row], idempotencyKey: '1' } as const
    expect(await destination.send(batch, AbortSignal.timeout(5000))).toMatchObject({
      kind: 'results',
      rows: [{ outcome: 'rejected', code: 'not_sendable' }],
    })
    await destination.close()
  })
})
