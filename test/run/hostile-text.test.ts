import { expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** Names and texts of users never become syntax: not in SQL, not in templates, not as parameters of a run. */

const NASTY = [
  `it's`,
  `a "quoted" word`,
  `back\\slash\\`,
  `semi; drop table customers; --`,
  `/* open`,
  `*/ close`,
  `'); drop table customers; --`,
  `$as_of and $run_id`,
  `}}} }}`,
  `%_*`,
  `$$ dollars $tag$`,
  `Zoë 👩‍👩‍👧 ☃`,
  `null`,
  `line\nbreak`,
]

/** In YAML a template is an error where none may stand; in data it is text like any other. */
const TEMPLATE = `{{ref "x"}} {{`

const long = `${'very_long_'.repeat(12)}end`

/** Columns of the file, by what they are called there. */
const COLUMNS: Readonly<Record<string, string>> = {
  first: `na"me`,
  second: `select`,
  third: `two words; --`,
  fourth: `émoji 👍`,
  fifth: `o'clock`,
  sixth: long,
  seventh: `$as_of`,
  eighth: `back\\slash`,
  ninth: `dotted.name`,
}

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
const VALUES = [...NASTY, TEMPLATE]

const csv = [
  ['id', 'at', 'mail', ...Object.values(COLUMNS)].map(cell).join(','),
  ...VALUES.map((text, i) =>
    [String(i), '2026-01-01', `user${i}@x.com`, ...Object.keys(COLUMNS).map(() => text)].map(cell).join(','),
  ),
].join('\n')

const events = VALUES.map((text, i) =>
  JSON.stringify({
    id: text,
    at: '2026-01-02',
    name: text,
    user: { "e'mail": `user${i}@x.com` },
    "pro'ps": { 'a b': text },
  }),
).join('\n')

const text = (value: string) => JSON.stringify(value)
const nastyDescription = NASTY.join(' ')

const models = `
sources:
  - name: people
    description: ${text(nastyDescription)}
    file: ${text("data/people's list.csv")}
    key: id
    updated_at: at
    where: { column: ${text(COLUMNS.second ?? '')}, ne: ${text("no'; body")} }
    identifiers: { email: mail }
    attributes:
${Object.entries(COLUMNS)
  .map(([name, column]) => `      ${name}: { column: ${text(column)} }`)
  .join('\n')}
  - name: web
    file: data/web.jsonl
    key: id
    event: name
    timestamp: at
    identifiers: { email: "user.e'mail" }
    properties: { thing: "pro'ps.a b" }
entities:
  - name: customer
    description: ${text(nastyDescription)}
    identifiers: [{ name: email, reject: [${NASTY.map(text).join(', ')}, { pattern: "it's|\\\\$as_of" }] }]
    max_profile_share: 100%
    attributes:
      - { name: first, description: ${text(nastyDescription)}, values: { ${NASTY.map((one) => `${text(one)}: ${text(`<${one}>`)}`).join(', ')} } }
      - { name: second, merge: collect }
      - { name: third, reject: [${text(NASTY[0] ?? '')}] }
      - { name: fourth, merge: most_frequent }
      - { name: fifth, merge: { sql: "max(value || '$as_of ; -- }}') -- it's $run_id" } }
      - { name: sixth, normalize: { sql: "value || ' ''$as_of'' ; --'" } }
traits:
${NASTY.map((one, i) => `  - { name: t${i}, from: web, event: ${text(one)}, count: true, description: ${text(one)} }`).join('\n')}
  - { name: things, from: web, collect: thing }
  - { name: last_thing, from: web, last: thing, default: ${text("no'thing; $as_of")} }
  - { name: by_sql, type: string, sql: "'$as_of' || first -- $as_of it's" }
segments:
${NASTY.map(
  (one, i) =>
    `  - { name: s${i}, description: ${text(one)}, where: { all: [{ attribute: third, eq: ${text(one)} }, { attribute: third, contains: ${text(one)} }, { attribute: third, starts_with: ${text(one)} }, { attribute: third, ends_with: ${text(one)} }, { attribute: third, in: [${text(one)}] }, { event: ${text(one)}, from: web, where: { property: thing, eq: ${text(one)} } }] } }`,
).join('\n')}
  - { name: spelled, where: { sql: "first like '%$as_of%' or first = '<it''s>' -- it's; $run_id" } }
`

it('is data wherever it stands', async () => {
  const folder = writeProject({
    'models/all.yml': models,
    "data/people's list.csv": csv,
    'data/web.jsonl': events,
  })
  const run = await runProjectIn(folder, { asOf: '2026-07-01' })
  expect(run.printed).toBe('')
  expect(run.result?.error).toBeUndefined()
  const rows = await query(
    folder,
    'select * from customer_profiles order by cast(substr(email, 5, strpos(email, chr(64)) - 5) as int)',
  )
  expect(rows.length).toBe(VALUES.length)
  rows.forEach((row, i) => {
    const value = VALUES[i] ?? ''
    expect(row).toMatchObject({
      email: `user${i}@x.com`,
      first: value === TEMPLATE ? value : `<${value}>`,
      second: JSON.stringify([value]),
      third: i === 0 ? null : value,
      fourth: value,
      fifth: `${value}$as_of ; -- }}`,
      sixth: `${value} '$as_of' ; --`,
      seventh: value,
      ninth: value,
      things: JSON.stringify([value]),
      last_thing: value,
      by_sql: value === TEMPLATE ? `$as_of${value}` : `$as_of<${value}>`,
    })
    const counts = NASTY.map((_, j) => (i === j ? '1' : '0'))
    expect(NASTY.map((_, j) => row[`t${j}`])).toEqual(counts)
  })
  const segments = await query(
    folder,
    'select segment, email from customer_segments join customer_profiles using (customer_id)',
  )
  expect(segments.map((row) => `${row.segment} ${row.email}`).sort()).toEqual(
    [
      ...NASTY.flatMap((_, i) => (i === 0 ? [] : [`s${i} user${i}@x.com`])),
      'spelled user0@x.com',
      'spelled user7@x.com',
    ].sort(),
  )
  const keys = await query(folder, 'select record_key from customer_events')
  expect(keys.map((row) => row.record_key).sort()).toEqual([...VALUES].sort())
  const enriched = await query(folder, 'select * exclude (customer_id) from enriched_people where id = 0')
  expect(Object.keys(enriched[0] ?? {})).toEqual(['id', 'at', 'mail', ...Object.values(COLUMNS)])
  const comments = await query(
    folder,
    `select comment from duckdb_columns() where table_name = 'customer_profiles' and column_name = 'first'`,
  )
  expect(comments).toEqual([{ comment: nastyDescription }])
  const lasting = await query(folder, `select comment from duckdb_views() where view_name = 'segment_s6'`)
  expect(lasting).toEqual([{ comment: NASTY[6] }])
})
