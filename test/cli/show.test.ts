import { describe, expect, test } from 'vitest'
import { cdp, copyOf, project, shopThatRan, write } from './command-line.js'

/** One project that has run, for all tests that only look. */
const shop = shopThatRan()

const show = async (...args: string[]) => await cdp(['show', ...args], { cwd: shop.path })
const idOf = async (identifier: string): Promise<string> =>
  JSON.parse((await cdp(['show', identifier, '--output', 'json'], { cwd: shop.path })).out).id

describe('a customer is found', () => {
  test('by an identifier, read as a run reads it', async () => {
    const ann = await idOf('email:ann@example.com')
    expect(ann).toMatch(/^c_[0-9a-f]{20}$/)
    for (const same of [
      'email: ANN@example.com ',
      'email:mailto:ann@example.com',
      'phone:650.555.0101',
      'shop_id:7',
    ])
      expect(await idOf(same)).toBe(ann)
    expect(await idOf('email:emma.brown@example.org')).not.toBe(ann)
  })

  test('by a row of a record source, of an event source, and by id', async () => {
    const ann = await idOf('email:ann@example.com')
    expect(await idOf('shop_customers/1')).toBe(ann)
    expect(await idOf('web_visits/v10')).toBe(ann)
    expect(await idOf(ann)).toBe(ann)
  })
})

describe('what is shown', () => {
  test('as data: everything that the tables hold', async () => {
    const { code, out, err } = await show(
      'email:ann@example.com',
      '--output',
      'json',
      '--reveal',
      '--limit',
      '2',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({
      entity: 'customer',
      is_known: true,
      first_seen_at: '2024-03-01T20:00:00Z',
      last_seen_at: '2025-04-02T00:00:00Z',
      record_count: 2,
      event_count: 8,
      identifiers: [
        { identifier: 'shop_id', value: '7' },
        { identifier: 'shop_id', value: '1' },
        { identifier: 'email', value: 'ann.lee@work.example' },
        { identifier: 'email', value: 'ann@example.com' },
        { identifier: 'phone', value: '+16505550101', row_count: 2 },
        { identifier: 'browser', value: 'browser-a1', row_count: 4 },
      ],
      attributes: [
        {
          name: 'first_name',
          value: 'Anne',
          provenance: [{ source: 'shop_customers', record_key: '7', policy: 'most_recent' }],
        },
        { name: 'last_name', value: 'Lee' },
        { name: 'country', value: 'us' },
        { name: 'email_consent', value: true },
        { name: 'emails', value: ['ann.lee@work.example', 'ann@example.com'] },
      ],
      traits: [
        { name: 'order_count', value: 3 },
        { name: 'lifetime_value', value: 515 },
        { name: 'last_order_at', value: '2025-02-14T09:00:00Z' },
        { name: 'page_views', value: 4 },
        { name: 'last_page', value: '/returns' },
        { name: 'value_band', value: 'high' },
      ],
      segments: [{ segment: 'best_customers', entered_at: '2026-01-01T00:00:00Z' }],
      records: [
        { source: 'shop_customers', record_key: '7', at: '2025-04-02T00:00:00Z' },
        { source: 'shop_customers', record_key: '1', at: '2025-01-15T00:00:00Z' },
      ],
      events: [
        { source: 'web_visits', record_key: 'v12', event: 'page_viewed', properties: { page: '/returns' } },
        { source: 'orders', record_key: '1013', properties: { status: 'paid', amount: 55 } },
      ],
      changes: [{ kind: 'created' }],
    })
  })

  test('as text: aligned, the origin of golden values beside them, nulls in one line', async () => {
    const { code, out, err } = await show('email:ivy@example.com', '--reveal')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^customer c_[0-9a-f]{20}\nknown · first seen 2024-11-23 · last seen 2025-05-05 · /)
    expect(out).toMatch(/^ {2}first_name +Ivy +most recent · shop_customers\/10 · 2025-05-05$/m)
    expect(out).toMatch(/^ {2}2024-12-12 12:12 {2}order_placed {2}orders\/1012 +status=paid amount=18.75/m)
    const grace = (await show('shop_id:8')).out
    expect(grace).toMatch(/^ {2}no value: last_order_at, last_page$/m)
  })

  test('within the width of the screen, without colours where nobody asked for them', async () => {
    for (const width of [40, 60, 80]) {
      const { out } = await cdp(['show', 'email:ann@example.com', '--reveal'], { cwd: shop.path, width })
      expect(Math.max(...out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(width)
    }
    const narrow = await cdp(['show', 'email:ann@example.com'], { cwd: shop.path, width: 60 })
    expect(narrow.out).not.toContain('\u001b')
    const coloured = await cdp(['show', 'email:ann@example.com'], { cwd: shop.path, colours: true })
    expect(coloured.out).toContain('\u001b[1m')
  })

  test('personal data only to a terminal: a pipe gets masks, as text and as data', async () => {
    for (const args of [[], ['--output', 'json']]) {
      const masked = (await show('email:ann@example.com', ...args)).out
      expect(masked).toContain('a…@example.com')
      expect(masked).toContain('a…@work.example')
      for (const personal of ['ann@example.com', '6505550101', 'Anne', 'Lee'])
        expect(masked).not.toContain(personal)
      expect(masked).toContain('browser-a1')
    }
    expect((await show('email:ann@example.com', '--reveal')).out).toContain('+16505550101')
    const onScreen = await cdp(['show', 'email:ann@example.com'], { cwd: shop.path, outIsTerminal: true })
    expect(onScreen.out).toContain('+16505550101')
  })

  test('masks what is made of personal data: properties, keys and traits', async () => {
    const cwd = copyOf(shop.path)
    write(cwd, {
      'data/letters.csv': 'email,subject,city\nann@example.com,Dear Ann,Palo Alto\n',
      'models/letters.yml': `sources:
  - name: letters
    file: data/letters.csv
    key: email
    identifiers: { email: email }
    properties: { subject: { column: subject, pii: direct }, address: email, city: city }
traits:
  - { name: last_subject, from: letters, last: subject }
  - { name: letter_count, from: letters, count: true }
  - { name: shouted, type: string, sql: "upper(first_name)" }
`,
    })
    expect((await cdp(['run'], { cwd })).err).toContain('Published')
    const { out } = await cdp(['show', 'email:ann@example.com'], { cwd })
    expect(out).toContain('letters/a…@example.com')
    expect(out).toContain('subject=D… address=a…@example.com city=Palo Alto')
    expect(out).toMatch(/last_subject +D…/)
    expect(out).toMatch(/shouted +A…/)
    expect(out).toMatch(/letter_count +1/)
    for (const personal of ['Dear', 'ANNE', 'ann@example.com']) expect(out).not.toContain(personal)
  })
})

describe('an id that nobody answers to any more', () => {
  const HEAD = 'id,email,phone,first_name,last_name,country,newsletter,created_at,updated_at\n'

  test('leads to the customer that it was merged into, or says that it was retired', async () => {
    const cwd = copyOf(shop.path)
    const grace = await idOf('shop_id:8')
    const dev = await idOf('shop_id:4')
    const ivy = await idOf('shop_id:10')
    // Grace turns out to have Ivy's e-mail address as well, and Dev's account and order are gone.
    write(cwd, {
      'data/shop_customers.csv': `${HEAD}8,ivy@example.com,,Grace,Kim,us,false,2024-09-01,2025-09-01\n10,ivy@example.com,,Ivy,Chen,us,true,2024-11-23,2025-05-05\n`,
      'data/orders.csv': 'order_id,customer_id,email,status,amount,ordered_at\n1,8,,paid,1.00,2025-01-01\n',
    })
    expect((await cdp(['run'], { cwd })).code).toBe(0)
    const answers = [
      await cdp(['show', grace, '--output', 'json'], { cwd }),
      await cdp(['show', ivy, '--output', 'json'], { cwd }),
    ]
    const [first, second] = answers.map(({ out }) => JSON.parse(out).id)
    expect(first).toBe(second)
    const merged = answers.find(({ err }) => err !== '')
    expect(merged?.err).toMatch(/was merged into c_[0-9a-f]{20} as of/)
    expect(JSON.parse(merged?.out ?? '').changes).toMatchObject([{ kind: 'merged' }, { kind: 'created' }])
    const retired = await cdp(['show', dev], { cwd })
    expect(retired).toMatchObject({ code: 2, out: '' })
    expect(retired.err).toContain(`the id ${dev} was retired`)
  })
})

describe('several entities and composite keys', () => {
  const FILES = {
    'models/entities.yml': `entities:
  - { name: user, identifiers: [{ name: email, normalize: email }] }
  - { name: account, identifiers: [{ name: domain }, { name: email, normalize: email }] }
`,
    'models/sources.yml': `sources:
  - name: seats
    file: data/seats.csv
    key: [account, seat]
    entities:
      user: { identifiers: { email: email } }
      account: { identifiers: { domain: account } }
`,
    'models/traits.yml': 'traits: []\n',
    'models/segments.yml': 'segments: []\n',
    'models/models.yml': 'models: []\n',
    'models/revenue_by_country.sql': 'select 1 as one\n',
    'data/seats.csv': 'account,seat,email\nacme.example,1,a@acme.example\nacme.example,2,b@acme.example\n',
  }

  test('--entity says which is meant; a composite key is written with slashes, commas or as it is stored', async () => {
    const cwd = project(FILES)
    expect((await cdp(['run'], { cwd })).err).toContain('Published')
    const ambiguous = await cdp(['show', 'email:a@acme.example'], { cwd })
    expect(ambiguous.code).toBe(2)
    expect(ambiguous.err).toContain('user or account')
    expect((await cdp(['show', 'domain:acme.example'], { cwd })).out).toContain('account a_')
    const user = async (...args: string[]): Promise<string> =>
      JSON.parse((await cdp(['show', ...args, '--entity', 'user', '--output', 'json'], { cwd })).out).id
    expect((await cdp(['show', 'domain:acme.example'], { cwd })).out).toContain('seats/acme.example/2')
    const a = await user('email:a@acme.example')
    for (const key of ['seats/acme.example/1', 'seats/acme.example,1', 'seats/["acme.example","1"]'])
      expect(await user(key)).toBe(a)
  })
})
