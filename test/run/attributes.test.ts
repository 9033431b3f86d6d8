import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

describe('candidates', () => {
  it('come from identifiers too, shared ones included', async () => {
    const folder = writeProject({
      'models/all.yml': `
sources:
  - { name: crm, file: data/crm.csv, key: k, updated_at: at, identifiers: { person: p, email: [email, other], cookie: cookie } }
  - { name: bought, file: data/bought.csv, party: third, key: k, updated_at: at, identifiers: { person: p, email: email } }
entities:
  - name: customer
    identifiers:
      - { name: person }
      - { name: email, normalize: email }
      - { name: cookie, shared_above: { person: 1 } }
    max_profile_share: 100%
    attributes:
      - { name: emails, from: email, merge: collect }
      - { name: main_email, from: email }
      - { name: cookies, from: cookie, merge: collect }
`,
      'data/crm.csv': `k,p,at,email,other,cookie
1,ann,2026-01-01,Ann@x.com,a2@x.com,kiosk
2,ann,2026-02-01,ANN@X.COM,nonsense,c1
3,bob,2026-02-01,,,kiosk
`,
      'data/bought.csv': `k,p,at,email
1,ann,2026-05-01,bought@x.com
2,bob,2026-05-01,bob@x.com
`,
    })
    const run = await runProjectIn(folder)
    expect(run.result?.error).toBeUndefined()
    expect(
      await query(
        folder,
        'select person, emails, main_email, cookies from customer_profiles order by person',
      ),
    ).toEqual([
      {
        person: 'ann',
        emails: '["ann@x.com","a2@x.com"]',
        main_email: 'ann@x.com',
        cookies: '["c1","kiosk"]',
      },
      { person: 'bob', emails: '["bob@x.com"]', main_email: 'bob@x.com', cookies: '["kiosk"]' },
    ])
    const rows = await query(
      folder,
      `select value, source, record_key from customer_provenance where attribute = 'emails' order by value`,
    )
    expect(rows).toEqual([
      { value: 'a2@x.com', source: 'crm', record_key: '1' },
      { value: 'ann@x.com', source: 'crm', record_key: '2' },
      { value: 'bob@x.com', source: 'bought', record_key: '2' },
    ])
  })

  it('are the values of a row once, however many of its columns hold them; of several in one row the least comes first', async () => {
    const folder = writeProject({
      'models/all.yml': `
sources:
  - { name: crm, file: data/crm.csv, key: k, updated_at: at, identifiers: { person: p, email: [email, billing] } }
entities:
  - name: customer
    identifiers: [{ name: person }, { name: email, normalize: email }]
    attributes:
      - { name: usual_email, from: email, merge: most_frequent }
      - { name: latest_email, from: email }
      - { name: oldest_email, from: email, merge: oldest }
      - { name: longest_email, from: email, merge: longest }
`,
      'data/crm.csv': `k,p,at,email,billing
0,ann,2025-12-01,b@x.com,
1,ann,2026-01-01,b@x.com,B@x.com
2,ann,2026-01-02,a@x.com,
3,ann,2026-01-03,z@x.com,a@x.com
4,bob,2026-01-01,b@y.com,a@y.com
`,
    })
    await runProjectIn(folder)
    expect(
      await query(
        folder,
        'select person, usual_email, latest_email, oldest_email, longest_email from customer_profiles order by person',
      ),
    ).toEqual([
      {
        person: 'ann',
        usual_email: 'a@x.com',
        latest_email: 'a@x.com',
        oldest_email: 'b@x.com',
        longest_email: 'b@x.com',
      },
      {
        person: 'bob',
        usual_email: 'a@y.com',
        latest_email: 'a@y.com',
        oldest_email: 'a@y.com',
        longest_email: 'a@y.com',
      },
    ])
  })

  it('are the latest version of each key where a source keeps all', async () => {
    const folder = writeProject({
      'models/all.yml': `
sources:
  - name: crm
    file: data/crm.csv
    key: k
    versions: all
    updated_at: at
    identifiers: { person: p, email: email }
    attributes: { city: city, cities: city, first_city: city }
entities:
  - name: customer
    identifiers: [{ name: person }, { name: email }]
    max_profile_share: 100%
    attributes: [{ name: cities, merge: collect }, { name: first_city, merge: oldest }]
`,
      'data/crm.csv': `k,p,at,email,city
1,ann,2026-01-01,old@x.com,Rome
1,ann,2026-02-01,new@x.com,Oslo
2,ann,2026-01-15,,Bern
`,
    })
    await runProjectIn(folder)
    expect(
      await query(folder, 'select city, cities, first_city, record_count from customer_profiles'),
    ).toEqual([{ city: 'Oslo', cities: '["Oslo","Bern"]', first_city: 'Bern', record_count: '2' }])
    expect(
      await query(folder, `select value from customer_identifiers where identifier = 'email' order by 1`),
    ).toEqual([{ value: 'new@x.com' }, { value: 'old@x.com' }])
  })

  it('are bounded by days of the zone of the project, and by numbers of any size', async () => {
    const folder = writeProject({
      'profiles.yml': `name: tiny
language: 1
timezone: America/New_York
targets:
  dev: { type: duckdb, path: target/dev.duckdb }
`,
      'models/all.yml': `
sources:
  - { name: crm, file: data/crm.csv, key: k, identifiers: { person: k }, attributes: { seen: seen, points: points } }
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: seen, type: timestamp, min: 2026-07-01, max: "2026-07-02 12:00" }
      - { name: points, type: 'number(6,2)', min: -0.0051, max: 1e12 }
`,
      'data/crm.csv': `k,seen,points
a,2026-07-01T03:59:59Z,-0.01
b,2026-07-01T04:00:00Z,-0.001
c,2026-07-02T16:00:00Z,9999.99
d,2026-07-02T16:00:01Z,
`,
    })
    const run = await runProjectIn(folder)
    expect(run.result?.error).toBeUndefined()
    expect(await query(folder, 'select person, seen, points from customer_profiles order by 1')).toEqual([
      { person: 'a', seen: null, points: null },
      { person: 'b', seen: '2026-07-01 04:00:00', points: '0.00' },
      { person: 'c', seen: '2026-07-02 16:00:00', points: '9999.99' },
      { person: 'd', seen: null, points: null },
    ])
  })

  it('are cast, normalised, respelt, rejected, accepted and bounded, in this order', async () => {
    const folder = writeProject({
      'models/all.yml': `
sources:
  - name: crm
    file: data/crm.csv
    key: k
    updated_at: at
    identifiers: { person: p }
    attributes: { country: country, title: title, title_kept: title, age: age, since: since, short: short }
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: country, normalize: lower, values: { usa: us, u.s.: us, gone: zz, ' x ': no }, reject: [ZZ], accept: '^[a-z]{2}$' }
      - { name: title, reject: default }
      - { name: title_kept }
      - { name: age, type: integer, reject: ['7', '0007'], accept: '^[0-9]+$', min: 1, max: 120 }
      - { name: since, type: date, min: 2000-01-01, max: 2026-12-31 }
      - { name: short, normalize: { sql: "substr(trim(value), 1, 3)" }, values: { abc: ABC }, accept: '^...$' }
`,
      // The last row of each person is the one that must not win, or that wins in its clean form.
      'data/crm.csv': `k,p,at,country,title,age,since,short
a1,ann,2026-01-01,de,Dr,44,2001-01-01,xyz
a2,ann,2026-02-01, USA ,None,7,1999-12-31,abcdef
b1,bob,2026-01-01,fr,Ms,120,2000-01-01,xyz
b2,bob,2026-02-01,gone,n/a,121,2027-01-01,ab
c1,cyd,2026-01-01,U.S.,Unknown,1,2026-12-31, abcd
c2,cyd,2026-02-01,usaa,00-0,0,soon,
`,
    })
    const run = await runProjectIn(folder)
    expect(run.result?.error).toBeUndefined()
    const rows = await query(
      folder,
      'select person, country, title, title_kept, age, since, short from customer_profiles order by person',
    )
    expect(rows).toEqual([
      {
        person: 'ann',
        country: 'us',
        title: 'Dr',
        title_kept: 'None',
        age: '44',
        since: '2001-01-01',
        short: 'ABC',
      },
      {
        person: 'bob',
        country: 'fr',
        title: 'Ms',
        title_kept: 'n/a',
        age: '120',
        since: '2000-01-01',
        short: 'xyz',
      },
      {
        person: 'cyd',
        country: 'us',
        title: null,
        title_kept: '00-0',
        age: '1',
        since: '2026-12-31',
        short: 'ABC',
      },
    ])
    const refused = await query(
      folder,
      'select record_key, column_name, reason from rejected_values order by record_key, column_name, reason',
    )
    expect(refused.map((r) => Object.values(r).join(' '))).toEqual([
      'a2 age reject',
      'a2 since min',
      'a2 title default',
      'b2 age max',
      'b2 country reject',
      'b2 short accept',
      'b2 since max',
      'b2 title default',
      'c1 title default',
      'c2 age min',
      'c2 country accept',
      'c2 since cast',
      'c2 title default',
    ])
  })
})
