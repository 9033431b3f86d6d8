import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spawned as cdp, folder, type Running, start, write } from '../cli/command-line.js'
import { query } from '../project-run.js'
import { seeded } from '../seeded.js'
import { answer, type Fate, Receiver, reset, type SentBatch, silence } from './receiver.js'

/**
 * Runs of the built command line sync to a server on loopback that fails in every way that servers do, and die by SIGKILL:
 * before a batch is taken, after it was taken and before that is said, after it is said, and at any moment. Between runs
 * people come, go, change and change back, become one and become two. Whenever the destination is asked in peace, it has
 * exactly what the warehouse has.
 */
const KILLS = Number(process.env.KILLS ?? 12)
const SEED = Number(process.env.SEED ?? 11)
/** Rounds between two looks at the destination in peace. */
const ROUNDS = 4

/** The webhook, with small batches and little patience. */
const CONNECTOR = readFileSync(new URL('../../connectors/webhook.yml', import.meta.url), 'utf8')
  .replace('name: webhook', 'name: chaos')
  .replaceAll('max_rows: 100', 'max_rows: 9')
  .replace('timeout: 30s', 'timeout: 1s')
  .replace(
    /^retry: .*$/m,
    'retry: { max_attempts: 4, backoff: { base: 1s, factor: 1, max: 1s }, max_elapsed: 20s }',
  )
  .replace(/^examples:[\s\S]*$/m, '')

const GUARDS =
  'guards: { max_added: 100%, max_changed: 100%, max_removed: 100%, max_rejected: 100%, empty_source: allow }'

function projectFor(url: string): Record<string, string> {
  return {
    'profiles.yml': `name: chaos
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2, syncs: live }
`,
    'connectors/chaos.yml': CONNECTOR,
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: card }, { name: email, normalize: email }]
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: updated_at
    identifiers: { email: email, card: card }
    attributes: { name: name, city: city }
destinations:
  - { name: customers, connector: chaos, config: { url: ${url}/customers }, allow_http: true, allow_private: true }
  - { name: contacts, connector: chaos, config: { url: ${url}/contacts }, allow_http: true, allow_private: true }
syncs:
  - name: customers
    from: { profiles: customer }
    to: customers
    mode: mirror
    on_leave: delete
    allow_delete: true
    map: { email: email, city: city, name: name }
    ${GUARDS}
  - name: contacts
    from: { profiles: customer }
    to: contacts
    mode: mirror
    on_leave: delete
    allow_delete: true
    key: email
    map: { city: city, customer: customer_id }
    ${GUARDS}
`,
  }
}

/** The people of a generation. Cards hold rows together and let them go again; addresses wander. */
function dataOf(generation: number): Record<string, string> {
  const steady = seeded(1)
  const random = seeded(1000 + generation)
  const pick = (n: number): number => Math.floor(random() * n)
  const people = Array.from({ length: 90 }, (_, i) => {
    const [card, email, city] = [steady(), steady(), steady()].map((share) => Math.floor(share * 80))
    if (random() < 0.08) return []
    const isNew = random() < 0.15
    const cells = [
      i,
      isNew ? `p${pick(90)}@x.com` : `p${email}@x.com`,
      random() < 0.3 ? '' : `c${random() < 0.1 ? pick(80) : card}`,
      `N${i}`,
      `City ${isNew ? pick(9) : city}`,
      `2026-01-${String(1 + pick(20)).padStart(2, '0')}`,
    ]
    return [cells.join(',')]
  })
  return { 'data/people.csv': `id,email,card,name,city,updated_at\n${people.flat().join('\n')}\n` }
}

/** What a server does on a bad day; `kill` ends the run that is asking. */
function badDay(random: () => number, kill: () => void): (batch: SentBatch) => Fate {
  return ({ rows }) => {
    const dice = random()
    const killed =
      (then: Fate['after']): Fate['after'] =>
      (response, request) => {
        kill()
        then?.(response, request)
      }
    if (dice < 0.06) return { before: killed(reset) ?? reset }
    if (dice < 0.14) return { after: killed(reset) ?? reset }
    if (dice < 0.18) return { after: killed(answer(200, '{}')) ?? reset }
    if (dice < 0.23) return { before: answer(500) }
    if (dice < 0.28) return { after: answer(502, '<html>Bad gateway</html>') }
    if (dice < 0.31) return { before: answer(429, '', { 'retry-after': '0' }) }
    if (dice < 0.34) return { before: reset }
    if (dice < 0.38) return { after: reset }
    if (dice < 0.4) return { after: silence(1500) }
    if (dice < 0.42) return { before: answer(400, 'no') }
    if (dice < 0.5) return { refused: rows.filter(() => random() < 0.3).map(({ key }) => key) }
    return {}
  }
}

/** Starts a run, or two at once, that die at any moment if they do not die of a request. */
async function disturbedSync(
  cwd: string,
  random: () => number,
  run: (running: Running) => void,
): Promise<void> {
  const running = start(['sync'], { cwd })
  run(running)
  const other = random() < 0.2 ? start(['sync'], { cwd }) : undefined
  const timer =
    random() < 0.4 ? setTimeout(() => running.process.kill('SIGKILL'), random() * 1500) : undefined
  const [ended] = await Promise.all([running.ended, other?.ended])
  clearTimeout(timer)
  // Whatever happens, it is told as what it is: no bug, no mistake of the project.
  expect([0, 3, null]).toContain(ended.code)
}

async function expectEqual(cwd: string, receiver: Receiver): Promise<void> {
  const profiles = await query(cwd, 'select customer_id, email, city, name from customer_profiles')
  const wanted = new Map(
    profiles.map(({ customer_id, ...rest }) => [String(customer_id), { customer_id, ...rest }]),
  )
  // A field that has become null is left out of what is sent: the destination keeps what it had.
  const compared = (fields: Readonly<Record<string, unknown>>) => ({
    customer_id: fields.customer_id,
    city: fields.city,
    name: fields.name,
  })
  const found = receiver.store('/customers')
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort())
  for (const [key, fields] of wanted) expect(compared(found.get(key) ?? {}), key).toEqual(compared(fields))
  const emails = await query(
    cwd,
    "select customer_id, value from customer_identifiers where identifier = 'email'",
  )
  const owner = new Map(emails.map(({ customer_id, value }) => [String(value), String(customer_id)]))
  const contacts = receiver.store('/contacts')
  const owners = [...contacts.keys()].map((email) => owner.get(email))
  const withEmail = profiles
    .filter(({ email }) => email !== null)
    .map(({ customer_id }) => String(customer_id))
  expect([...owners].sort()).toEqual(withEmail.sort())
  for (const [email, fields] of contacts) expect(fields.customer, email).toBe(owner.get(email))
}

/** What every run that came to its end says of itself. */
async function expectCountsToAddUp(cwd: string): Promise<void> {
  const wrong = await query(
    cwd,
    `select * from sync_runs
     where status <> 'running' and finished_at is not null
       and (planned <> added + changed + removed + withdrawn + retried or planned <> ok + rejected + deferred)`,
  )
  expect(wrong).toEqual([])
}

test(`after ${KILLS} kills the destination has what the warehouse has`, {
  timeout: 20_000 * KILLS + 60_000,
}, async () => {
  const receiver = await Receiver.listen()
  const cwd = join(folder(), 'shop')
  write(cwd, projectFor(receiver.url))
  const random = seeded(SEED)
  let kills = 0
  let victim: Running | undefined
  const kill = (): void => {
    if (victim?.process.kill('SIGKILL')) kills += 1
  }
  for (let round = 0; kills < KILLS; round += 1) {
    // Every third time everything is as it was two rounds ago.
    write(cwd, dataOf(round % 3 === 2 ? round - 2 : round))
    expect(cdp(['run'], { cwd })).toMatchObject({ code: 0 })
    receiver.fate = badDay(random, kill)
    for (let i = 0; i < 3; i += 1) {
      const before = kills
      await disturbedSync(cwd, random, (running) => {
        victim = running
      })
      if (kills === before && random() < 0.5) break
    }
    if (round % ROUNDS !== ROUNDS - 1 && kills < KILLS) continue
    receiver.fate = () => ({})
    const peace = await start(['sync', 'retry', '--accept'], { cwd }).ended
    expect(peace, peace.err).toMatchObject({ code: 0 })
    await expectEqual(cwd, receiver)
    await expectCountsToAddUp(cwd)
  }
  receiver.batches.length = 0
  expect(await start(['sync'], { cwd }).ended).toMatchObject({ code: 0 })
  expect(receiver.batches).toEqual([])
})
