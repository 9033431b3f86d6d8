import { type BehaviourProject, csv } from './project.js'

/** Users and the accounts that they are of, in one row each; accounts of two regions are never one. */
export const twoEntities: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - { name: user, id_column: uid, identifiers: [{ name: login }], max_profile_share: 100% }
  - { name: account, partition: region, identifiers: [{ name: domain }], max_profile_share: 100%, attributes: [{ name: plan, merge: collect }] }
sources:
  - name: seats
    file: data/seats.csv
    key: k
    updated_at: at
    entities:
      user: { identifiers: { login: login } }
      account: { identifiers: { domain: domain }, attributes: { plan: plan }, partition: { column: region } }
traits:
  - { name: seats, entity: account, from: seats, count: true }
segments:
  - { name: big, entity: account, where: { trait: seats, gte: 2 } }
`,
    'data/seats.csv': csv(
      'k,login,domain,plan,region,at',
      '1,ann,acme.com,gold,eu,2026-01-01',
      '2,bob,acme.com,free,eu,2026-01-02',
      '3,ann,acme.com,gold,us,2026-01-03',
      '4,cyd,,,us,2026-01-03',
    ),
  },
  expected: [
    { query: `select login from {schema}.user_profiles`, rows: ['ann', 'bob', 'cyd'] },
    {
      query: `select domain || '|' || plan || '|' || cast(seats as {text}) as held from {schema}.account_profiles`,
      rows: ['acme.com|["free","gold"]|2', 'acme.com|["gold"]|1'],
    },
    {
      query: `select plan from {schema}.segment_big`,
      rows: ['["free","gold"]'],
    },
  ],
}

const SEGMENTED = `entities:
  - { name: customer, identifiers: [{ name: mail, normalize: email }], max_profile_share: 100%, attributes: [{ name: city, merge: most_recent }] }
sources:
  - { name: people, file: data/people.csv, key: k, updated_at: at, identifiers: { mail: m }, attributes: { city: c } }
  - { name: decisions, file: data/decisions.csv, key: k, identifiers: { mail: m }, properties: { purpose: purpose, granted: { type: boolean }, decided_at: { type: timestamp } } }
segments:
  - { name: oslo, where: { attribute: city, eq: Oslo } }
purposes:
  - { name: news, applies_to: mail, expires_after: 100 days }
consents:
  - { from: decisions, of: mail, purpose: purpose, granted: granted, at: decided_at }
`

const people = (...rows: readonly string[]) => ({ 'data/people.csv': csv('k,m,c,at', ...rows) })

/** The latest decision about each value, and who was in a segment from when to when. */
export const consentsAndHistory: BehaviourProject = {
  files: {
    'models/all.yml': SEGMENTED,
    ...people('1,ann@x.com,Oslo,2026-01-01', '2,bo@x.com,Bonn,2026-01-01'),
    'data/decisions.csv': csv(
      'k,m,purpose,granted,decided_at',
      'd1,Ann@x.com,news,true,2026-01-01',
      'd2,ann@x.com,news,false,2026-02-01',
      'd3,bo@x.com,news,true,2026-02-01T12:00:00Z',
      'd4,bo@x.com,unheard,true,2026-02-01',
      'd5,new@x.com,news,maybe,2026-02-01',
    ),
  },
  runs: [
    { asOf: '2026-03-01' },
    { asOf: '2026-03-02', files: people('1,ann@x.com,Bonn,2026-03-01', '2,bo@x.com,Oslo,2026-03-01') },
    { asOf: '2026-03-03', files: people('1,ann@x.com,Oslo,2026-03-02', '2,bo@x.com,Oslo,2026-03-01') },
  ],
  expected: [
    {
      query: `select value || '|' || case when granted then 'yes' else 'no' end || '|'
        || case when expires_at = timestamp '2026-05-12 12:00:00' then 'in May' when expires_at is null then 'never' else 'wrong' end as held
        from {schema}.customer_consents`,
      rows: ['ann@x.com|no|never', 'bo@x.com|yes|in May'],
    },
    {
      query: `select p.mail || '|' || case h.entered_at when timestamp '2026-03-01 00:00:00' then '1' when timestamp '2026-03-02 00:00:00' then '2' when timestamp '2026-03-03 00:00:00' then '3' else '?' end
        || '|' || case h.exited_at when timestamp '2026-03-02 00:00:00' then '2' when timestamp '2026-03-03 00:00:00' then '3' else '-' end as held
        from {schema}.customer_segment_history as h join {schema}.customer_profiles as p on p.customer_id = h.customer_id`,
      rows: ['ann@x.com|1|2', 'ann@x.com|3|-', 'bo@x.com|2|-'],
    },
  ],
}
