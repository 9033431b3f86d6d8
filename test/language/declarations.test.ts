// biome-ignore-all lint/suspicious/noThenProperty: "then" is a key of the language
import { describe, expect, test } from 'vitest'
import { parse, parseValid } from './project.js'

describe('entities', () => {
  test('defaults', () => {
    const [customer] = parseValid('').entities
    expect(customer).toMatchObject({
      name: 'customer',
      idColumn: 'customer_id',
      known: ['shop_id', 'email'],
      maxProfileShare: 0.01,
      match: [],
      attributes: [],
    })
    expect(customer?.identifiers[0]).toMatchObject({
      cleaning: { reject: [], defaultRejects: true },
      sharedAbove: {},
    })
  })

  test('attributes: declared first, then as sources mention them, with their types', () => {
    const [customer] = parse({
      'models/entities.yml': `entities:
  - name: customer
    identifiers: [{ name: email }]
    max_profile_share: 5%
    attributes:
      - { name: born, merge: most_frequent }
      - { name: emails, from: email, merge: { collect: { limit: 3 } } }
      - { name: city, reject: default, merge: { source_priority: [b, a] }, enrich: update_if_newer, expires_after: 2 weeks }`,
      'models/x.yml': `sources:
  - name: a
    file: a.csv
    key: id
    identifiers: [email]
    attributes: { zip: zip, born: { column: dob, type: date } }
  - { name: b, file: b.csv, key: id, identifiers: [email], attributes: { age: { type: integer, pii: sensitive }, zip: zip } }`,
    }).value.entities
    expect(customer?.known).toEqual(['email'])
    expect(customer?.maxProfileShare).toBe(0.05)
    expect(customer?.attributes).toMatchObject([
      {
        name: 'born',
        declared: true,
        type: { kind: 'date' },
        merge: { kind: 'most_frequent' },
        provenance: true,
      },
      { name: 'emails', declared: true, from: 'email', merge: { kind: 'collect', limit: 3 } },
      {
        name: 'city',
        cleaning: { defaultRejects: true, reject: [] },
        merge: { kind: 'source_priority', sources: ['b', 'a'], then: 'most_recent' },
        enrich: 'update_if_newer',
        expiresAfter: { seconds: 1_209_600 },
      },
      { name: 'zip', declared: false, type: { kind: 'string' }, merge: { kind: 'most_recent' } },
      { name: 'age', declared: false, type: { kind: 'integer' }, pii: 'sensitive' },
    ])
  })

  test('normalisers and match rules', () => {
    const [customer] = parse({
      'models/entities.yml': `entities:
  - name: customer
    identifiers:
      - { name: email, normalize: { email: { gmail: fold } } }
      - { name: phone, normalize: { phone: { region: US } } }
      - { name: code, normalize: { sql: upper(value) } }
    match:
      - { name: home, on: [last_name, { attribute: zip, normalize: digits }], shared_above: { email: 3 } }`,
    }).value.entities
    expect(customer?.identifiers.map((i) => i.cleaning.normalize)).toEqual([
      { kind: 'email', foldGmail: true },
      { kind: 'phone', region: 'US' },
      { kind: 'sql', sql: 'upper(value)' },
    ])
    expect(customer?.match).toMatchObject([
      {
        name: 'home',
        on: [{ attribute: 'last_name' }, { attribute: 'zip', normalize: { kind: 'digits' } }],
        sharedAbove: { email: 3 },
      },
    ])
  })
})

describe('conditions', () => {
  const where = (yaml: string) => parseValid(`segments: [{ name: s, where: ${yaml} }]`).segments[0]?.where

  test('of events', () => {
    expect(
      where('{ event: bought, from: orders, at_most: 0, within: 90 days, where: { property: p, eq: 1 } }'),
    ).toMatchObject({
      kind: 'event',
      event: 'bought',
      from: ['orders'],
      test: { op: 'at_most', count: 0 },
      within: { seconds: 7_776_000 },
      where: { kind: 'compare', subject: { kind: 'property', name: 'p' } },
    })
    expect(where('{ from: [a, b] }')).toMatchObject({
      kind: 'event',
      from: ['a', 'b'],
      test: { op: 'at_least', count: 1 },
    })
  })

  test('of several operators, nested', () => {
    expect(
      where(
        '{ all: [{ trait: t, gte: 1, lt: 5 }, { any: [{ segment: x }, { not: { identifier: phone, exists: false } }] }] }',
      ),
    ).toMatchObject({
      kind: 'all',
      conditions: [
        {
          subject: { kind: 'trait' },
          tests: [
            { op: 'gte', value: 1 },
            { op: 'lt', value: 5 },
          ],
        },
        {
          kind: 'any',
          conditions: [
            { kind: 'segment' },
            { kind: 'not', condition: { tests: [{ op: 'exists', value: false }] } },
          ],
        },
      ],
    })
  })
})

test('traits', () => {
  const { traits } = parseValid(`traits:
  - { name: n, from: orders, count: true }
  - { name: s, from: [a, b], sum: amount, event: bought, default: 0, within: 10s }
  - { name: c, from: a, collect: sku, limit: 5 }
  - { name: r, ratio: [s, n] }
  - { name: x, type: number, sql: s + 1 }`)
  expect(traits.map((trait) => trait.definition)).toMatchObject([
    { kind: 'aggregate', from: ['orders'], aggregate: 'count', limit: 20 },
    {
      aggregate: 'sum',
      field: 'amount',
      from: ['a', 'b'],
      event: 'bought',
      default: 0,
      within: { text: '10s', seconds: 10 },
    },
    { aggregate: 'collect', field: 'sku', limit: 5 },
    { kind: 'ratio', numerator: 's', denominator: 'n' },
    { kind: 'sql', sql: 's + 1', type: { kind: 'number', precision: 38, scale: 9 } },
  ])
  expect(traits[0]).toMatchObject({
    entity: 'customer',
    origin: { file: 'models/x.yml', path: ['traits', 0] },
  })
})

describe('models and macros', () => {
  const parsed = parse({
    'models/staging/stg_a.sql': 'select 1 as id',
    'models/b.sql': 'select 2 as id',
    'models/off.sql': 'select 3 as id',
    'models/m.yml':
      'models: [{ name: b, public: true, materialized: table, tags: kpi }, { name: off, enabled: false }]',
    'macros/money/cents.hbs': '{{column}} * 100',
  })

  test('files are models, entries say more', () => {
    expect(parsed.diagnostics).toEqual([])
    expect(parsed.value.models).toMatchObject([
      { name: 'stg_a', file: 'models/staging/stg_a.sql', materialized: 'view', public: false, tags: [] },
      { name: 'b', materialized: 'table', public: true, tags: ['kpi'], sql: 'select 2 as id' },
    ])
    expect(parsed.disabled.has('model', 'off')).toBe(true)
  })

  test('macros are named by their path', () => {
    expect(parsed.value.macros).toEqual([
      { name: 'money/cents', file: 'macros/money/cents.hbs', text: '{{column}} * 100' },
    ])
  })
})

describe('what is wrong is left out, the rest stays', () => {
  const parsed = parse({
    'models/entities.yml': `entities:
  - name: customer
    identifiers: [{ name: email, canonical: email }, { name: phone, normalize: voice }, { name: card }]
    attributes: [{ name: a }, { name: b, flavour: date }, { name: c }]`,
    'models/x.yml': `sources:
  - { name: good, file: a.csv, key: id, identifiers: { card: card }, properties: { x: { flavour: date }, y: y } }
  - { name: bad, file: a.csv, primary: id }
segments: [{ name: off, enabled: false, nonsense: 1 }]`,
  })

  test('parts and places', () => {
    const [customer] = parsed.value.entities
    expect(customer?.identifiers.map((i) => [i.name, i.origin.path.at(-1)])).toEqual([['card', 2]])
    expect(customer?.attributes.map((a) => [a.name, a.origin.path.at(-1)])).toEqual([
      ['a', 0],
      ['c', 2],
    ])
    expect(parsed.value.sources.map((s) => [s.name, s.properties.map((p) => p.name)])).toEqual([
      ['good', ['y']],
    ])
    expect(parsed.diagnostics.map((d) => d.code)).toEqual([
      'CDP2001',
      'CDP2004',
      'CDP2001',
      'CDP2001',
      'CDP2002',
      'CDP2001',
    ])
  })

  test('names are remembered', () => {
    const { broken, disabled } = parsed
    expect(
      broken.has('identifier', 'email') && broken.has('attribute', 'b') && broken.has('property', 'x'),
    ).toBe(true)
    expect(broken.has('source', 'bad')).toBe(true)
    expect(broken.has('source', 'good') || broken.has('entity', 'customer')).toBe(false)
    expect(disabled.has('segment', 'off')).toBe(true)
  })
})

describe('what is misspelt is read as it was meant', () => {
  const text = `entiies:
  - nmae: customer
    identfiers: [{ name: email, normalize: { emial: { gmail: fold } }, max_per_profle: none }, { name: phone }]
    attributes: [{ name: born, type: dte, mege: oldest }]
    mtach: [{ name: m, on: [born], action: jion }]
soruces:
  - { name: events, fle: a.csv, kye: id, event: { vlaue: seen }, timestamp: at, identifiers: { email: mail } }
triats: [{ name: n, form: events, cuont: true }]`
  const parsed = parse({ 'models/entities.yml': text })

  test('so that one typo is one error, whatever depends on it', () => {
    expect(parsed.diagnostics.map(({ message }) => message)).toEqual([
      'unknown section "entiies"',
      'unknown key "nmae"',
      'unknown key "identfiers"',
      'unknown key "emial"',
      'unknown key "max_per_profle"',
      '"max_per_profile" must be a whole number, not the text "none"',
      '"dte" is not a type',
      'unknown key "mege"',
      'unknown key "mtach"',
      '"jion" is not a value of "action"',
      'unknown section "soruces"',
      'unknown key "fle"',
      'unknown key "kye"',
      'unknown key "vlaue"',
      'unknown section "triats"',
      'unknown key "form"',
      'unknown key "cuont"',
    ])
  })

  test('and what is wrong below a misspelt key is shown at its place', () => {
    const none = parsed.diagnostics.find(({ message }) => message.endsWith('"none"'))
    expect(none?.span).toMatchObject({ start: text.indexOf('none'), end: text.indexOf('none') + 4 })
  })

  test('the declarations are there', () => {
    expect(parsed.value.entities).toMatchObject([{ name: 'customer', match: [{ name: 'm' }] }])
    expect(parsed.value.sources).toMatchObject([{ name: 'events', key: [{ from: { column: 'id' } }] }])
    expect(parsed.value.traits).toMatchObject([{ name: 'n', entity: 'customer' }])
  })
})
