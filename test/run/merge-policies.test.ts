import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** One customer a case: rows of two first-party sources, and which value each policy must choose. */

const POLICIES = {
  latest: 'most_recent',
  earliest: 'oldest',
  frequent: 'most_frequent',
  longest_one: 'longest',
  least: 'min',
  greatest: 'max',
  all_of_them: 'collect',
  two_of_them: '{ collect: { limit: 2 } }',
  web_first: '{ source_priority: [web] }',
  web_oldest: '{ source_priority: [web], then: oldest }',
  web_frequent: '{ source_priority: [web], then: most_frequent }',
  web_longest: '{ source_priority: [web], then: longest }',
  web_least: '{ source_priority: [web], then: min }',
  web_greatest: '{ source_priority: [web], then: max }',
  by_sql: `{ sql: "string_agg(value || '@' || record_key, '+' order by record_key desc)" }`,
}

const names = Object.keys(POLICIES)

const MODELS = `
sources:
  - name: crm
    file: data/crm.csv
    key: k
    updated_at: at
    identifiers: { person: p }
    attributes: { ${names.map((n) => `${n}: v`).join(', ')} }
  - name: web
    file: data/web.csv
    key: k
    updated_at: at
    identifiers: { person: p }
    attributes: { ${names.map((n) => `${n}: v`).join(', ')} }
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
${Object.entries(POLICIES)
  .map(([n, merge]) => `      - { name: ${n}, merge: ${merge}, reject: [bad, { pattern: '^x' }] }`)
  .join('\n')}
`

/** Lines of both files: source, key, person, time, value. */
const ROWS = [
  // Three dated values, one of them twice.
  'crm k1 plain 2026-01-01 Ann',
  'web k2 plain 2026-02-01 Annabel',
  'crm k3 plain 2026-03-01 Ann',
  // The latest row says nothing, and a rejected value is as good as nothing.
  'crm k4 empty 2026-01-01 Bo',
  'web k5 empty 2026-05-01 -',
  'web k6 empty 2026-06-01 bad',
  'crm k7 empty 2026-07-01 xyzzyx',
  // Nothing at all is left.
  'web k8 nothing 2026-01-01 bad',
  'crm k9 nothing 2026-01-01 -',
  // An undated row loses against a dated one, also in being the oldest.
  'crm u1 undated - Zeddy',
  'web u2 undated 2020-01-01 Al',
  // One time: source first (crm before web), then the key in byte order: 10 before 9, capitals before small letters.
  'web t1 source_tie 2026-01-01 Wim',
  'crm t2 source_tie 2026-01-01 Cas',
  'crm t9 key_tie 2026-01-01 Nina',
  'crm t10 key_tie 2026-01-01 Tina',
  'crm Tb case_tie 2026-01-01 Upper',
  'crm ta case_tie 2026-01-01 Lower',
  // As often as each other and of one time: the least value.
  'web f1 frequency_tie 2026-01-01 Bea',
  'web f2 frequency_tie 2026-02-01 Abe',
  'web f3 frequency_tie 2026-02-01 Bea',
  'crm f4 frequency_tie 2026-02-01 Abe',
  // As often as each other: the latest.
  'web g1 frequency_latest 2026-03-01 Gus',
  'web g2 frequency_latest 2026-01-01 Fay',
  'crm g3 frequency_latest 2026-02-01 Fay',
  'crm g4 frequency_latest 2026-02-01 Gus',
  // As long as each other: source, then key; the time has no say.
  'web l1 length_tie 2026-09-01 Kim',
  'crm l3 length_tie 2026-08-01 Pam',
  'crm l2 length_tie 2026-01-01 Ida',
  // Letters count, not bytes, and order is by bytes: Z before a, a before é.
  'web b1 letters 2026-01-01 éé',
  'web b2 letters 2026-01-02 abc',
  'web b3 letters 2026-01-03 Z',
]

const line = (row: string) =>
  row
    .split(' ')
    .slice(1)
    .map((cell) => (cell === '-' ? '' : cell))
    .join(',')
const file = (source: string, rows: readonly string[]) =>
  ['k,p,at,v', ...rows.filter((row) => row.startsWith(`${source} `)).map(line)].join('\n')

/** Values in the order of POLICIES; `-` for none. */
const EXPECTED: Readonly<Record<string, string>> = {
  plain:
    'Ann Ann Ann Annabel Ann Annabel ["Ann","Annabel"] ["Ann","Annabel"] Annabel Annabel Annabel Annabel Annabel Annabel Ann@k3+Annabel@k2+Ann@k1',
  empty: 'Bo Bo Bo Bo Bo Bo ["Bo"] ["Bo"] Bo Bo Bo Bo Bo Bo Bo@k4',
  nothing: '- - - - - - - - - - - - - - -',
  undated: 'Al Al Al Zeddy Al Zeddy ["Al","Zeddy"] ["Al","Zeddy"] Al Al Al Al Al Al Al@u2+Zeddy@u1',
  source_tie: 'Cas Cas Cas Cas Cas Wim ["Cas","Wim"] ["Cas","Wim"] Wim Wim Wim Wim Wim Wim Cas@t2+Wim@t1',
  key_tie:
    'Tina Tina Nina Tina Nina Tina ["Nina","Tina"] ["Nina","Tina"] Tina Tina Nina Tina Nina Tina Nina@t9+Tina@t10',
  case_tie:
    'Upper Upper Lower Upper Lower Upper ["Lower","Upper"] ["Lower","Upper"] Upper Upper Lower Upper Lower Upper Lower@ta+Upper@Tb',
  frequency_tie:
    'Abe Bea Abe Abe Abe Bea ["Abe","Bea"] ["Abe","Bea"] Abe Bea Bea Bea Abe Bea Abe@f4+Bea@f3+Abe@f2+Bea@f1',
  frequency_latest:
    'Gus Fay Gus Fay Fay Gus ["Gus","Fay"] ["Gus","Fay"] Gus Fay Gus Gus Fay Gus Gus@g4+Fay@g3+Fay@g2+Gus@g1',
  length_tie:
    'Kim Ida Kim Ida Ida Pam ["Kim","Pam","Ida"] ["Kim","Pam"] Kim Kim Kim Kim Kim Kim Pam@l3+Ida@l2+Kim@l1',
  letters: 'Z éé Z abc Z éé ["Z","abc","éé"] ["Z","abc"] Z éé Z abc Z éé Z@b3+abc@b2+éé@b1',
}

const FILES = {
  'models/all.yml': MODELS,
  'data/crm.csv': file('crm', ROWS),
  'data/web.csv': file('web', ROWS),
}

describe('merge policies', () => {
  it('choose the value that the design says, whatever the order of rows', async () => {
    const folder = writeProject(FILES)
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(run.result?.error).toBeUndefined()
    const profiles = await query(folder, `select person, ${names.join(', ')} from customer_profiles`)
    const found = profiles.map((row) => [row.person, names.map((name) => row[name] ?? '-').join(' ')])
    expect(Object.fromEntries(found)).toEqual(EXPECTED)
    expect(await query(folder, 'select count(*) as n from customer_attributes')).toEqual([{ n: '11' }])

    const turned = writeProject({
      ...FILES,
      'data/crm.csv': file('crm', [...ROWS].reverse()),
      'data/web.csv': file('web', [...ROWS].reverse()),
    })
    await runProjectIn(turned)
    for (const table of ['customer_profiles', 'customer_attributes', 'customer_provenance']) {
      const all = `select * from ${table} order by all`
      expect(await query(turned, all)).toEqual(await query(folder, all))
    }
  })

  it('leave behind which row won', async () => {
    const folder = writeProject(FILES)
    await runProjectIn(folder)
    const witnesses = async (person: string) => {
      const rows = await query(
        folder,
        `
          select attribute, p.value as value, source, record_key, strftime(observed_at, '%Y-%m-%d') as day, policy
          from customer_provenance as p
          join customer_identifiers as i using (customer_id)
          where i.value = '${person}'
          order by attribute, day desc, p.value
        `,
      )
      return rows.map((r) => [r.attribute, r.value, r.source, r.record_key, r.day, r.policy].join(' '))
    }
    expect(await witnesses('plain')).toEqual([
      'all_of_them Ann crm k3 2026-03-01 collect',
      'all_of_them Annabel web k2 2026-02-01 collect',
      'by_sql Ann@k3+Annabel@k2+Ann@k1    sql',
      'earliest Ann crm k1 2026-01-01 oldest',
      'frequent Ann crm k3 2026-03-01 most_frequent',
      'greatest Annabel web k2 2026-02-01 max',
      'latest Ann crm k3 2026-03-01 most_recent',
      'least Ann crm k3 2026-03-01 min',
      'longest_one Annabel web k2 2026-02-01 longest',
      'two_of_them Ann crm k3 2026-03-01 collect',
      'two_of_them Annabel web k2 2026-02-01 collect',
      'web_first Annabel web k2 2026-02-01 source_priority',
      'web_frequent Annabel web k2 2026-02-01 source_priority',
      'web_greatest Annabel web k2 2026-02-01 source_priority',
      'web_least Annabel web k2 2026-02-01 source_priority',
      'web_longest Annabel web k2 2026-02-01 source_priority',
      'web_oldest Annabel web k2 2026-02-01 source_priority',
    ])
    const ties = await witnesses('frequency_tie')
    expect(ties).toContain('frequent Abe crm f4 2026-02-01 most_frequent')
    expect(ties).toContain('web_frequent Bea web f3 2026-02-01 source_priority')
    expect(ties).toContain('web_greatest Bea web f3 2026-02-01 source_priority')
    expect(ties).toContain('web_oldest Bea web f1 2026-01-01 source_priority')
    expect(await witnesses('nothing')).toEqual([])
    expect((await witnesses('undated')).filter((w) => w.startsWith('longest'))).toEqual([
      'longest_one Zeddy crm u1  longest',
    ])
  })
})
