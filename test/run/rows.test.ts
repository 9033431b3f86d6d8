import { describe, expect, it } from 'vitest'
import { query } from '../project-run.js'
import { ACCOUNTS, ENTITY, figures, ran, rejected, succeeded } from './accounts.js'

describe('which rows are read', () => {
  it('where comes first: what does not match is counted, and never at fault', async () => {
    const yaml = ACCOUNTS.replace('    key: id', '    where: { column: is_test, ne: true }\n    key: id')
    const { folder, run } = await ran(yaml, {
      'accounts.csv': `id,email,name,updated_at,is_test
1,a@x.com,Ann,2026-01-01,false
2,b@x.com,Bob,2026-01-01,
3,c@x.com,Cid,2026-01-01,yes
,d@x.com,Dot,never,TRUE
`,
    })
    expect(figures(run)).toMatchObject({ read: '4', kept: '2', filtered: '2', rejected: '0' })
    expect(await query(folder, 'select record_key from customer_records order by 1')).toEqual([
      { record_key: '1' },
      { record_key: '2' },
    ])
    expect(await rejected(folder)).toEqual([])
  })

  it('an event later than as_of does not exist yet, whatever else is wrong with it', async () => {
    const yaml = `${ENTITY}
sources:
  - name: visits
    file: visits.csv
    key: id
    event: name
    timestamp: at
    identifiers: { shop_id: account, email: email }
`
    const { folder, run } = await ran(yaml, {
      'visits.csv': `id,name,at,account,email
1,seen,2026-06-29T12:00:00Z,7,a@x.com
2,seen,2026-06-30T00:00:00Z,8,b@x.com
3,seen,2026-06-30T00:00:01Z,7,b@x.com
,seen,2027-01-01,9,c@x.com
`,
    })
    expect(figures(run, 'visits')).toMatchObject({ read: '4', kept: '2', future: '2', rejected: '0' })
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '2' }])
    const later = await succeeded(folder, { asOf: '2026-07-01' })
    expect(figures(later, 'visits')).toMatchObject({ kept: '3', future: '1' })
    expect(await query(folder, 'select event_count from customer_profiles')).toEqual([{ event_count: '3' }])
  })
})

describe('times', () => {
  it('must read where they are given; an event must have its own', async () => {
    const yaml = `${ENTITY}
sources:
  - name: accounts
    file: accounts.csv
    key: id
    created_at: created
    updated_at: { column: updated, timezone: America/New_York }
    max_rejected: 100%
    identifiers: { shop_id: id }
  - name: visits
    file: visits.csv
    key: id
    event: name
    timestamp: at
    max_rejected: 100%
    identifiers: { shop_id: account }
`
    const { folder } = await ran(yaml, {
      'accounts.csv': `id,created,updated
1,2025-01-01,2026-01-15 10:00
2,,2026-01-02T00:00:00Z
3,2025-03-01,
4,,
5,2025-05-01,2024-02-30
6,soon,2026-01-06T00:00:00Z
`,
      'visits.csv': `id,name,at,account
v1,seen,2026-02-01T10:00:00+02:00,1
v2,seen,,2
v3,seen,yesterday,3
v4,seen,2026-03-01,4
`,
    })
    expect(await rejected(folder)).toEqual([
      { record_key: '5', reason: 'bad_timestamp', column_name: 'updated', value: '2024-02-30' },
      { record_key: 'v2', reason: 'missing_timestamp', column_name: 'at', value: null },
      { record_key: 'v3', reason: 'bad_timestamp', column_name: 'at', value: 'yesterday' },
    ])
    expect(
      await query(folder, 'select source, record_key, reason, column_name, value from rejected_values'),
    ).toEqual([
      { source: 'accounts', record_key: '6', reason: 'cast', column_name: 'created', value: 'soon' },
    ])
    expect(
      await query(
        folder,
        `select shop_id, cast(first_seen_at as varchar) as first, cast(last_seen_at as varchar) as last, record_count, event_count
         from customer_profiles order by shop_id`,
      ),
    ).toEqual([
      {
        shop_id: '1',
        first: '2025-01-01 00:00:00',
        last: '2026-02-01 08:00:00',
        record_count: '1',
        event_count: '1',
      },
      {
        shop_id: '2',
        first: '2026-01-02 00:00:00',
        last: '2026-01-02 00:00:00',
        record_count: '1',
        event_count: '0',
      },
      {
        shop_id: '3',
        first: '2025-03-01 00:00:00',
        last: '2025-03-01 00:00:00',
        record_count: '1',
        event_count: '0',
      },
      {
        shop_id: '4',
        first: '2026-03-01 00:00:00',
        last: '2026-03-01 00:00:00',
        record_count: '1',
        event_count: '1',
      },
      {
        shop_id: '6',
        first: '2026-01-06 00:00:00',
        last: '2026-01-06 00:00:00',
        record_count: '1',
        event_count: '0',
      },
    ])
  })
})

it('a partition is never crossed, and a row without one is rejected', async () => {
  const yaml = `
entities:
  - name: customer
    partition: brand
    identifiers: [{ name: shop_id }, { name: email, normalize: email }]
sources:
  - name: accounts
    file: accounts.csv
    key: id
    partition: brand
    identifiers: { shop_id: account, email: email }
  - name: letters
    file: letters.csv
    key: id
    partition: { value: north }
    identifiers: { email: email }
`
  const { folder } = await ran(yaml, {
    'accounts.csv':
      'id,account,email,brand\n1,7,a@x.com,north\n2,7,b@x.com,south\n3,8,a@x.com,south\n4,9,a@x.com,\n',
    'letters.csv': 'id,email\nx,a@x.com\n',
  })
  expect(await rejected(folder)).toEqual([
    { record_key: '4', reason: 'missing_partition', column_name: 'brand', value: null },
  ])
  const groups = await query(
    folder,
    `select string_agg(source || '/' || record_key, ' ' order by source, record_key) as records
     from customer_records group by customer_id order by 1`,
  )
  expect(groups).toEqual([
    { records: 'accounts/1 letters/x' },
    { records: 'accounts/2' },
    { records: 'accounts/3' },
  ])
})

it('a type may come from several columns, and a row may be about several entities', async () => {
  const yaml = `
entities:
  - name: user
    identifiers: [{ name: login }, { name: email, normalize: email }]
  - name: account
    identifiers: [{ name: tenant }, { name: domain, normalize: lower }]
sources:
  - name: app_users
    file: users.csv
    key: id
    entities:
      user: { identifiers: { login: id, email: [email, billing_email] }, attributes: { full_name: name } }
      account: { identifiers: { tenant: account, domain: domain }, attributes: { plan: plan } }
`
  const { folder } = await ran(yaml, {
    'users.csv': `id,email,billing_email,name,account,domain,plan
1,ann@x.com,pay@x.com,Ann,a1,X.com,gold
2,PAY@x.com ,pay@x.com,Ann B,a2,x.com,free
3,n/a,N/A,Cid,,,
`,
  })
  expect(
    await query(folder, 'select identifier, value, row_count from user_identifiers order by all'),
  ).toEqual([
    { identifier: 'email', value: 'ann@x.com', row_count: '1' },
    { identifier: 'email', value: 'pay@x.com', row_count: '2' },
    { identifier: 'login', value: '1', row_count: '1' },
    { identifier: 'login', value: '2', row_count: '1' },
    { identifier: 'login', value: '3', row_count: '1' },
  ])
  expect(await query(folder, 'select record_count from user_profiles order by 1')).toEqual([
    { record_count: '1' },
    { record_count: '2' },
  ])
  expect(await query(folder, 'select domain, record_count from account_profiles')).toEqual([
    { domain: 'x.com', record_count: '2' },
  ])
  expect(await query(folder, 'select record_key from account_records where account_id is null')).toEqual([
    { record_key: '3' },
  ])
  expect(await query(folder, 'select * from rejected_identifiers order by value')).toEqual([
    {
      source: 'app_users',
      identifier: 'email',
      value: 'N/A',
      rule: 'default',
      row_count: '1',
      sample_record_key: '3',
    },
    {
      source: 'app_users',
      identifier: 'email',
      value: 'n/a',
      rule: 'default',
      row_count: '1',
      sample_record_key: '3',
    },
  ])
})
