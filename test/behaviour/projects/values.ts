import { type BehaviourProject, csv } from './project.js'

const TIMES = [
  ['1', '2026-03-10', '2026-03-10 00:00:00'],
  ['2', ' 2026-03-10T12:30 ', '2026-03-10 12:30:00'],
  ['3', '2026-03-10t12:30:15.1234567z', '2026-03-10 12:30:15.123456'],
  ['4', '2026-03-10 12:30:15+05:30', '2026-03-10 07:00:15'],
  ['5', '2026-03-10T12:30-0800', '2026-03-10 20:30:00'],
  ['6', '2024-02-29', '2024-02-29 00:00:00'],
  ['7', '2026-02-29', ''],
  ['8', '2026-13-01', ''],
  ['8b', '0000-01-01', ''],
  ['8c', '0000-12-31T23:59:59-02:00', ''],
  ['8d', '0987-06-05', '0987-06-05 00:00:00'],
  ['9', '10/03/2026', ''],
  ['10', 'now', ''],
  ['11', '2026-03-10T24:00:00Z', ''],
  ['12', '2026-12-31T23:59:59.999999Z', '2026-12-31 23:59:59.999999'],
  ['13', '2026-03-10 12:30:15 -0500', '2026-03-10 17:30:15'],
  ['14', '2026-03-10 12:30:15.25 +02:00', '2026-03-10 10:30:15.25'],
  ['15', '2026-03-10 12:30 +02', '2026-03-10 10:30:00'],
  ['16', '2026-03-10 12:30:15 UTC', '2026-03-10 12:30:15'],
  ['17', '2026-03-10T12:30:15UTC ', '2026-03-10 12:30:15'],
  ['18', '2026-03-10 12:30 UTC', '2026-03-10 12:30:00'],
  ['19', '2026-03-10T12:30:15 z', '2026-03-10 12:30:15'],
  ['20', '2026-03-10 12:30Z', '2026-03-10 12:30:00'],
  ['21', '2026-03-10T12:30:15-05', '2026-03-10 17:30:15'],
  ['22', '2026-03-10T12:30:15.123456789+0530', '2026-03-10 07:00:15.123456'],
  ['23', '2026-03-10T12:30:15+14:00', '2026-03-09 22:30:15'],
  ['24', '1899-12-31T23:59:59Z', '1899-12-31 23:59:59'],
  ['25', '2026-03-10T12:30:15+15:00', ''],
  ['26', '2026-03-10T12:30:15  Z', ''],
  ['27', '2026-03-10T12:30:15 EST', ''],
  ['28', '2026-03-10T12:30:15 utc', ''],
  ['29', '2026-03-10 UTC', ''],
  ['30', '2026-03-10T12', ''],
  ['31', '2026-03-10T12:30:60Z', ''],
  ['32', '2026-03-10T12:30:15.Z', ''],
  ['33', '20260310', ''],
  ['34', '2026-03', ''],
] as const

const NUMBERS = [
  ['1', '12.345', '12.345'],
  ['2', ' +7 ', '7'],
  ['3', '-0.0000000005', '-0.000000001'],
  ['4', '.5', '0.5'],
  ['5', '5.', '5'],
  ['6', '1e3', ''],
  ['7', '0x10', ''],
  ['8', '1_000', ''],
  ['9', 'NaN', ''],
  ['10', '99999999999999999999', '99999999999999999999'],
  ['11', '100000000000000000000', ''],
  ['12', '00042', '42'],
] as const

function nineDigits(number: string): string {
  const [whole, fraction = ''] = number.split('.')
  return `${whole}.${fraction.padEnd(9, '0')}`
}

const person = (id: string) => `p${id}`

/** Text becomes values by the rules of the language, never by those of the engine. */
export const casts: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: moment, type: timestamp }
      - { name: amount, type: number }
      - { name: whole, type: integer }
      - { name: share, type: float }
      - { name: agreed, type: boolean }
      - { name: born, type: date }
sources:
  - { name: times, file: data/times.csv, key: k, identifiers: { person: p }, attributes: { moment: v } }
  - { name: zoned, file: data/zoned.csv, key: k, identifiers: { person: p }, attributes: { born: v }, updated_at: { column: at, timezone: Europe/Berlin } }
  - { name: numbers, file: data/numbers.csv, key: k, max_rejected: 100%, identifiers: { person: p }, attributes: { amount: v, whole: w, share: f, agreed: b } }
`,
    'data/times.csv': csv('k,p,v', ...TIMES.map(([id, text]) => `${id},t${id},${text}`)),
    'data/zoned.csv': csv(
      'k,p,v,at',
      'z1,z,2026-03-10T23:30:00-05:00,2026-07-01 00:30',
      'z2,z,1980-02-03,2026-06-30 22:29:59 UTC',
    ),
    'data/numbers.csv': csv(
      'k,p,v,w,f,b',
      ...NUMBERS.map(([id, text]) => `n${id},${person(id)},${text},,,`),
      'w1,w1,,9223372036854775807,1.5e3,Yes',
      'w2,w2,,9223372036854775808,1e999,0',
      'w3,w3,,-12,0.1,perhaps',
      'w4,w4,,12.5,-2,OFF',
    ),
  },
  expected: [
    {
      query: `select person || ' ' || coalesce(cast(moment as {text}), '') as held from {schema}.customer_profiles where person like 't%'`,
      rows: TIMES.map(([id, , value]) => `t${id} ${value}`),
    },
    {
      query: `select person || ' ' || coalesce(cast(amount as {text}), '') as held from {schema}.customer_profiles where person like 'p%'`,
      rows: NUMBERS.map(([id, , value]) => `${person(id)} ${value === '' ? '' : nineDigits(value)}`),
    },
    {
      query: `select person || ' ' || coalesce(cast(whole as {text}), '') || ' ' || case when agreed then 'yes' when not agreed then 'no' else '' end as held
        from {schema}.customer_profiles where person like 'w%'`,
      rows: ['w1 9223372036854775807 yes', 'w2  no', 'w3 -12 ', 'w4  no'],
    },
    {
      query: `select cast(born as {text}) as born from {schema}.customer_profiles where person = 'z'`,
      rows: ['2026-03-11'],
    },
  ],
}

/**
 * Times of a table that has them as such: as text they read alike everywhere, in keys and where a hash decides which of two rows
 * stays; and where they are local ones, in their zone.
 */
export const typedTimes: BehaviourProject = {
  notOn: { bigquery: 'its double makes no tables by DDL of a user' },
  before: [
    'create schema {schema}_raw',
    'create table {schema}_raw.readings (id varchar(9), seen timestamp, place varchar(9))',
    `insert into {schema}_raw.readings values
      ('1', timestamp '2026-01-31 08:30:00', 'a'),
      ('1', timestamp '2026-01-31 08:30:00', 'b'),
      ('2', timestamp '2026-01-31 08:30:10.5', 'c'),
      ('3', timestamp '2026-07-01 00:00:00.120', 'd')`,
  ],
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes: [{ name: written }, { name: local, type: timestamp }, { name: place }]
sources:
  - name: readings
    table: '{schema}_raw.readings'
    key: [id, seen]
    updated_at: seen
    identifiers: { person: id }
    attributes: { written: seen, local: { column: seen, timezone: Europe/Berlin }, place: place }
`,
  },
  expected: [
    {
      query: `select person || '|' || written || '|' || cast(length(written) as {text}) || '|' || cast(local as {text}) || '|' || place as held from {schema}.customer_profiles`,
      rows: [
        '1|2026-01-31 08:30:00|19|2026-01-31 07:30:00|b',
        '2|2026-01-31 08:30:10.5|21|2026-01-31 07:30:10.5|c',
        '3|2026-07-01 00:00:00.12|22|2026-06-30 22:00:00.12|d',
      ],
    },
    {
      query: 'select record_key from {schema}.customer_records',
      rows: [
        '["1","2026-01-31 08:30:00"]',
        '["2","2026-01-31 08:30:10.5"]',
        '["3","2026-07-01 00:00:00.12"]',
      ],
    },
  ],
}

/** Identifiers in their normal forms, whatever the engine thinks of letters. */
export const normalizers: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers:
      - { name: email, normalize: email }
      - { name: phone, normalize: { phone: { region: DE } } }
      - { name: uuid, normalize: uuid }
      - { name: handle, normalize: lower }
      - { name: nick, normalize: name }
      - { name: code, normalize: { sql: "upper(value) || '-'" } }
    max_profile_share: 100%
sources:
  - { name: one, file: data/one.csv, key: k, max_rejected: 100%, identifiers: { email: e, phone: t, uuid: u, handle: h, nick: n, code: c } }
`,
    'data/one.csv': csv(
      'k,e,t,u,h,n,c',
      '1,\u00a0MAILTO:Zoë.MÜLLER@Example.COM\u200b,,,,,',
      '2,,+49 (0)30 123456,,,,',
      '3,,030/123457,,,,',
      '4,,,{6F9619FF-8B86-D011-B42D-00CF4FC964FF},,,',
      '5,,,,İSTANBUL ΟΔΟΣ,,',
      '6,,,,,"  Łukasz  O’Brien-Größe! 👩‍👧 𠮷❤️",',
      '7,,,,,,ab',
      '8,no@at@all,12,xyz,,,',
    ),
  },
  expected: [
    {
      query: 'select identifier || chr(32) || value as held from {schema}.customer_identifiers',
      rows: [
        'code AB-',
        'email zoë.müller@example.com',
        'handle istanbul οδοσ',
        'nick lukasz o brien grosse 𠮷',
        'phone +4930123456',
        'phone +4930123457',
        'uuid 6f9619ff-8b86-d011-b42d-00cf4fc964ff',
      ],
    },
  ],
}

/** Values out of JSON, and lists put together. */
export const json: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: city }
      - { name: score, type: number }
      - { name: flag, type: boolean }
      - { name: tags, merge: collect }
      - { name: second }
      - { name: marked }
sources:
  - name: profiles
    file: data/profiles.jsonl
    key: id
    identifiers: { person: id }
    attributes:
      city: address.city.name
      score: stats.score
      flag: stats.flag
      tags: tag
      second: list.1
      marked: stats.o'clock
`,
    'data/profiles.jsonl': [
      {
        id: 'a',
        address: { city: { name: 'L\'Île "d\'or" 😀' } },
        stats: { score: 1.5, flag: true, "o'clock": 'five' },
        list: ['x', 'y'],
        tag: 'x"y\\z',
      },
      { id: 'b', address: { city: {} }, stats: { score: '7', flag: 'no' }, tag: 'new\nline' },
      { id: 'c', address: null, stats: [], tag: '' },
    ]
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('')
      .concat(
        '{"id":"d","address":{"city":{"name":"Åre"}},"stats":{"score":100,"flag":null,"o\'clock":7.50},"list":{"1":2.0}}\nnot json\n',
      ),
  },
  expected: [
    {
      query: `select person || ' ' || coalesce(city, '-') || ' ' || coalesce(tags, '-') || ' ' || coalesce(second, '-') || ' ' || coalesce(marked, '-') as held from {schema}.customer_profiles`,
      rows: [
        'a L\'Île "d\'or" 😀 ["x\\"y\\\\z"] y five',
        'b - ["new\\nline"] - -',
        'c - - - -',
        'd Åre - 2 7.5',
      ],
    },
    {
      query: `select reason from {schema}.rejected_records`,
      rows: ['malformed_row'],
    },
  ],
}
