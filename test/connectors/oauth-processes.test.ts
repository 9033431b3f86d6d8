import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TokenStore } from '../../src/connectors/tokens/token-store.js'
import { temporaryFolder } from '../temporary-folder.js'

const SENDER = fileURLToPath(new URL('oauth-sender.mjs', import.meta.url))

/** A vendor that gives another refresh token each time, and takes each only once. */
const vendor = { asked: 0, refresh: 'refresh-0', access: '', hangs: false }
let server: Server
let port = 0
let tokens = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  Object.assign(vendor, { asked: 0, refresh: 'refresh-0', access: '', hangs: false })
  tokens = join(temporaryFolder(), 'tokens')
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (request.url !== '/services/oauth2/token') {
        const isTaken = request.headers.authorization === `Bearer ${vendor.access}`
        const records = [{ id: '003A', success: true, errors: [], created: true }]
        return response.writeHead(isTaken ? 200 : 401).end(JSON.stringify(isTaken ? records : []))
      }
      vendor.asked++
      if (vendor.hangs) return undefined
      if (new URLSearchParams(body).get('refresh_token') !== vendor.refresh)
        return response.writeHead(400).end('{"error":"invalid_grant"}')
      vendor.refresh = `refresh-${vendor.asked}`
      vendor.access = `access-${vendor.asked}`
      const answer = { access_token: vendor.access, refresh_token: vendor.refresh, expires_in: 3600 }
      return setTimeout(() => response.end(JSON.stringify(answer)), 200)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  server.closeAllConnections()
  server.close()
})

function sender(): { readonly child: ChildProcess; readonly answer: Promise<unknown> } {
  if (!existsSync(fileURLToPath(new URL('../../dist/connectors/shipped.js', import.meta.url))))
    throw new Error('dist/ is missing: "npm run build" makes it')
  const child = spawn(process.execPath, [SENDER, String(port), tokens], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  const answer = new Promise((done) =>
    child.on('close', () => done(out === '' ? undefined : JSON.parse(out))),
  )
  return { child, answer }
}

const TAKEN = {
  kind: 'results',
  rows: [{ outcome: 'ok', destinationId: '003A', created: true }],
  status: 200,
}

test('four processes at once ask for one token', { timeout: 60_000 }, async () => {
  const answers = await Promise.all([sender(), sender(), sender(), sender()].map(({ answer }) => answer))
  expect(answers).toEqual([TAKEN, TAKEN, TAKEN, TAKEN])
  expect(vendor.asked).toBe(1)
})

test('the refresh token that came last is there for the next run', { timeout: 60_000 }, async () => {
  expect(await sender().answer).toEqual(TAKEN)
  vendor.access = 'the vendor forgot it'
  const answers = await Promise.all([sender(), sender()].map(({ answer }) => answer))
  expect(answers).toEqual([TAKEN, TAKEN])
  expect(vendor).toMatchObject({ asked: 2, refresh: 'refresh-2' })
})

test('a process that is killed while it asks holds up nobody', { timeout: 60_000 }, async () => {
  vendor.hangs = true
  const { child, answer } = sender()
  while (vendor.asked === 0) await new Promise((later) => setTimeout(later, 20))
  child.kill('SIGKILL')
  await answer
  vendor.hangs = false
  const started = performance.now()
  expect(await sender().answer).toEqual(TAKEN)
  expect(performance.now() - started).toBeLessThan(15_000)
})

test('what is kept says nothing to whoever has the file alone', { timeout: 60_000 }, async () => {
  expect(await sender().answer).toEqual(TAKEN)
  const names = readdirSync(tokens)
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.token$/)])
  const file = join(tokens, names[0] ?? '')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(tokens).mode & 0o777).toBe(0o700)
  const text = readFileSync(file, 'latin1')
  expect(['refresh-', 'access-', 'client-1'].filter((one) => text.includes(one))).toEqual([])
})

test('a store reads what it wrote, and nothing of another account or a damaged file', async () => {
  mkdirSync(tokens)
  const kept = { accessToken: 'a', validUntil: 1, refreshToken: 'r' }
  new TokenStore(tokens, ['https://login.example/', 'refresh-0']).write(kept)
  expect(new TokenStore(tokens, ['https://login.example/', 'refresh-0']).read()).toEqual(kept)
  expect(new TokenStore(tokens, ['https://login.example/', 'refresh-x']).read()).toBeUndefined()
})
