import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** What BI reads: which columns, in which order, and what is in them. */

const MODELS = `
sources:
  - name: people
    file: data/people.csv
    description: People as the shop knows them.
    key: [shop, k]
    created_at: made
    updated_at: changed
    identifiers: { person: p, email: [email, email2] }
    attributes: { city: city, birth_date: { column: Born, type: date } }
    properties: { points: { type: number } }
  - name: leads
    file: data/leads.csv
    party: second
    key: Customer_ID
    identifiers: { email: mail }
    attributes: { city: town }
  - name: web
    file: data/web.jsonl
    key: id
    event: name
    timestamp: { column: at, timezone: America/New_York }
    identifiers: { email: user.email, cookie: cookie }
    properties: { amount: { path: props.amount, type: number } }
entities:
  - name: customer
    description: One person.
    identifiers:
      - { name: email, normalize: email }
      - { name: person, description: Number at the shop. }
      - { name: cookie }
    max_profile_share: 100%
    attributes:
      - { name: birth_date, description: "Day of birth; it's theirs." }
      - { name: city }
traits:
  - { name: spent, from: web, sum: amount, description: All of it. }
  - { name: a, from: web, most_frequent: amount }
segments:
  - { name: citizens, description: In a city., where: { attribute: city, exists: true } }
`

const DATA = {
  'data/people.csv': `shop,k,p,email,email2,city,Born,points,made,changed
1,1,ann,Ann@x.com,ann@y.com,Rome,1990-01-02,7.50,2025-01-01,2026-01-01
1,2,ann,old@x.com,,Bern,,x,2024-01-01,2025-01-01
2,1,bob,,,,1980-13-01,,,
2,2,,nonsense,,Nowhere,,,,
`,
  'data/leads.csv': 'Customer_ID,mail,town\nL1,ann@y.com,Oslo\nL2,who@x.com,Here\n',
  'data/web.jsonl': [
    '{"id":"1","name":"view","at":"2026-02-01 08:00:00","user":{"email":"ANN@X.COM"},"cookie":"c1","props":{"amount":2.5}}',
    '{"id":"2","name":"buy","at":"2026-01-15T00:00:00Z","user":{},"cookie":"c1","props":{}}',
    '{"id":"3","name":"view","at":"2026-03-01T00:00:00Z","user":{},"cookie":null,"props":{"amount":9}}',
  ].join('\n'),
}

const columnsOf = async (folder: string, table: string) => {
  const rows = await query(
    folder,
    `select column_name, data_type from duckdb_columns() where table_name = '${table}' order by column_index`,
  )
  return rows.map((row) => `${row.column_name} ${row.data_type}`)
}

describe('the tables of an entity', () => {
  it('have the columns of the design, and what belongs into them', async () => {
    const folder = writeProject({ 'models/all.yml': MODELS, ...DATA })
    const run = await runProjectIn(folder, { asOf: '2026-07-01' })
    expect(run.printed).toBe('')
    expect(run.result?.error).toBeUndefined()
    expect(await columnsOf(folder, 'customer_profiles')).toEqual([
      'customer_id VARCHAR',
      'email VARCHAR',
      'person VARCHAR',
      'cookie VARCHAR',
      'birth_date DATE',
      'city VARCHAR',
      'spent DECIMAL(38,9)',
      'a DECIMAL(38,9)',
      'is_known BOOLEAN',
      'first_seen_at TIMESTAMP',
      'last_seen_at TIMESTAMP',
      'record_count BIGINT',
      'event_count BIGINT',
    ])
    const profiles = await query(
      folder,
      'select * exclude (customer_id) from customer_profiles order by person',
    )
    // ann@x.com was seen on 1 February, later than ann@y.com; the lead is attached and undated.
    expect(profiles).toEqual([
      {
        email: 'ann@x.com',
        person: 'ann',
        cookie: 'c1',
        birth_date: '1990-01-02',
        city: 'Rome',
        spent: '2.500000000',
        a: '2.500000000',
        is_known: true,
        first_seen_at: '2024-01-01 00:00:00',
        last_seen_at: '2026-02-01 13:00:00',
        record_count: '3',
        event_count: '2',
      },
      {
        email: null,
        person: 'bob',
        cookie: null,
        birth_date: null,
        city: null,
        spent: null,
        a: null,
        is_known: true,
        first_seen_at: null,
        last_seen_at: null,
        record_count: '1',
        event_count: '0',
      },
    ])
    expect(await columnsOf(folder, 'customer_identifiers')).toEqual([
      'customer_id VARCHAR',
      'identifier VARCHAR',
      'value VARCHAR',
      'first_seen_at TIMESTAMP',
      'last_seen_at TIMESTAMP',
      'row_count BIGINT',
    ])
    expect(
      await query(folder, `select identifier, value, row_count from customer_identifiers order by 1, 2`),
    ).toEqual([
      { identifier: 'cookie', value: 'c1', row_count: '2' },
      { identifier: 'email', value: 'ann@x.com', row_count: '2' },
      { identifier: 'email', value: 'ann@y.com', row_count: '1' },
      { identifier: 'email', value: 'old@x.com', row_count: '1' },
      { identifier: 'person', value: 'ann', row_count: '2' },
      { identifier: 'person', value: 'bob', row_count: '1' },
    ])
    expect(await columnsOf(folder, 'customer_records')).toEqual([
      'source VARCHAR',
      'record_key VARCHAR',
      'customer_id VARCHAR',
    ])
    const records = await query(
      folder,
      'select source, record_key, person from customer_records left join customer_profiles using (customer_id) order by 1, 2',
    )
    expect(records.map((row) => Object.values(row).join(' '))).toEqual([
      'leads L1 ann',
      'leads L2 ',
      'people ["1","1"] ann',
      'people ["1","2"] ann',
      'people ["2","1"] bob',
      'people ["2","2"] ',
    ])
    expect(await columnsOf(folder, 'customer_events')).toEqual([
      'customer_id VARCHAR',
      'source VARCHAR',
      'event VARCHAR',
      'occurred_at TIMESTAMP',
      'record_key VARCHAR',
    ])
    expect(
      await query(
        folder,
        'select person, source, event, occurred_at, record_key from customer_events left join customer_profiles using (customer_id) order by record_key',
      ),
    ).toEqual([
      { person: 'ann', source: 'web', event: 'view', occurred_at: '2026-02-01 13:00:00', record_key: '1' },
      { person: 'ann', source: 'web', event: 'buy', occurred_at: '2026-01-15 00:00:00', record_key: '2' },
      { person: null, source: 'web', event: 'view', occurred_at: '2026-03-01 00:00:00', record_key: '3' },
    ])
    expect(await columnsOf(folder, 'segment_citizens')).toEqual([
      ...(await columnsOf(folder, 'customer_profiles')),
      'entered_at TIMESTAMP',
    ])
    expect(await columnsOf(folder, 'customer_provenance')).toEqual([
      'customer_id VARCHAR',
      'attribute VARCHAR',
      'value VARCHAR',
      'source VARCHAR',
      'record_key VARCHAR',
      'observed_at TIMESTAMP',
      'policy VARCHAR',
    ])
  })

  it('carry what was said about them as comments', async () => {
    const folder = writeProject({ 'models/all.yml': MODELS, ...DATA })
    await runProjectIn(folder)
    const comments = await query(
      folder,
      `
        select view_name as name, comment from duckdb_views() where view_name in ('customer_profiles', 'segment_citizens', 'enriched_people')
        union all
        select column_name, comment from duckdb_columns() where table_name = 'customer_profiles' and column_name in ('person', 'birth_date', 'spent', 'city')
        order by name
      `,
    )
    expect(Object.fromEntries(comments.map((row) => [row.name, row.comment]))).toEqual({
      birth_date: "Day of birth; it's theirs.",
      city: null,
      customer_profiles: 'One person.',
      enriched_people: 'People as the shop knows them.',
      person: 'Number at the shop.',
      segment_citizens: 'In a city.',
      spent: 'All of it.',
    })
  })
})

describe('enriched sources', () => {
  it('show all columns, typed where a type is declared, beside the id', async () => {
    const folder = writeProject({ 'models/all.yml': MODELS, ...DATA })
    await runProjectIn(folder)
    expect(await columnsOf(folder, 'enriched_people')).toEqual([
      'customer_id VARCHAR',
      'shop VARCHAR',
      'k VARCHAR',
      'p VARCHAR',
      'email VARCHAR',
      'email2 VARCHAR',
      'city VARCHAR',
      'Born DATE',
      'points DECIMAL(38,9)',
      'made TIMESTAMP',
      'changed TIMESTAMP',
    ])
    expect(
      await query(
        folder,
        'select customer_id is not null as found, email, "Born", points, made from enriched_people order by shop, k',
      ),
    ).toEqual([
      {
        found: true,
        email: 'Ann@x.com',
        Born: '1990-01-02',
        points: '7.500000000',
        made: '2025-01-01 00:00:00',
      },
      { found: true, email: 'old@x.com', Born: null, points: null, made: '2024-01-01 00:00:00' },
      { found: true, email: null, Born: null, points: null, made: null },
      { found: false, email: 'nonsense', Born: null, points: null, made: null },
    ])
    // A column of the source that is called like the id gives way.
    expect(await columnsOf(folder, 'enriched_leads')).toEqual([
      'customer_id VARCHAR',
      'source_Customer_ID VARCHAR',
      'mail VARCHAR',
      'town VARCHAR',
    ])
    expect(
      await query(
        folder,
        'select "source_Customer_ID" as lead, customer_id is null as nobody from enriched_leads order by 1',
      ),
    ).toEqual([
      { lead: 'L1', nobody: false },
      { lead: 'L2', nobody: true },
    ])
    expect(await query(folder, 'select id, "at", props from enriched_web order by id limit 1')).toEqual([
      { id: '1', at: '2026-02-01 13:00:00', props: '{"amount":2.5}' },
    ])
  })
})

describe('two entities in one project', () => {
  const TWO = `
sources:
  - name: seats
    file: data/seats.csv
    key: k
    updated_at: at
    entities:
      user:
        identifiers: { login: login }
        attributes: { source: name, party: party, record_key: rk }
      account:
        identifiers: { domain: domain }
        attributes: { observed_at: plan, value: plan, c: plan }
        partition: { column: region }
  - name: clicks
    file: data/clicks.csv
    key: k
    entity: user
    event: { value: clicked }
    timestamp: at
    identifiers: { login: login }
    properties: { event: what, row_key: what }
entities:
  - name: user
    id_column: uid
    identifiers: [{ name: login }]
    max_profile_share: 100%
    attributes: [{ name: party, merge: most_frequent }, { name: record_key, merge: longest }]
  - name: account
    partition: region
    identifiers: [{ name: domain }]
    max_profile_share: 100%
    attributes: [{ name: observed_at, merge: collect }, { name: value, merge: max }]
traits:
  - { name: p, entity: user, from: clicks, count: true }
  - { name: l, entity: user, from: clicks, most_frequent: event }
  - { name: pass_1, entity: user, from: seats, last: source }
  - { name: level_1, entity: user, type: string, sql: "uid || l" }
  - { name: rows, entity: user, type: string, sql: "level_1 || coalesce(source, '')" }
  - { name: seats, entity: account, from: seats, count: true }
segments:
  - { name: m, entity: user, where: { sql: "uid is not null and p > 0" } }
  - { name: big, entity: account, where: { all: [{ trait: seats, gte: 2 }, { sql: "account_id like 'a%'" }] } }
`
  it('keep apart, whatever names they use, and a partition is never crossed', async () => {
    const folder = writeProject({
      'models/all.yml': TWO,
      'data/seats.csv': `k,login,name,party,rk,domain,plan,region,at
1,ann,Ann,x,1,acme.com,gold,eu,2026-01-01
2,bob,Bob,y,22,acme.com,free,eu,2026-01-02
3,ann,Anna,x,333,acme.com,gold,us,2026-01-03
4,cyd,,,,,,us,2026-01-03
`,
      'data/clicks.csv': 'k,login,what,at\n1,ann,buy,2026-01-01\n2,bob,see,2026-01-01\n',
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(run.result?.error).toBeUndefined()
    const users = await query(
      folder,
      `select login, source, party, record_key, p, l, pass_1, level_1 = uid || l as same, rows = uid || l || source as all_rows, record_count from user_profiles order by login`,
    )
    expect(users).toEqual([
      {
        login: 'ann',
        source: 'Anna',
        party: 'x',
        record_key: '333',
        p: '1',
        l: 'buy',
        pass_1: 'Anna',
        same: true,
        all_rows: true,
        record_count: '2',
      },
      {
        login: 'bob',
        source: 'Bob',
        party: 'y',
        record_key: '22',
        p: '1',
        l: 'see',
        pass_1: 'Bob',
        same: true,
        all_rows: true,
        record_count: '1',
      },
      {
        login: 'cyd',
        source: null,
        party: null,
        record_key: null,
        p: '0',
        l: null,
        pass_1: null,
        same: null,
        all_rows: null,
        record_count: '1',
      },
    ])
    expect(
      await query(folder, 'select domain, observed_at, value, c, seats from account_profiles order by seats'),
    ).toEqual([
      { domain: 'acme.com', observed_at: '["gold"]', value: 'gold', c: 'gold', seats: '1' },
      { domain: 'acme.com', observed_at: '["free","gold"]', value: 'gold', c: 'free', seats: '2' },
    ])
    expect(
      await query(folder, 'select login, entered_at is not null as entered from segment_m order by 1'),
    ).toEqual([
      { login: 'ann', entered: true },
      { login: 'bob', entered: true },
    ])
    expect(await query(folder, 'select count(*) as n from account_segments')).toEqual([{ n: '1' }])
    // A row about both shows both.
    const seats = await query(
      folder,
      `
        select k, u.login, a.value as plan from enriched_seats as s
        left join user_profiles as u using (uid) left join account_profiles as a using (account_id) order by k
      `,
    )
    expect(seats.map((row) => Object.values(row).join(' '))).toEqual([
      '1 ann gold',
      '2 bob gold',
      '3 ann gold',
      '4 cyd ',
    ])
  })
})
