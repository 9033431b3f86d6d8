import { type BehaviourProject, csv } from './project.js'

const ENTITY = `entities:
  - name: customer
    identifiers:
      - { name: account, max_per_profile: 1 }
      - { name: email, normalize: email, shared_above: { account: 3 } }
      - { name: phone, normalize: { phone: { region: US } } }
    max_profile_share: 100%
sources:
  - name: accounts
    file: data/accounts.csv
    key: k
    updated_at: at
    identifiers: { account: id, email: email, phone: phone }
`

/** Rows that share a value are one person, as far as limits let them, and people have the last word. */
export const limitsAndOverrides: BehaviourProject = {
  files: {
    'models/all.yml': `${ENTITY}overrides:
  - { link: ["email:solo@x.com", "phone:+16505550109"] }
  - { unlink: ["email:ann@x.com", "phone:+16505550101"] }
`,
    'data/accounts.csv': csv(
      'k,id,email,phone,at',
      'k1,1,Ann@X.com,650-555-0101,2026-01-01',
      // Two accounts of one address: the limit keeps them apart.
      'k2,2,bo@x.com,650-555-0102,2026-01-02',
      'k3,3,bo@x.com,,2026-01-03',
      // An address of four accounts joins nobody.
      'k4,4,info@x.com,,2026-01-04',
      'k5,5,info@x.com,,2026-01-05',
      'k6,6,info@x.com,,2026-01-06',
      'k7,7,info@x.com,,2026-01-07',
      'xsol,,solo@x.com,,2026-01-08',
      'x109,,,650-555-0109,2026-01-09',
    ),
  },
  expected: [
    {
      query: `select identifier || ' ' || value as held from {schema}.customer_identifiers where customer_id in (
        select customer_id from {schema}.customer_identifiers where value = 'solo@x.com')`,
      rows: ['email solo@x.com', 'phone +16505550109'],
    },
    {
      query: `select case when count(distinct customer_id) = 2 then 'two' else 'other' end as customers
        from {schema}.customer_identifiers where value in ('ann@x.com', '+16505550101')`,
      rows: ['two'],
    },
    {
      query: `select case when count(distinct customer_id) = 6 then 'six' else 'other' end as customers
        from {schema}.customer_identifiers where identifier = 'account' and value <> '1'`,
      rows: ['six'],
    },
    {
      query: `select rule || ' ' || value as refused from {schema}.rejected_identifiers where value = 'info@x.com'`,
      rows: ['shared_above info@x.com'],
    },
  ],
}

/** Later runs work on what has changed: people meet, part, come and go, and keep their ids. */
export const changes: BehaviourProject = {
  files: {
    'models/all.yml': `${ENTITY}traits:
  - { name: orders, from: orders, count: true }
  - { name: recent, from: orders, count: true, within: 10 days }
segments:
  - { name: buyers, where: { trait: orders, gte: 1 } }
`.replace(
      'sources:\n',
      `sources:
  - { name: orders, file: data/orders.csv, key: id, event: { value: order }, timestamp: at, identifiers: { email: email } }
`,
    ),
    'data/accounts.csv': csv(
      'k,id,email,phone,at',
      'k1,1,ann@x.com,,2026-01-01',
      'k2,2,,650-555-0102,2026-01-02',
    ),
    'data/orders.csv': csv('id,email,at', 'o1,ann@x.com,2026-01-01'),
  },
  runs: [
    { asOf: '2026-01-05' },
    {
      asOf: '2026-01-20',
      files: {
        'data/accounts.csv': csv(
          'k,id,email,phone,at',
          'k1,1,ann@x.com,,2026-01-01',
          'k2,2,,650-555-0102,2026-01-02',
          'xzed102,,zed@x.com,650-555-0102,2026-01-19',
        ),
        'data/orders.csv': csv('id,email,at', 'o1,ann@x.com,2026-01-01', 'o2,zed@x.com,2026-01-18'),
      },
    },
    {
      asOf: '2026-01-21',
      files: {
        'data/accounts.csv': csv(
          'k,id,email,phone,at',
          'k2,2,,650-555-0102,2026-01-02',
          'xzed102,,zed@x.com,650-555-0102,2026-01-19',
        ),
      },
    },
  ],
  expected: [
    {
      query: `select coalesce(account, '-') || ' ' || email || ' ' || cast(orders as {text}) || ' ' || cast(recent as {text}) as held
        from {schema}.customer_profiles`,
      rows: ['- ann@x.com 1 0', '2 zed@x.com 1 1'],
    },
    {
      query: `select kind from {schema}.customer_id_changes`,
      rows: ['created', 'created'],
    },
  ],
}
