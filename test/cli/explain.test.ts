import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { cdp } from './command-line.js'

const MODELS = `entities:
  - name: customer
    max_profile_share: 100%
    identifiers:
      - { name: shop_id, max_per_profile: 1 }
      - { name: crm_id }
      - { name: email, normalize: email, reject: [noreply@x.com], pii: direct }
      - { name: phone, pii: direct }
      - { name: cookie, shared_above: { email: 2 } }
    match:
      - { name: same_person, on: [last_name, born] }
    attributes:
      - { name: last_name, pii: direct }
      - { name: born, type: date, pii: sensitive }
sources:
  - name: accounts
    file: data/accounts.csv
    key: id
    updated_at: at
    identifiers: { shop_id: id, email: email, phone: phone }
    attributes: { last_name: last, born: born }
  - name: contacts
    file: data/contacts.csv
    key: id
    updated_at: at
    identifiers: { crm_id: id, email: email, phone: phone }
    attributes: { last_name: last, born: born }
  - name: visits
    file: data/visits.csv
    key: id
    event: { value: page_viewed }
    timestamp: at
    identifiers: { cookie: cookie, email: email }
  - name: letters
    file: data/letters.csv
    key: [email, number]
    updated_at: at
    identity: attach
    identifiers: { email: email }
`
const OVERRIDES = `overrides:
  - { link: ["shop_id:3", "email:Dan@x.com"], reason: Called in, by: ann.lee, expires: 2027-01-31 }
  - { unlink: ["shop_id:2", "shop_id:4"], reason: Father and son, by: bo.ray }
  - { block: "phone:5550009", reason: Store phone }
  - { link: ["shop_id:2", "shop_id:5"], reason: For the summer, expires: 2026-09-01 }
`
const ACCOUNTS = `id,email,phone,last,born,at
1,ann@x.com,5550001,Lee,1980-01-01,2025-01-01
2,bob@x.com,5550009,Ray,1970-01-01,2025-01-02
3,noreply@x.com,,Kim,1990-01-01,2025-01-03
4,cat@x.com,5550009,Ray,2001-05-05,2025-01-04
5,,5550005,Fox,1965-02-02,2025-01-05
`
// k5 has Bob's e-mail address and Ann's second phone: it would join two accounts.
const CONTACTS = `id,email,phone,last,born,at
k1,ANN@x.com,5550002,lee,1980-01-01,2025-02-01
k2,,5550002,,,2025-03-01
k3,NoReply@x.com,5550003,,,2025-03-05
k5,bob@x.com,5550002,,,2025-04-01
k6,dan@x.com,,,,2025-04-02
`
const VISITS = `id,cookie,email,at
v1,c1,ann@x.com,2025-05-01
v2,c1,ann@x.com,2025-05-02
v3,kiosk,ann@x.com,2025-05-03
v4,kiosk,bob@x.com,2025-05-04
v5,kiosk,cat@x.com,2025-05-05
`
const LETTERS = `email,number,at
ann@x.com,1,2025-06-01
dan@x.com,1,2025-06-02
`

/** One project that has run, for all tests that only look. */
const folder = mkdtempSync(join(tmpdir(), 'cdp-explain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(async () => {
  writeFiles(folder, {
    'profiles.yml':
      'name: tiny\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }\n',
    'models/customer.yml': MODELS,
    'models/overrides.yml': OVERRIDES,
    'data/accounts.csv': ACCOUNTS,
    'data/contacts.csv': CONTACTS,
    'data/visits.csv': VISITS,
    'data/letters.csv': LETTERS,
  })
  const { result, printed } = await runProjectIn(folder)
  if (result?.status !== 'succeeded') throw new Error(printed)
})

const explain = (...args: string[]) => cdp(['explain', ...args], { cwd: folder })

async function json(...args: string[]) {
  const { code, out, err } = await explain(...args, '--output', 'json', '--reveal')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

/** `email:ann@x.com -contacts/k1- crm_id:k1`, hop by hop. */
const told = (chain: { hops: Hop[] }) =>
  chain.hops.map(
    ({ from, to, source, record_key }) => `${place(from)} -${source}/${record_key}- ${place(to)}`,
  )

interface Point {
  readonly kind: string
  readonly identifier?: string
  readonly value?: string
  readonly source?: string
  readonly record_key?: string
}
interface Hop {
  readonly from: Point
  readonly to: Point
  readonly source: string | null
  readonly record_key: string | null
}
const place = (p: Point) => (p.kind === 'row' ? `${p.source}/${p.record_key}` : `${p.identifier}:${p.value}`)

describe('two that are one', () => {
  test('the strongest chain: each hop with its row, rule, value, times and number of rows', async () => {
    const one = await json('email:ann@x.com', 'phone:5550002')
    expect(one).toMatchObject({
      kind: 'together',
      entity: 'customer',
      from: { asked: { kind: 'identifier', identifier: 'email', value: 'ann@x.com' }, note: null },
      to: { asked: { kind: 'identifier', identifier: 'phone', value: '5550002' }, note: null },
      complete: null,
    })
    expect(one.from.customer_id).toBe(one.customer_id)
    expect(one.chains).toEqual([
      {
        weakest: 1,
        hops: [
          {
            from: { kind: 'identifier', identifier: 'email', value: 'ann@x.com' },
            to: { kind: 'identifier', identifier: 'crm_id', value: 'k1' },
            rule: 'email',
            value: 'ann@x.com',
            source: 'contacts',
            record_key: 'k1',
            first_seen_at: '2025-02-01T00:00:00Z',
            last_seen_at: '2025-02-01T00:00:00Z',
            row_count: 1,
            override: null,
          },
          {
            from: { kind: 'identifier', identifier: 'crm_id', value: 'k1' },
            to: { kind: 'identifier', identifier: 'phone', value: '5550002' },
            rule: 'phone',
            value: '5550002',
            source: 'contacts',
            record_key: 'k1',
            first_seen_at: '2025-02-01T00:00:00Z',
            last_seen_at: '2025-02-01T00:00:00Z',
            row_count: 1,
            override: null,
          },
        ],
      },
    ])
  })

  test('a value is read as a run reads it; the other way round is the same chain', async () => {
    const there = await json('email: Mailto:ANN@x.com', 'crm_id:k2')
    const back = await json('crm_id:k2', 'email:ann@x.com')
    expect(told(there.chains[0])).toEqual([
      'email:ann@x.com -contacts/k1- crm_id:k1',
      'crm_id:k1 -contacts/k1- phone:5550002',
      'phone:5550002 -contacts/k2- crm_id:k2',
    ])
    expect(back.chains[0].hops.map((hop: Hop) => place(hop.to))).toEqual([
      'phone:5550002',
      'crm_id:k1',
      'email:ann@x.com',
    ])
  })

  test('of rows: they stand at the ends of the chain', async () => {
    const one = await json('accounts/1', 'contacts/k2')
    expect(told(one.chains[0])).toEqual([
      'accounts/1 -accounts/1- email:ann@x.com',
      'email:ann@x.com -contacts/k1- crm_id:k1',
      'crm_id:k1 -contacts/k1- phone:5550002',
      'phone:5550002 -contacts/k2- contacts/k2',
    ])
    expect(one.chains[0].weakest).toBe(2)
    const attached = await json('letters/ann@x.com/1', 'visits/v2')
    expect(told(attached.chains[0])).toEqual([
      'letters/["ann@x.com","1"] -letters/["ann@x.com","1"]- email:ann@x.com',
      'email:ann@x.com -visits/v2- visits/v2',
    ])
  })

  test('--all: chains without a link in common, the strongest first', async () => {
    const one = await json('shop_id:1', 'crm_id:k1', '--all')
    expect(one.complete).toBe(true)
    expect(one.chains.map(told)).toEqual([
      ['shop_id:1 -accounts/1- email:ann@x.com', 'email:ann@x.com -contacts/k1- crm_id:k1'],
      [
        'shop_id:1 -accounts/1- same_person:["lee","1980-01-01"]',
        'same_person:["lee","1980-01-01"] -contacts/k1- crm_id:k1',
      ],
    ])
    expect(one.chains[1].hops[0]).toMatchObject({ to: { kind: 'match' }, rule: 'same_person' })
  })

  test('a link that a person made is told with reason, author and place, and needs no row', async () => {
    const one = await json('shop_id:3', 'crm_id:k6')
    expect(one.chains[0].weakest).toBe(1)
    expect(one.chains[0].hops[0]).toMatchObject({
      from: { identifier: 'shop_id', value: '3' },
      to: { identifier: 'email', value: 'dan@x.com' },
      source: null,
      record_key: null,
      row_count: 0,
      first_seen_at: null,
      override: {
        kind: 'link',
        reason: 'Called in',
        by: 'ann.lee',
        expires: '2027-01-31',
        place: 'models/overrides.yml:2',
        holds: true,
      },
    })
  })

  test('the same on both sides has nothing between; a customer is its strongest identifier', async () => {
    expect((await json('email:ann@x.com', 'email:ANN@x.com')).chains).toEqual([{ hops: [], weakest: null }])
    expect((await json('visits/v1', 'visits/v1')).chains).toEqual([{ hops: [], weakest: null }])
    const { customer_id: id } = await json('email:ann@x.com', 'crm_id:k1')
    const one = await json(id, 'email:ann@x.com')
    expect(one.from.asked).toEqual({ kind: 'customer', id })
    expect(told(one.chains[0])).toEqual(['shop_id:1 -accounts/1- email:ann@x.com'])
  })
})

describe('two that are apart', () => {
  test('what was refused between them, with the row that would link them, and what it would break', async () => {
    const one = await json('shop_id:1', 'shop_id:2')
    expect(one).toMatchObject({ kind: 'apart', refused_count: 1, partitions: null, rejected: [] })
    expect(one.refused).toEqual([
      {
        from: { kind: 'identifier', identifier: 'phone', value: '5550002' },
        to: { kind: 'identifier', identifier: 'crm_id', value: 'k5' },
        reason: 'max_per_profile: shop_id',
        source: 'contacts',
        record_key: 'k5',
        first_seen_at: '2025-04-01T00:00:00Z',
        last_seen_at: null,
        row_count: 1,
      },
    ])
    expect(one.limits).toEqual([{ reason: 'max_per_profile: shop_id', limit: 1, from: 1, to: 1 }])
    const turned = await json('shop_id:2', 'shop_id:1')
    expect(turned.refused[0]).toMatchObject({ from: { value: 'k5' }, to: { value: '5550002' } })
  })

  test('shared values that both have', async () => {
    const one = await json('email:ann@x.com', 'email:cat@x.com')
    expect(one.set_aside).toEqual([
      {
        identifier: 'cookie',
        value: 'kiosk',
        rule: 'shared_above',
        row_count: 3,
        from: { source: 'visits', record_key: 'v3' },
        to: { source: 'visits', record_key: 'v5' },
        override: null,
      },
    ])
    expect(one.refused).toEqual([])
  })

  test('blocked values that both have, and the decision that keeps them apart', async () => {
    const one = await json('shop_id:2', 'shop_id:4')
    expect(one.set_aside).toMatchObject([
      { identifier: 'cookie', value: 'kiosk' },
      {
        identifier: 'phone',
        value: '5550009',
        rule: 'block',
        row_count: 2,
        from: { source: 'accounts', record_key: '2' },
        to: { source: 'accounts', record_key: '4' },
        override: { kind: 'block', reason: 'Store phone', by: null, place: 'models/overrides.yml:4' },
      },
    ])
    expect(one.overrides).toMatchObject([
      { kind: 'unlink', reason: 'Father and son', by: 'bo.ray', holds: true },
    ])
    const expired = await json('shop_id:2', 'shop_id:5')
    expect(expired.overrides).toMatchObject([{ kind: 'link', reason: 'For the summer', holds: false }])
  })

  test('rejected values that both have', async () => {
    const one = await json('shop_id:3', 'crm_id:k3')
    expect(one.rejected).toEqual([
      {
        identifier: 'email',
        value: 'noreply@x.com',
        rule: 'reject',
        row_count: 2,
        from: { source: 'accounts', record_key: '3' },
        to: { source: 'contacts', record_key: 'k3' },
        override: null,
      },
    ])
    const text = (await explain('shop_id:3', 'crm_id:k3', '--reveal')).out
    expect(text).toContain('email:noreply@x.com')
    expect(text).toContain('the list `reject` names it')
  })

  test('that customers never cross partitions', async () => {
    const cwd = writeProject({
      'models/all.yml': `entities:
  - { name: customer, partition: brand, max_profile_share: 100%, identifiers: [{ name: email }, { name: phone }] }
sources:
  - { name: people, file: people.csv, key: id, partition: brand, identifiers: { email: email, phone: phone } }
`,
      'people.csv': 'id,brand,email,phone\n1,north,a@x.com,5\n2,north,a@x.com,6\n3,south,a@x.com,5\n',
    })
    await runProjectIn(cwd)
    const asked = async (...rows: string[]) => {
      const { out, err } = await cdp(['explain', ...rows, '--output', 'json'], { cwd })
      expect(err).toBe('')
      return JSON.parse(out)
    }
    expect(await asked('people/1', 'people/3')).toMatchObject({
      kind: 'apart',
      partitions: { from: 'north', to: 'south' },
      refused: [],
    })
    expect(told((await asked('people/1', 'people/2')).chains[0])).toEqual([
      'people/1 -people/1- email:a@x.com',
      'email:a@x.com -people/2- people/2',
    ])
    expect((await cdp(['explain', 'people/1', 'people/3'], { cwd })).out).toContain(
      'One is of north, the other of south: customers never cross them.',
    )
  })

  test('that nothing connects them', async () => {
    const one = await json('shop_id:5', 'crm_id:k6')
    expect(one).toMatchObject({ refused: [], limits: [], overrides: [], set_aside: [], rejected: [] })
    expect((await explain('shop_id:5', 'crm_id:k6')).out).toContain('Nothing connects them')
  })
})

describe('one customer', () => {
  test('its rows by source, its identifiers as they were joined, what happened to its id', async () => {
    const one = await json('email:ann@x.com')
    expect(one).toMatchObject({ kind: 'story', entity: 'customer', note: null, identifier_count: 8 })
    const shares = one.sources.map((s: { source: string; kind: string; row_count: number }) => [
      s.source,
      s.kind,
      s.row_count,
    ])
    expect(shares).toEqual([
      ['accounts', 'records', 1],
      ['contacts', 'records', 2],
      ['visits', 'events', 3],
      ['letters', 'records', 1],
    ])
    const joined = one.identifiers.map(
      (i: { identifier: string; value: string; joined_at: string; joined_by: Hop | null }) => [
        `${i.identifier}:${i.value}`,
        i.joined_at.slice(0, 10),
        i.joined_by && `${place(i.joined_by.from)} by ${i.joined_by.source}/${i.joined_by.record_key}`,
      ],
    )
    expect(joined).toEqual([
      ['shop_id:1', '2025-01-01', null],
      ['email:ann@x.com', '2025-01-01', 'shop_id:1 by accounts/1'],
      ['phone:5550001', '2025-01-01', 'shop_id:1 by accounts/1'],
      ['same_person:["lee","1980-01-01"]', '2025-01-01', 'shop_id:1 by accounts/1'],
      ['crm_id:k1', '2025-02-01', 'email:ann@x.com by contacts/k1'],
      ['phone:5550002', '2025-02-01', 'crm_id:k1 by contacts/k1'],
      ['crm_id:k2', '2025-03-01', 'phone:5550002 by contacts/k2'],
      ['cookie:c1', '2025-05-01', 'email:ann@x.com by visits/v1'],
    ])
    expect(one.changes).toMatchObject([
      { kind: 'created', customer_id: one.customer_id, identifier: 'shop_id', value: '1' },
    ])
    expect((await json('email:ann@x.com', '--limit', '2')).identifiers).toHaveLength(2)
  })

  test('by a row and by id as by an identifier', async () => {
    const byEmail = await json('email:ann@x.com')
    expect((await json('contacts/k2')).customer_id).toBe(byEmail.customer_id)
    expect((await json(byEmail.customer_id)).identifiers).toEqual(byEmail.identifiers)
  })
})

describe('ids that nobody has any more', () => {
  test('lead to who answers for them, between two and alone; a retired one tells its history', async () => {
    const before = writeProject({
      'models/customer.yml': MODELS.replace(', max_per_profile: 1', ''),
      'data/accounts.csv': ACCOUNTS,
      'data/contacts.csv': 'id,email,phone,last,born,at\n',
      'data/visits.csv': VISITS,
      'data/letters.csv': LETTERS,
    })
    await runProjectIn(before, { asOf: '2026-01-01', allowEmpty: true })
    const idOf = async (identifier: string): Promise<string> => {
      const { out } = await cdp(['explain', identifier, '--output', 'json'], { cwd: before })
      return JSON.parse(out).customer_id
    }
    const [one, two, five] = [await idOf('shop_id:1'), await idOf('shop_id:2'), await idOf('shop_id:5')]
    // One and two turn out to share an address; five is gone.
    writeFiles(before, {
      'data/contacts.csv': `id,email,phone,last,born,at\nk9,ann@x.com,,,,2026-02-01\nk9b,bob@x.com,5550001,,,2026-02-02\n`,
      'data/accounts.csv': ACCOUNTS.split('\n')
        .filter((line) => !line.startsWith('5'))
        .join('\n'),
    })
    await runProjectIn(before, { asOf: '2026-03-01' })
    const { code, out } = await cdp(['explain', one, two, '--output', 'json', '--reveal'], { cwd: before })
    expect(code).toBe(0)
    const merged = JSON.parse(out)
    expect(merged).toMatchObject({ kind: 'together', customer_id: one, to: { customer_id: one } })
    expect(merged.to.note).toBe(`${two} was merged into ${one} as of 2026-03-01T00:00:00Z`)
    expect(told(merged.chains[0])).toEqual([
      'shop_id:1 -accounts/1- phone:5550001',
      'phone:5550001 -contacts/k9b- crm_id:k9b',
      'crm_id:k9b -contacts/k9b- email:bob@x.com',
      'email:bob@x.com -accounts/2- shop_id:2',
    ])
    const story = JSON.parse((await cdp(['explain', two, '--output', 'json'], { cwd: before })).out)
    expect(story).toMatchObject({ customer_id: one, note: merged.to.note })
    expect(story.changes).toMatchObject([
      { kind: 'created', changed_at: '2026-01-01T00:00:00Z' },
      { kind: 'created', changed_at: '2026-01-01T00:00:00Z' },
      { kind: 'merged', changed_at: '2026-03-01T00:00:00Z', customer_id: one, previous_id: two },
    ])
    const gone = await cdp(['explain', five], { cwd: before })
    expect(gone.code).toBe(0)
    expect(gone.out).toContain(`the id ${five} was retired as of 2026-03-01T00:00:00Z`)
    expect(gone.out).toContain('it was created')
    const apart = await cdp(['explain', five, one], { cwd: before })
    expect(apart).toMatchObject({ code: 2, out: '' })
    expect(apart.err).toContain(`the id ${five} was retired as of 2026-03-01T00:00:00Z`)
  })
})

describe('what is printed', () => {
  test('as text: a chain that is read from top to bottom, within the width of the screen', async () => {
    const { out } = await explain('email:ann@x.com', 'crm_id:k2', '--reveal')
    expect(out).toMatch(/^email:ann@x.com and crm_id:k2\nare one customer: c_[0-9a-f]{20}\n\n/)
    expect(out).toContain('The strongest chain · 3 links, the weakest by same phone\n')
    expect(out).toMatch(/^ {2}email +ann@x.com\n {4}│ +contacts\/k1 +2025-02-01 +1 row\n {2}crm_id +k1\n/m)
    expect(out).toMatch(/^ {4}│ +the same row +2025-02-01 +1 row\n {2}phone +5550002\n/m)
    expect(out).toMatch(/^ {4}│ +contacts\/k2 +2025-03-01 +1 row +the weakest\n {2}crm_id +k2\n$/m)
    for (const width of [40, 60, 100])
      for (const args of [
        ['email:ann@x.com'],
        ['shop_id:1', 'crm_id:k1', '--all'],
        ['shop_id:2', 'shop_id:4'],
      ]) {
        const narrow = await cdp(['explain', ...args], { cwd: folder, width })
        const lines = narrow.out.split('\n').filter((line) => line.startsWith('  '))
        expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width)
      }
    const coloured = await cdp(['explain', 'email:ann@x.com'], { cwd: folder, colours: true })
    expect(coloured.out).toContain('\u001b[1m')
  })

  test('of one: what each row brought in stands below it', async () => {
    const { out } = await explain('email:ann@x.com', '--reveal')
    expect(out).toMatch(/^customer c_[0-9a-f]{20}\nemail:ann@x.com · 8 identifiers of 7 rows of 4 sources\n/)
    expect(out).toMatch(/^ {2}visits +3 events +2025-05-01 to 2025-05-03$/m)
    expect(out).toMatch(/^ {2}2025-01-01 {2}it began with\n {14}shop_id +1$/m)
    expect(out).toMatch(
      /^ {2}2025-02-01 {2}contacts\/k1 has email:ann@x.com and\n {14}crm_id +k1\n {2}2025-02-01 {2}contacts\/k1 has crm_id:k1 and$/m,
    )
    const linked = (await explain('shop_id:3', '--reveal')).out
    expect(linked).toContain('2025-04-02  shop_id:3 linked by ann.lee: Called in · until 2027-01-31')
  })

  test('a long chain with its beginning and its end; as data whole', async () => {
    const pairs = Array.from({ length: 60 }, (_, i) => `${i},c${i},c${i + 1},2025-01-01\n`)
    const cwd = writeProject({
      'models/all.yml': `entities:
  - { name: customer, max_profile_share: 100%, identifiers: [{ name: cookie }] }
sources:
  - { name: pairs, file: pairs.csv, key: id, updated_at: at, identifiers: { cookie: [one, other] } }
`,
      'pairs.csv': `id,one,other,at\n${pairs.join('')}`,
    })
    await runProjectIn(cwd)
    const { out } = await cdp(['explain', 'cookie:c0', 'cookie:c60'], { cwd })
    expect(out).toContain('The strongest chain · 60 links, the weakest by same cookie\n')
    expect(out).toMatch(/ {2}cookie {2}c20\n {2}⋮ 20 more links: all with --output json\n[^\n]+pairs\/40 /)
    const whole = await cdp(['explain', 'cookie:c0', 'cookie:c60', '--output', 'json'], { cwd })
    expect(JSON.parse(whole.out).chains[0].hops).toHaveLength(60)
  })

  test('a decision stands in the chain, and between two that it keeps apart', async () => {
    expect((await explain('shop_id:3', 'crm_id:k6')).out).toContain(
      '    │  linked by ann.lee: Called in · until 2027-01-31 · models/overrides.yml:2',
    )
    const { out } = await explain('shop_id:2', 'shop_id:4')
    expect(out).toContain('kept apart by bo.ray: Father and son · models/overrides.yml:3')
    expect(out).toContain('blocked: Store phone · models/overrides.yml:4')
  })

  test('personal data only to a terminal: a pipe gets masks, as text and as data', async () => {
    for (const args of [
      ['email:ann@x.com'],
      ['shop_id:1', 'crm_id:k1', '--all'],
      ['shop_id:1', 'shop_id:2'],
      ['letters/ann@x.com/1', 'phone:5550002'],
      ['shop_id:3', 'crm_id:k3'],
    ])
      for (const more of [[], ['--output', 'json']]) {
        const { code, out } = await explain(...args, ...more)
        expect(code).toBe(0)
        for (const personal of [
          'ann@',
          'dan@',
          'reply@',
          '5550001',
          '5550002',
          'lee"',
          'lee ·',
          '1980-01-01',
        ])
          expect(out).not.toContain(personal)
      }
    expect((await explain('email:ann@x.com')).out).toContain('a…@x.com')
    const onScreen = await cdp(['explain', 'email:ann@x.com'], { cwd: folder, outIsTerminal: true })
    expect(onScreen.out).toContain('ann@x.com')
  })
})

describe('what cannot be explained', () => {
  const refused = async (...args: string[]) => {
    const { code, out, err } = await explain(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return err
  }

  test('says why, as cdp show does', async () => {
    expect(await refused('email:nobody@x.com', 'shop_id:1')).toContain('no customer has email:nobody@x.com')
    expect(await refused('cookie:kiosk', 'shop_id:1')).toContain('cookie:kiosk is shared')
    expect(await refused('phone:5550009', 'shop_id:1')).toContain('phone:5550009 is blocked')
    expect(await refused('accounts/77')).toContain('accounts has no row with the key 77')
    expect(await refused('mail:ann@x.com')).toContain('there is no identifier type "mail"')
  })

  test('segments, and --all of one', async () => {
    expect(await refused('email:ann@x.com', 'segment:vip')).toContain('not built yet')
    expect(await refused('email:ann@x.com', '--all')).toContain('--all is about two')
  })
})
