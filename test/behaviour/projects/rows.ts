import { type BehaviourProject, csv } from './project.js'

/** Times that are written without an offset are of the zone of their column; days are those of the project. */
export const zones: BehaviourProject = {
  settings: 'timezone: Europe/Berlin\n',
  files: {
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: person }], max_profile_share: 100%, attributes: [{ name: day, type: date }, { name: far_day, type: date }] }
sources:
  - { name: days, file: data/days.csv, key: k, identifiers: { person: k }, attributes: { day: v, far_day: { column: v, timezone: America/New_York } } }
  - { name: orders, file: data/orders.csv, key: k, event: { value: order }, timestamp: { column: at, timezone: Europe/Berlin }, identifiers: { person: p } }
  - { name: calls, file: data/calls.csv, key: k, event: { value: call }, timestamp: { column: at, timezone: America/New_York }, identifiers: { person: p } }
  - { name: pings, file: data/pings.csv, key: k, event: { value: ping }, timestamp: { column: at, format: epoch_ms }, identifiers: { person: p } }
traits:
  - { name: first_at, from: orders, min: occurred_at }
segments:
  - { name: before_the_second, where: { trait: first_at, lt: 2026-03-02 } }
`,
    'data/orders.csv': csv(
      'k,p,at',
      'winter,a,2026-03-02 00:30:00',
      'summer,b,2026-07-01 00:30:00',
      'offset,c,2026-07-01T00:30:00-05:00',
      'eve,d,2026-03-01 23:30:00',
    ),
    'data/days.csv': csv(
      'k,v',
      'alone,2026-03-10',
      'midnight,2026-03-10 00:00:00',
      'evening,2026-03-10T23:30',
      'offset,2026-03-10T18:30:00-05:00',
      'utc,2026-07-01T22:00:00Z',
      'no_day,2026-02-29 10:00:00Z',
    ),
    'data/calls.csv': csv('k,p,at', 'est,a,2026-01-15 20:00:00', 'edt,a,2026-06-15 20:00:00.25'),
    'data/pings.csv': csv('k,p,at', 'one,a,1767225600123', 'old,a,-1'),
  },
  expected: [
    {
      query: `select record_key from {schema}.customer_events where
        record_key = 'winter' and occurred_at = timestamp '2026-03-01 23:30:00'
        or record_key = 'summer' and occurred_at = timestamp '2026-06-30 22:30:00'
        or record_key = 'offset' and occurred_at = timestamp '2026-07-01 05:30:00'
        or record_key = 'eve' and occurred_at = timestamp '2026-03-01 22:30:00'
        or record_key = 'est' and occurred_at = timestamp '2026-01-16 01:00:00'
        or record_key = 'edt' and occurred_at = timestamp '2026-06-16 00:00:00.25'
        or record_key = 'one' and occurred_at = timestamp '2026-01-01 00:00:00.123'
        or record_key = 'old' and occurred_at = timestamp '1969-12-31 23:59:59.999'`,
      rows: ['winter', 'summer', 'offset', 'eve', 'est', 'edt', 'one', 'old'],
    },
    {
      query: `select person || ' ' || coalesce(cast(day as {text}), '') || ' ' || coalesce(cast(far_day as {text}), '') as days
        from {schema}.customer_profiles where record_count > 0`,
      rows: [
        'alone 2026-03-10 2026-03-10',
        'midnight 2026-03-10 2026-03-10',
        'evening 2026-03-10 2026-03-11',
        'offset 2026-03-11 2026-03-11',
        'utc 2026-07-02 2026-07-02',
        'no_day  ',
      ],
    },
    {
      query: `select p.person from {schema}.segment_before_the_second as s join {schema}.customer_profiles as p on p.customer_id = s.customer_id`,
      rows: ['d'],
    },
  ],
}

/** One row a key or all of its versions, rows that are deleted or not meant, and what a third party may add. */
export const versions: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }, { name: mail }]
    max_profile_share: 100%
    attributes:
      - { name: tier, merge: most_recent }
      - { name: city, merge: oldest }
      - { name: income, type: integer, merge: most_recent, enrich: fill_missing, expires_after: 30 days }
sources:
  - { name: people, file: data/people.csv, key: k, updated_at: at, deleted: gone, where: { column: test, ne: 'yes' }, identifiers: { person: p }, attributes: { tier: t, income: i } }
  - { name: moves, file: data/moves.csv, key: k, versions: all, updated_at: at, identifiers: { person: p, mail: m }, attributes: { city: c } }
  - { name: panel, file: data/panel.csv, key: k, party: third, updated_at: at, identifiers: { person: p }, attributes: { income: i } }
`,
    'data/people.csv': csv(
      'k,p,t,i,at,gone,test',
      '1,a,silver,,2026-01-01,,no',
      '1,a,gold,,2026-02-01,,no',
      '2,b,silver,50,2026-10-20,,no',
      '3,c,gold,,2026-01-01,,no',
      '3,c,gold,,2026-03-01,true,no',
      '4,d,gold,,2026-01-01,,yes',
      '5,e,,,2026-01-01,,no',
    ),
    // Two versions of one key hold two addresses: both are of a, and the latest says the city.
    'data/moves.csv': csv('k,p,m,c,at', 'm1,a,a1@x.com,Oslo,2026-01-01', 'm1,a,a2@x.com,Bonn,2026-02-01'),
    'data/panel.csv': csv(
      'k,p,i,at',
      'x1,a,100,2026-10-20',
      'x2,b,200,2026-10-25',
      'x3,e,300,2026-08-01',
      'x4,nobody,400,2026-10-20',
    ),
  },
  expected: [
    {
      query: `select coalesce(person, '') || '|' || coalesce(tier, '') || '|' || coalesce(city, '') || '|' || coalesce(cast(income as {text}), '') as held
        from {schema}.customer_profiles`,
      rows: ['a|gold|Bonn|100', 'b|silver||50', 'e|||'],
    },
    {
      query: `select value from {schema}.customer_identifiers where identifier = 'mail'`,
      rows: ['a1@x.com', 'a2@x.com'],
    },
  ],
}

/** Sources that are tables with types of their own, decisions that stand in one, and models over what was found. */
export const tablesAndModels: BehaviourProject = {
  notOn: { bigquery: 'its double makes no tables by DDL of a user' },
  before: [
    'create schema {schema}_raw',
    `create table {schema}_raw.people (id bigint, mail varchar(40), amount decimal(12, 4), ok boolean, born date, seen timestamp, code varchar(9))`,
    `insert into {schema}_raw.people values
      (1, 'Ann@x.com', 12.5000, true, date '1980-02-29', timestamp '2026-01-01 10:00:00.5', '007'),
      (2, 'ann@x.com ', 0.0001, false, null, timestamp '2026-01-02 10:00:00', '1e3'),
      (3, 'zoe@x.com', -3, null, date '2000-12-31', timestamp '2026-01-03 00:00:00', null),
      (9007199254740993, 'Bo@x.com', null, true, null, timestamp '2026-01-04 00:00:00', '12')`,
    `create table {schema}_raw.decisions (kind varchar(9), identifier varchar(40), other_identifier varchar(40), reason varchar(40), "by" varchar(40), expires date)`,
    `insert into {schema}_raw.decisions values
      ('link', 'mail:bo@x.com', 'mail:zoe@x.com', 'a call', 'ann', null),
      ('link', 'mail:bo@x.com', 'mail:ann@x.com', 'until May', 'ann', date '2026-05-01')`,
  ],
  files: {
    'models/all.yml': `entities:
  - name: customer
    overrides_from: { table: '{schema}_raw.decisions' }
    identifiers: [{ name: id }, { name: mail, normalize: email }]
    max_profile_share: 100%
    attributes:
      - { name: born, type: date, merge: oldest }
      - { name: all_ok, type: boolean, merge: all_true }
      - { name: code, merge: longest }
sources:
  - { name: people, table: '{schema}_raw.people', key: id, updated_at: seen, identifiers: [id, mail], attributes: { born: born, all_ok: ok, code: code } }
models:
  - { name: amounts, materialized: table, public: true }
  - { name: small_amounts, materialized: view, public: true }
`,
    'models/amounts.sql': `select i.customer_id, sum(p.amount) as amount
from {{source "people"}} as p
join {{ref "customer_identifiers"}} as i on i.identifier = 'id' and i.value = cast(p.id as {text})
group by i.customer_id
`,
    'models/small_amounts.sql': 'select * from {{ref "amounts"}} where amount < 1\n',
  },
  expected: [
    {
      query: `select mail || '|' || coalesce(code, '') || '|' || case when all_ok then 'ok' else 'not' end as held from {schema}.customer_profiles`,
      rows: ['ann@x.com|007|not', 'bo@x.com|12|ok'],
    },
    {
      query: `select value from {schema}.customer_identifiers where identifier = 'id'`,
      rows: ['1', '2', '3', '9007199254740993'],
    },
    {
      query: `select cast(cast(amount as decimal(12, 4)) as {text}) as held from {schema}.amounts`,
      rows: ['12.5001', '-3.0000'],
    },
    {
      query: `select cast(cast(amount as decimal(12, 4)) as {text}) as held from {schema}.small_amounts`,
      rows: ['-3.0000'],
    },
    {
      query: `select distinct 'ok' as found from {schema}.customer_profiles where born = date '1980-02-29' or born = date '2000-12-31'`,
      rows: ['ok'],
    },
  ],
}
