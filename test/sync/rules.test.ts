import { describe, expect, test } from 'vitest'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { cdp } from '../cli/command-line.js'
import { load, query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { answer, Receiver, type SentBatch } from './receiver.js'
import { LIVE, quickConnector, syncOne } from './syncing.js'

/** The rules that the language of syncs is made for: a test of each, by its name. */

/** Customers with a card and an address, what they decided about mail, and one sync of them. */
function project(
  url: string,
  sync: string,
  connector: readonly (readonly [string | RegExp, string])[] = [],
  profiles = LIVE,
): string {
  return writeProject({
    'profiles.yml': profiles,
    'connectors/quick.yml': quickConnector('quick', connector),
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
  - { name: decisions, file: decisions.csv, key: id, identifiers: { email: email }, properties: { purpose: purpose, granted: { type: boolean }, decided_at: { type: timestamp } } }
purposes:
  - { name: news, applies_to: email }
consents:
  - { from: decisions, of: email, purpose: purpose, granted: granted, at: decided_at }
segments:
  - { name: ely, where: { attribute: city, eq: Ely } }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, to: hook, ${sync} }
`,
  })
}

interface Files {
  readonly people: readonly string[]
  readonly decisions?: readonly string[]
}

async function runWith(folder: string, { people, decisions = [] }: Files): Promise<void> {
  writeFiles(folder, {
    'people.csv': `id,card,email,city,at\n${people.join('\n')}\n`,
    'decisions.csv': `id,email,purpose,granted,decided_at\n${decisions.join('\n')}\n`,
  })
  const run = await runProjectIn(folder, { allowEmpty: true })
  if (run.result?.status !== 'succeeded') throw new Error(run.printed || JSON.stringify(run.result?.error))
}

/** What a person reads who compiles a project with this sync. */
function compiled(sync: string, connector: readonly (readonly [string | RegExp, string])[] = []): string {
  const { diagnostics, files } = load(project('https://hooks.example.com', sync, connector))
  return renderDiagnostics(diagnostics, files)
}

const MARKETING = [['title: Webhook', 'title: Webhook\ncategory: marketing']] as const
const PROFILES = 'from: { profiles: customer }, key: email, map: { city: city }'
const DELETING = 'mode: mirror, on_leave: delete, allow_delete: true'

const ANN = '1,c1,ann@x.com,Ely,2026-01-01'
const BO = '2,c2,bo@x.com,York,2026-01-01'

describe('consent is checked for the very value that is sent', () => {
  test('that of an older address of the same customer does not count', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, `${PROFILES}, purpose: news, on_withdraw: suppress`)
    await runWith(folder, {
      people: [ANN, '2,c1,ann@new.com,Ely,2026-02-01', BO],
      decisions: ['1,ann@x.com,news,true,2026-01-02', '2,bo@x.com,news,true,2026-01-02'],
    })
    expect(await query(folder, "select email from customer_profiles where city = 'Ely'")).toEqual([
      { email: 'ann@new.com' },
    ])
    expect(await syncOne(folder)).toMatchObject({ suppressed: 1, ok: 1 })
    expect([...receiver.store('/').keys()]).toEqual(['bo@x.com'])
  })

  test('a sync that does not send the value does not compile', () => {
    const sync = 'from: { profiles: customer }, map: [city], purpose: news, on_withdraw: suppress'
    expect(compiled(sync)).toContain('news asks about email, which is not sent')
  })
})

describe('a marketing connector', () => {
  test('without a purpose does not compile', () => {
    expect(compiled(PROFILES, MARKETING)).toContain('is for marketing: the key "purpose" is missing')
  })

  test('with purpose: none says so on purpose', () => {
    expect(compiled(`${PROFILES}, purpose: none`, MARKETING)).toBe('')
  })
})

describe('withdrawal is an operation', () => {
  test('that must be written where there is a purpose', () => {
    expect(compiled(`${PROFILES}, purpose: news`)).toContain('the key "on_withdraw" is missing')
  })

  test('not a silent leaving: what on_leave says is not done', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, `${PROFILES}, ${DELETING}, purpose: news, on_withdraw: unsubscribe`)
    const granted = '1,ann@x.com,news,true,2026-01-02'
    await runWith(folder, { people: [ANN], decisions: [granted] })
    await syncOne(folder)
    await runWith(folder, { people: [ANN], decisions: [granted, '2,ann@x.com,news,false,2026-01-03'] })
    expect(await syncOne(folder)).toMatchObject({ withdrawn: 1, removed: 0, ok: 1 })
    expect(receiver.batches.map(({ operation }) => operation)).toEqual(['upsert', 'unsubscribe'])
  })

  test('of whoever was sent, also of those who left, at once or before', async () => {
    const granted = '1,ann@x.com,news,true,2026-01-02'
    const files = { people: [ANN.replace('Ely', 'Deal'), BO.replace('York', 'Ely')], decisions: [granted] }
    const withdrew = { ...files, decisions: [granted, '2,ann@x.com,news,false,2026-01-03'] }
    const whose = 'from: { segment: ely }, purpose: news, on_withdraw: unsubscribe'
    for (const [sync, key, meanwhile] of [
      [`${whose}, key: email, map: { city: city }, mode: upsert`, 'email', undefined],
      [`${whose}, key: email, map: { city: city }, mode: upsert`, 'email', files],
      [`${whose}, key: card, map: [email], mode: upsert`, 'card', files],
      [
        `${whose}, key: email, mode: mirror, map: [city], on_leave: { update: { city: '-' } }`,
        'email',
        undefined,
      ],
    ] as const) {
      const receiver = await Receiver.listen()
      const folder = project(receiver.url, sync)
      await runWith(folder, { people: [ANN], decisions: [granted] })
      expect(await syncOne(folder)).toMatchObject({ added: 1 })
      receiver.batches.length = 0
      if (meanwhile) {
        await runWith(folder, meanwhile)
        expect(await syncOne(folder)).toMatchObject({ planned: 0 })
      }
      await runWith(folder, withdrew)
      expect(await syncOne(folder)).toMatchObject({ withdrawn: 1, removed: 0, ok: 1 })
      expect(receiver.batches).toMatchObject([
        { operation: 'unsubscribe', rows: [{ key: key === 'email' ? 'ann@x.com' : 'c1' }] },
      ])
      expect(await syncOne(folder)).toMatchObject({ planned: 0 })
    }
  })

  test('of who left and is not deleted, since the record is not of this sync', async () => {
    const receiver = await Receiver.listen()
    receiver.fate = ({ rows }) => ({
      after: (response) => {
        const results = rows.map(({ key }) => ({ key, is_new: key === 'bo@x.com' }))
        answer(200, JSON.stringify({ results }))(response)
      },
    })
    const sync =
      'from: { segment: ely }, purpose: news, key: email, mode: mirror, map: [city], on_leave: delete, on_withdraw: unsubscribe, guards: { empty_source: allow }'
    const folder = project(receiver.url, sync, [
      ['if_none: ok', 'successes: { path: results, key: key, created: is_new }'],
    ])
    const granted = ['1,ann@x.com,news,true,2026-01-02', '2,bo@x.com,news,true,2026-01-02']
    await runWith(folder, { people: [ANN, BO.replace('York', 'Ely')], decisions: granted })
    await syncOne(folder)
    receiver.batches.length = 0
    const withdrawn = ['3,ann@x.com,news,false,2026-01-03', '4,bo@x.com,news,false,2026-01-03']
    await runWith(folder, { people: [ANN.replace('Ely', 'Deal'), BO], decisions: [...granted, ...withdrawn] })
    expect(await syncOne(folder)).toMatchObject({ removed: 1, withdrawn: 1, ok: 2 })
    const done = receiver.batches.flatMap(({ operation, rows }) => rows.map(({ key }) => [operation, key]))
    expect(done).toEqual([
      ['delete', 'bo@x.com'],
      ['unsubscribe', 'ann@x.com'],
    ])
  })

  test('after which nothing is sent of those who left, where nothing is to be done', async () => {
    const receiver = await Receiver.listen()
    const sync =
      "from: { segment: ely }, purpose: news, key: email, mode: mirror, map: [city], on_leave: { update: { city: '-' } }, on_withdraw: suppress"
    const folder = project(receiver.url, sync)
    const granted = ['1,ann@x.com,news,true,2026-01-02', '2,bo@x.com,news,true,2026-01-02']
    await runWith(folder, { people: [ANN, BO.replace('York', 'Ely')], decisions: granted })
    await syncOne(folder)
    receiver.batches.length = 0
    await runWith(folder, {
      people: [ANN.replace('Ely', 'Deal'), BO, '3,c3,cy@x.com,Ely,2026-01-01'],
      decisions: [...granted, '3,ann@x.com,news,false,2026-01-03'],
    })
    expect(await syncOne(folder)).toMatchObject({ removed: 1, withdrawn: 0, suppressed: 1, ok: 1 })
    expect(receiver.batches).toMatchObject([{ operation: 'upsert', rows: [{ key: 'bo@x.com' }] }])
  })
})

describe('nothing is destroyed by accident', () => {
  test('of records it must be written what becomes of those that left', () => {
    expect(compiled(`${PROFILES}, mode: mirror`)).toContain('the key "on_leave" is missing')
  })

  test('who left a list is removed from it, without a word', () => {
    const lists = [['kind: record', 'kind: membership']] as const
    expect(compiled(`${PROFILES}, mode: mirror`, lists)).toBe('')
  })

  test('deleting does not compile where the destination does not say what it created', () => {
    expect(compiled(`${PROFILES}, mode: mirror, on_leave: delete`)).toContain(
      'does not say which records it created, so this could delete others',
    )
    expect(compiled(`${PROFILES}, mode: delete`)).toContain(
      'this deletes records that the sync did not create',
    )
    expect(compiled(`${PROFILES}, ${DELETING}`)).toBe('')
  })

  test('deleting touches only what this sync created; allow_delete touches all', async () => {
    for (const [allowed, left] of [
      ['', ['bo@x.com']],
      [', allow_delete: true', []],
    ] as const) {
      const receiver = await Receiver.listen()
      // Bo was there before, and the destination says so.
      receiver.fate = ({ rows }) => ({
        after: (response) => {
          const results = rows.map(({ key }) => ({ key, is_new: key !== 'bo@x.com' }))
          answer(200, JSON.stringify({ results }))(response)
        },
      })
      const folder = project(
        receiver.url,
        `${PROFILES}, mode: mirror, on_leave: delete, guards: { empty_source: allow }${allowed}`,
        [['if_none: ok', 'successes: { path: results, key: key, created: is_new }']],
      )
      await runWith(folder, { people: [ANN, BO] })
      expect(await syncOne(folder)).toMatchObject({ added: 2, ok: 2 })
      await runWith(folder, { people: [] })
      expect(await syncOne(folder)).toMatchObject({ removed: 2 - left.length })
      expect([allowed, [...receiver.store('/').keys()]]).toEqual([allowed, left])
    }
  })

  test('nobody is opted in unless that is allowed', () => {
    const opening = [
      [/^ {2}upsert:\n {4}kind: record\n/gm, '  upsert:\n    kind: record\n    opts_in: true\n'],
    ] as const
    expect(compiled(PROFILES, opening)).toContain('allow_opt_in: true')
    expect(compiled(`${PROFILES}, allow_opt_in: true`, opening)).toBe('')
  })
})

describe('a development run reaches nobody', () => {
  const DEVELOPMENT = LIVE.replace(', syncs: live', '')

  test('a target without syncs: live sends nothing, by sync and by build', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, PROFILES, [], DEVELOPMENT)
    await runWith(folder, { people: [ANN] })
    expect(await cdp(['sync'], { cwd: folder })).toMatchObject({ code: 2 })
    expect(await cdp(['build', '--allow-empty'], { cwd: folder })).toMatchObject({ code: 0 })
    expect(await cdp(['sync', '--dry-run'], { cwd: folder })).toMatchObject({ code: 0 })
    expect(receiver.batches).toEqual([])
  })

  test('nor does one on a copy of the warehouse: its ledger is of another target', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, PROFILES)
    await runWith(folder, { people: [ANN] })
    await syncOne(folder)
    await runWith(folder, { people: [ANN, BO] })
    const stopped = await syncOne(folder, 'stopped', { target: 'the copy' })
    expect(stopped.message).toContain('was made for another target')
    expect(receiver.batches).toHaveLength(1)
  })
})

describe('one key, one person, over time', () => {
  test('a new address is a new key of the same row; the ledger knows whose it is', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, `${PROFILES}, ${DELETING}`)
    await runWith(folder, { people: [ANN] })
    await syncOne(folder)
    const [ann] = await query(folder, 'select customer_id from customer_profiles')
    await runWith(folder, { people: ['1,c1,ann@new.com,Ely,2026-02-01'] })
    expect(await syncOne(folder)).toMatchObject({ changed: 1, added: 0, removed: 0 })
    expect([...receiver.store('/').keys()]).toEqual(['ann@new.com'])
    expect(await query(folder, 'select row_key, customer_id from ledger_people')).toEqual([
      { row_key: 'ann@new.com', customer_id: ann?.customer_id },
    ])
  })

  test('two customers who become one are one row, by a merge where the destination can', async () => {
    const receiver = await Receiver.listen()
    const folder = project(receiver.url, `from: { profiles: customer }, map: [city], ${DELETING}`)
    await runWith(folder, { people: [ANN, BO] })
    await syncOne(folder)
    await runWith(folder, { people: [ANN, '2,c1,bo@x.com,York,2026-01-01'] })
    const sent: SentBatch[] = receiver.batches.splice(0)
    expect(await syncOne(folder)).toMatchObject({ removed: 1 })
    expect(sent).toHaveLength(1)
    expect(receiver.batches.map(({ operation }) => operation)).toContain('merge')
    const ids = await query(folder, 'select customer_id from customer_profiles')
    expect([...receiver.store('/').keys()]).toEqual(ids.map(({ customer_id }) => customer_id))
  })
})
