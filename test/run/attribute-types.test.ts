import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

describe('typed attributes', () => {
  const TYPED = `
sources:
  - name: crm
    file: data/crm.csv
    key: k
    updated_at: at
    identifiers: { person: p }
    attributes:
      born: born
      born_often: born
      first_born: born
      points: points
      best: points
      usual: points
      all_points: points
      seen: seen
      last_seen: seen
      all_seen: seen
      consent: yes
      ever: yes
      latest_consent: yes
      usual_consent: yes
      all_consent: yes
      hidden: points
      doc: doc
      usual_doc: doc
      number_by_sql: points
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: born, type: date }
      - { name: born_often, type: date, merge: most_frequent }
      - { name: first_born, type: date, merge: min }
      - { name: points, type: 'number(10,2)' }
      - { name: best, type: 'number(10,2)', merge: max }
      - { name: usual, type: integer, merge: most_frequent }
      - { name: all_points, type: number, merge: collect }
      - { name: seen, type: timestamp, merge: oldest }
      - { name: last_seen, type: timestamp, merge: max }
      - { name: all_seen, type: timestamp, merge: { collect: { limit: 1 } } }
      - { name: consent, type: boolean, merge: all_true }
      - { name: ever, type: boolean, merge: any_true }
      - { name: latest_consent, type: boolean }
      - { name: usual_consent, type: boolean, merge: most_frequent }
      - { name: all_consent, type: boolean, merge: collect }
      - { name: hidden, type: integer, provenance: false }
      - { name: doc, type: json }
      - { name: usual_doc, type: json, merge: most_frequent }
      - { name: number_by_sql, type: 'number(10,3)', merge: { sql: "avg(value) -- the mean" } }
`
  const CSV = `k,p,at,born,points,seen,yes,doc
1,ann,2026-01-01,1990-02-03,9,2026-01-01T10:00:00Z,y,"{""a"": 1}"
2,ann,2026-02-01,1990-03-02,10,2026-01-01T09:00:00+02:00,no,"{""a"": 1}"
3,ann,2026-03-01,1990-02-03,7.5,2025-01-01,true,"[1, 2]"
4,ann,2026-04-01,,,,,
5,ann,2026-05-01,1990-02-30,ten,yesterday,maybe,
6,bob,2026-01-01,,,,TRUE,
7,bob,2026-02-01,,,,on,
8,cyd,2026-01-01,,,,f,
9,cyd,,,,,0,
10,dan,2026-01-01,,,,,
`
  it('compare, count and show values as their type', async () => {
    const folder = writeProject({ 'models/all.yml': TYPED, 'data/crm.csv': CSV })
    const run = await runProjectIn(folder)
    expect(run.result?.error).toBeUndefined()
    const [ann, bob, cyd, dan] = await query(
      folder,
      `select * replace (cast(number_by_sql as varchar) as number_by_sql) from customer_profiles order by person`,
    )
    expect(ann).toMatchObject({
      born: '1990-02-03',
      born_often: '1990-02-03',
      first_born: '1990-02-03',
      points: '7.50',
      best: '10.00',
      usual: '10',
      all_points: '["7.5","10","9"]',
      seen: '2026-01-01 10:00:00',
      last_seen: '2026-01-01 10:00:00',
      all_seen: '["2025-01-01T00:00:00.000000Z"]',
      consent: false,
      ever: true,
      latest_consent: true,
      usual_consent: true,
      all_consent: '["true","false"]',
      hidden: '10',
      doc: '[1, 2]',
      usual_doc: '{"a": 1}',
      number_by_sql: '8.833',
    })
    expect(bob).toMatchObject({ consent: true, ever: true, latest_consent: true, born: null, all_seen: null })
    expect(cyd).toMatchObject({ consent: false, ever: false })
    expect(dan).toMatchObject({ consent: null, ever: null, all_consent: null, number_by_sql: null })
    const provenance = await query(
      folder,
      `
        select person, attribute, customer_provenance.value as value, record_key
        from customer_provenance join customer_profiles using (customer_id)
        where attribute in ('consent', 'ever', 'first_born', 'best', 'usual', 'hidden', 'points', 'last_seen', 'number_by_sql')
        order by person, attribute
      `,
    )
    expect(provenance.map((r) => `${r.person} ${r.attribute} ${r.value} ${r.record_key}`)).toEqual([
      'ann best 10 2',
      'ann consent false 2',
      'ann ever true 3',
      'ann first_born 1990-02-03 3',
      'ann last_seen 2026-01-01T10:00:00.000000Z 1',
      'ann number_by_sql 8.833 null',
      'ann points 7.5 3',
      'ann usual 10 2',
      'bob consent true 7',
      'bob ever true 7',
      'cyd consent false 8',
      'cyd ever false 8',
    ])
  })
})
