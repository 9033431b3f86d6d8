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
  it('are there as soon as the source is, whoever the rows are about', async () => {
    const folder = writeProject({ 'models/all.yml': MODELS, ...DATA })
    const run = await runProjectIn(folder, { selection: ['source.leads'] })
    expect(run.result?.error).toBeUndefined()
    const rows =
      'select "source_Customer_ID" as lead, customer_id is null as nobody from enriched_leads order by 1'
    expect(await query(folder, rows)).toEqual([
      { lead: 'L1', nobody: true },
      { lead: 'L2', nobody: true },
    ])
    await expect(runProjectIn(folder, { selection: ['traits.customer'] })).rejects.toThrow('never built')
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect((await query(folder, rows))[0]).toEqual({ lead: 'L1', nobody: false })
  })

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
