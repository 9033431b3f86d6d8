import { readdirSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Column, Destination, OutgoingRow } from '../../src/connectors/connector.js'
import type { Config } from '../../src/connectors/description.js'
import { fileConnector } from '../../src/connectors/file/file-connector.js'
import { temporaryFolder } from '../temporary-folder.js'

/** A real server of S3 on this machine, which knows one pair of credentials. */
const KEYS = { access_key_id: 'S3RVER', secret_access_key: 'S3RVER' }
let store: S3rver
let port = 0
const proxies: Server[] = []

beforeEach(async () => {
  store = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: temporaryFolder(),
    configureBuckets: [{ name: 'drop' }],
  })
  port = (await store.run()).port
})

afterEach(async () => {
  for (const proxy of proxies.splice(0)) proxy.close()
  await store.close()
})

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'string', isKey: true },
  { name: 'name', type: 'string', isKey: false },
]

async function* pages(count: number, name: string): AsyncGenerator<readonly OutgoingRow[]> {
  for (let from = 0; from < count; from += 10_000)
    yield Array.from({ length: Math.min(10_000, count - from) }, (_, index) => ({
      seq: index + 1,
      key: `c_${from + index}`,
      keyFields: { id: `c_${from + index}` },
      fields: { name },
    }))
}

function open(path: string, more: Config = {}, through = port): Promise<Destination> {
  return fileConnector('/nowhere').open({
    name: 'drop',
    config: { path, endpoint: `http://127.0.0.1:${through}`, path_style: true, ...KEYS, ...more },
    allowHttp: true,
    allowPrivate: true,
    now: Date.now,
    random: Math.random,
  })
}

async function write(destination: Destination, count: number, name: string, signal?: AbortSignal) {
  try {
    return await destination.write?.(pages(count, name), COLUMNS, signal ?? AbortSignal.timeout(60_000))
  } finally {
    await destination.close()
  }
}

function client(): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  })
}

async function text(key: string): Promise<string> {
  const { Body } = await client().send(new GetObjectCommand({ Bucket: 'drop', Key: key }))
  return (await Body?.transformToString()) ?? ''
}

async function keys(): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await client().send(new ListObjectsV2Command({ Bucket: 'drop' }))
  return Contents.map(({ Key }) => Key)
}

test('a file is put into the store, and replaced as a whole', async () => {
  expect(await write(await open('s3://drop/out/vips.csv'), 2, 'Zoë, "Z"')).toEqual({
    kind: 'written',
    rows: 2,
  })
  expect(await text('out/vips.csv')).toBe('id,name\nc_0,"Zoë, ""Z"""\nc_1,"Zoë, ""Z"""\n')
  await write(await open('s3://drop/out/vips.csv'), 1, 'Ann')
  expect(await text('out/vips.csv')).toBe('id,name\nc_0,Ann\n')
  const destination = await open('s3://drop/out/vips.csv')
  expect(await destination.isThere?.()).toBe(true)
  expect(await (await open('s3://drop/out/other.csv')).isThere?.()).toBe(false)
  expect(await destination.check(AbortSignal.timeout(5000))).toMatchObject({ kind: 'ok' })
})

test('a large file goes in parts, and arrives whole', { timeout: 60_000 }, async () => {
  const name = 'x'.repeat(200)
  expect(await write(await open('s3://drop/large.jsonl'), 100_000, name)).toEqual({
    kind: 'written',
    rows: 100_000,
  })
  const lines = (await text('large.jsonl')).trimEnd().split('\n')
  expect(lines).toHaveLength(100_000)
  expect(lines.at(-1)).toBe(JSON.stringify({ id: 'c_99999', name }))
})

/** In front of the store: lets so many bytes through, then cuts every connection. */
async function proxy(limit: number): Promise<number> {
  let passed = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const one of [client, upstream]) {
      sockets.add(one)
      one.on('error', () => {})
    }
    upstream.pipe(client)
    client.on('data', (chunk) => {
      passed += chunk.length
      if (passed > limit) for (const one of sockets) one.destroy()
      else upstream.write(chunk)
    })
  })
  proxies.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

test('an upload that dies leaves the old file, and nothing half', { timeout: 60_000 }, async () => {
  await write(await open('s3://drop/large.jsonl'), 1, 'old')
  const cut = await proxy(12_000_000)
  const before = uploads()
  expect(await write(await open('s3://drop/large.jsonl', {}, cut), 100_000, 'x'.repeat(200))).toMatchObject({
    kind: 'stop',
    message: expect.stringContaining('s3://drop/large.jsonl cannot be written'),
  })
  expect(await text('large.jsonl')).toBe('{"id":"c_0","name":"old"}\n')
  expect(await keys()).toEqual(['large.jsonl'])
  expect(uploads()).toEqual(before)
})

function uploads(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('cdp-upload-'))
}

test('a run that is stopped leaves the old file', { timeout: 60_000 }, async () => {
  await write(await open('s3://drop/vips.csv'), 1, 'old')
  const stop = new AbortController()
  const destination = await open('s3://drop/vips.csv')
  const writing = write(destination, 300_000, 'x'.repeat(200), stop.signal)
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 300)
  await expect(writing).rejects.toThrow('Ctrl-C')
  expect(await text('vips.csv')).toBe('id,name\nc_0,old\n')
})

test.each([
  [{ path: 's3://nowhere/vips.csv' }, 'NoSuchBucket'],
  [
    { path: 's3://drop/vips.csv', access_key_id: 'nobody', secret_access_key: 'secret-wrong-1' },
    'InvalidAccessKeyId',
  ],
])('%j: the store says no, and it is told', async ({ path, ...keys }, why) => {
  const answer = await write(await open(path, keys), 1, 'a')
  expect(answer).toMatchObject({ kind: 'stop', message: expect.stringContaining(why) })
  expect(JSON.stringify(answer)).not.toContain('secret-wrong-1')
})

test('nothing can be added to a file in a store', async () => {
  const destination = await open('s3://drop/vips.csv')
  const batch = { operation: 'append', rows: [], idempotencyKey: '1' } as const
  expect(await destination.send?.(batch, AbortSignal.timeout(5000))).toMatchObject({ kind: 'stop' })
  await destination.close()
})

test.each([
  [{ allowHttp: false, allowPrivate: true }, 'allow_http: true'],
  [{ allowHttp: true, allowPrivate: false }, 'allow_private: true'],
])('a store on the own network must be allowed: %j', async (allowed, remedy) => {
  const config = {
    path: 's3://drop/vips.csv',
    endpoint: `http://127.0.0.1:${port}`,
    path_style: true,
    ...KEYS,
  }
  const opened = fileConnector('/nowhere').open({
    name: 'drop',
    config,
    now: Date.now,
    random: Math.random,
    ...allowed,
  })
  await expect(opened).rejects.toMatchObject({ remedy: expect.stringContaining(remedy) })
})

test('half of the credentials are none', async () => {
  await expect(
    fileConnector('/nowhere').open({
      name: 'drop',
      config: { path: 's3://drop/vips.csv', access_key_id: 'a' },
      allowHttp: false,
      allowPrivate: false,
      now: Date.now,
      random: Math.random,
    }),
  ).rejects.toThrow('one half of its credentials')
})
