import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** What second and third parties may say: one customer a case, over attributes that differ in how they are enriched. */

const ATTRIBUTES = {
  filled: '{}',
  filled_oldest: '{ merge: oldest }',
  filled_often: '{ merge: most_frequent }',
  filled_all: '{ merge: collect }',
  newer: '{ enrich: update_if_newer }',
  newer_oldest: '{ merge: oldest, enrich: update_if_newer }',
  newer_least: '{ merge: min, enrich: update_if_newer }',
  newer_all: '{ merge: collect, enrich: update_if_newer }',
  bought_wins: '{ merge: { source_priority: [bought, own] } }',
  own_wins: '{ merge: { source_priority: [own, bought] }, enrich: update_if_newer }',
  lapses: '{ expires_after: 30 days }',
  lapses_all: '{ merge: collect, expires_after: 30 days }',
}
const names = Object.keys(ATTRIBUTES)

const source = (name: string, party: string) => `
  - name: ${name}
    file: data/${name}.csv
    party: ${party}
    identity: join
    key: k
    updated_at: at
    identifiers: { person: p }
    attributes: { ${names.map((n) => `${n}: v`).join(', ')} }`

const MODELS = `
sources:${source('own', 'first')}${source('partner', 'second')}${source('bought', 'third')}
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
${Object.entries(ATTRIBUTES)
  .map(([name, rest]) =>
    `      - { name: ${name}${rest === '{}' ? '' : `, ${rest.slice(2)}`}`.replace(/([^}])$/, '$1 }'),
  )
  .join('\n')}
`

/** source, key, person, time, value. as_of is 1 July 2026, so that 1 June is as old as a value may be, and no older. */
const ROWS = [
  'own 1 own_only 2026-06-10 a',
  // A first party has a value: weaker ones may only replace it by later ones.
  'own 2 older_partner 2026-06-10 b',
  'partner 3 older_partner 2026-06-09 c',
  'own 4 same_day_partner 2026-06-10 b',
  'partner 5 same_day_partner 2026-06-10 a',
  'own 6 newer_partner 2026-06-10 b',
  'own 7 newer_partner 2026-06-12 d',
  'partner 8 newer_partner 2026-06-11 a',
  'partner 9 newer_partner 2026-06-13 c',
  'partner 10 newer_partner 2026-06-14 e',
  // The weakest party that is later than all stronger ones competes alone.
  'own 11 all_three 2026-06-10 c',
  'partner 12 all_three 2026-06-20 b',
  'bought 13 all_three 2026-06-25 d',
  'own 14 bought_between 2026-06-10 c',
  'partner 15 bought_between 2026-06-20 b',
  'bought 16 bought_between 2026-06-15 d',
  // No first party: the second fills, the third does not.
  'partner 17 no_own 2026-06-10 p',
  'bought 18 no_own 2026-06-05 q',
  'bought 19 bought_only 2026-06-05 q',
  // Undated stronger values are older than any dated one; undated weaker ones are never later.
  'own 20 undated_own - u',
  'partner 21 undated_own 2020-01-01 w',
  'own 22 undated_partner 2026-06-10 u',
  'partner 23 undated_partner - w',
  'own 24 both_undated - u',
  'partner 25 both_undated - w',
  // Expiry: exactly 30 days old is expired, a second less is not.
  'own 26 expired 2026-06-01T00:00:00Z x',
  'own 27 not_yet 2026-06-01T00:00:01Z x',
  'own 28 next_wins 2026-05-01 x',
  'bought 29 next_wins 2026-06-20 y',
]

const line = (row: string) =>
  row
    .split(' ')
    .slice(1)
    .map((cell) => (cell === '-' ? '' : cell))
    .join(',')
const file = (of: string) =>
  ['k,p,at,v', ...ROWS.filter((row) => row.startsWith(`${of} `)).map(line)].join('\n')

/** In the order of ATTRIBUTES; `-` for none. */
const EXPECTED: Readonly<Record<string, string>> = {
  own_only: 'a a a ["a"] a a a ["a"] a a a ["a"]',
  older_partner: 'b b b ["b"] b b b ["b"] b b b ["b"]',
  same_day_partner: 'b b b ["b"] b b b ["b"] b b b ["b"]',
  newer_partner: 'd b d ["d","b"] e c c ["e","c"] d e d ["d","b"]',
  // own_wins: bought is named, so it counts as a first party, and partner is not later than it.
  all_three: 'c c c ["c"] d d d ["d"] d c c ["c"]',
  bought_between: 'c c c ["c"] b b b ["b"] d b c ["c"]',
  no_own: 'p p p ["p"] p p p ["p"] q p p ["p"]',
  bought_only: 'q q q ["q"] q q q ["q"] q q q ["q"]',
  undated_own: 'u u u ["u"] w w w ["w"] u w - -',
  undated_partner: 'u u u ["u"] u u u ["u"] u u u ["u"]',
  both_undated: 'u u u ["u"] u u u ["u"] u u - -',
  expired: 'x x x ["x"] x x x ["x"] x x - -',
  not_yet: 'x x x ["x"] x x x ["x"] x x x ["x"]',
  next_wins: 'x x x ["x"] y y y ["y"] y x y ["y"]',
}

describe('enrichment', () => {
  it('lets weaker parties fill and update as far as an attribute says, and values lapse', async () => {
    const folder = writeProject({
      'models/all.yml': MODELS,
      'data/own.csv': file('own'),
      'data/partner.csv': file('partner'),
      'data/bought.csv': file('bought'),
    })
    const run = await runProjectIn(folder, { asOf: '2026-07-01' })
    expect(run.printed).toBe('')
    expect(run.result?.error).toBeUndefined()
    const profiles = await query(folder, `select person, ${names.join(', ')} from customer_profiles`)
    const found = profiles.map((row) => [row.person, names.map((name) => row[name] ?? '-').join(' ')])
    expect(Object.fromEntries(found)).toEqual(EXPECTED)

    // Ten days later more values have lapsed, without any row having changed.
    await runProjectIn(folder, { asOf: '2026-07-11' })
    expect(
      await query(
        folder,
        `select person, lapses from customer_profiles where person in ('own_only', 'all_three', 'next_wins', 'newer_partner') order by 1`,
      ),
    ).toEqual([
      { person: 'all_three', lapses: 'b' },
      { person: 'newer_partner', lapses: 'd' },
      { person: 'next_wins', lapses: 'y' },
      { person: 'own_only', lapses: null },
    ])
  })

  it('names the row that won after all', async () => {
    const folder = writeProject({
      'models/all.yml': MODELS,
      'data/own.csv': file('own'),
      'data/partner.csv': file('partner'),
      'data/bought.csv': file('bought'),
    })
    await runProjectIn(folder, { asOf: '2026-07-01' })
    const rows = await query(
      folder,
      `
        select person, attribute, p.value as value, source, record_key
        from customer_provenance as p join customer_profiles using (customer_id)
        where person in ('newer_partner', 'next_wins') and attribute in ('filled', 'newer', 'newer_least', 'lapses', 'bought_wins')
        order by person, attribute
      `,
    )
    expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
      'newer_partner bought_wins d own 7',
      'newer_partner filled d own 7',
      'newer_partner lapses d own 7',
      'newer_partner newer e partner 10',
      'newer_partner newer_least c partner 9',
      'next_wins bought_wins y bought 29',
      'next_wins filled x own 28',
      'next_wins lapses y bought 29',
      'next_wins newer y bought 29',
      'next_wins newer_least y bought 29',
    ])
  })
})

it('an aggregate of the user sees parties by the words of the language', async () => {
  const folder = writeProject({
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    attributes:
      - { name: own, enrich: update_if_newer, merge: { sql: "max(value) filter (where party = 'first')" } }
      - { name: all_parties, merge: { sql: "string_agg(Party || ' ' || value, ', ' order by \\"party\\")" } }
sources:
${['first', 'second', 'third'].map((party) => `  - { name: s_${party}, file: ${party}.csv, key: k, party: ${party}, identity: join, identifiers: { person: p }, attributes: { own: v, all_parties: v } }`).join('\n')}
`,
    'first.csv': 'k,p,v\n1,ann,a\n',
    'second.csv': 'k,p,v\n1,ann,b\n2,bob,b\n',
    'third.csv': 'k,p,v\n1,cyd,c\n',
  })
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  expect(
    await query(folder, 'select person, own, all_parties from customer_profiles order by person'),
  ).toEqual([
    { person: 'ann', own: 'a', all_parties: 'first a' },
    { person: 'bob', own: null, all_parties: 'second b' },
    { person: 'cyd', own: null, all_parties: 'third c' },
  ])
})
