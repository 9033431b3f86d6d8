import { type BehaviourProject, csv } from './project.js'

/** Golden values by every merge policy: dated and undated rows, ties that only bytes decide, sources in order. */
export const mergePolicies: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes:
      - { name: latest, merge: most_recent }
      - { name: earliest, merge: oldest }
      - { name: frequent, merge: most_frequent }
      - { name: lengthy, merge: longest }
      - { name: least, merge: min }
      - { name: greatest, merge: max }
      - { name: every, merge: collect }
      - { name: two, merge: { collect: { limit: 2 } } }
      - { name: web_first, merge: { source_priority: [web] } }
sources:
  - { name: crm, file: data/crm.csv, key: k, updated_at: at, identifiers: { person: p }, attributes: &all { latest: v, earliest: v, frequent: v, lengthy: v, least: v, greatest: v, every: v, two: v, web_first: v } }
  - { name: web, file: data/web.csv, key: k, updated_at: at, identifiers: { person: p }, attributes: { latest: v, earliest: v, frequent: v, lengthy: v, least: v, greatest: v, every: v, two: v, web_first: v } }
`.replace('&all ', ''),
    'data/crm.csv': csv(
      'k,p,v,at',
      'k1,a,Ann,2026-01-01',
      'k3,a,Ann,2026-03-01',
      // One time: the key decides, by its bytes: capitals before small letters, é after z.
      'Z1,t,zed,2026-01-01',
      'a1,t,Ärger,2026-01-01',
      'é1,t,_low,2026-01-01',
    ),
    'data/web.csv': csv('k,p,v,at', 'k2,a,Annabel,2026-02-01', 'k4,a,,2026-09-01', 'k5,a,Zoe,'),
  },
  expected: [
    {
      query: `select person || '|' || latest || '|' || earliest || '|' || frequent || '|' || lengthy || '|' || least || '|' || greatest || '|' || web_first as held
        from {schema}.customer_profiles`,
      rows: ['a|Ann|Ann|Ann|Annabel|Ann|Zoe|Annabel', 't|zed|zed|_low|Ärger|_low|Ärger|zed'],
    },
    {
      query: `select person || '|' || every || '|' || two as held from {schema}.customer_profiles where person = 'a'`,
      rows: ['a|["Ann","Annabel","Zoe"]|["Ann","Annabel"]'],
    },
  ],
}

/** Traits of every aggregate, and segments over them, over windows and over nulls. */
export const traitsAndSegments: BehaviourProject = {
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes: [{ name: country }]
sources:
  - { name: people, file: data/people.csv, key: p, identifiers: { person: p }, attributes: { country: c } }
  - { name: orders, file: data/orders.csv, key: k, event: kind, timestamp: at, identifiers: { person: p }, properties: { amount: { type: number }, item: item } }
traits:
  - { name: orders, from: orders, count: true }
  - { name: items, from: orders, count_distinct: item }
  - { name: total, from: orders, sum: amount, default: 0 }
  - { name: mean, from: orders, avg: amount }
  - { name: least, from: orders, min: amount }
  - { name: last_item, from: orders, last: item }
  - { name: first_item, from: orders, first: item }
  - { name: usual, from: orders, most_frequent: item }
  - { name: bought, from: orders, collect: item }
  - { name: last_at, from: orders, max: occurred_at }
  - { name: recent, from: orders, count: true, within: 30 days }
  - { name: per_item, ratio: [total, items] }
  - { name: doubled, sql: "total * 2", type: number }
segments:
  - { name: abroad, where: { attribute: country, ne: us } }
  - { name: spenders, where: { any: [{ trait: total, between: [10, 20] }, { trait: mean, gt: 100 }] } }
  - { name: lately, where: { event: buy, from: orders, at_least: 2, within: 30 days } }
  - { name: quiet, where: { all: [{ not: { segment: lately } }, { trait: last_at, exists: true }] } }
  - { name: odd, where: { sql: "mod(orders, 2) = 1" } }
`,
    'data/people.csv': csv('p,c', 'a,us', 'b,de', 'c,'),
    'data/orders.csv': csv(
      'k,p,kind,at,amount,item',
      '1,a,buy,2026-10-30T10:00:00Z,1.005,pen',
      '2,a,buy,2026-10-20T10:00:00Z,2,Pad',
      '3,a,buy,2026-01-01T10:00:00Z,7,pen',
      '4,b,return,2026-10-30T10:00:00Z,100.01,ink',
      '5,b,buy,2025-10-30T10:00:00Z,,été',
    ),
  },
  expected: [
    {
      query: `select person || '|' || cast(orders as {text}) || '|' || cast(items as {text}) || '|' || cast(recent as {text}) || '|' || coalesce(first_item, '') || '|' || coalesce(last_item, '') || '|' || coalesce(usual, '') || '|' || coalesce(bought, '') as held
        from {schema}.customer_profiles`,
      rows: ['a|3|2|2|pen|pen|pen|["pen","Pad"]', 'b|2|2|1|été|ink|ink|["ink","été"]', 'c|0|0|0||||'],
    },
    {
      query: `select person || '|' || cast(cast(total as decimal(18,3)) as {text}) || '|' || coalesce(cast(cast(mean as decimal(18,6)) as {text}), '') || '|' || coalesce(cast(cast(per_item as decimal(18,6)) as {text}), '') as held
        from {schema}.customer_profiles`,
      rows: ['a|10.005|3.335000|5.002500', 'b|100.010|100.010000|50.005000', 'c|0.000||'],
    },
    {
      query: `select p.person || ' ' || s.segment as held from {schema}.customer_segments as s join {schema}.customer_profiles as p on p.customer_id = s.customer_id`,
      rows: ['a lately', 'a odd', 'a spenders', 'b abroad', 'b quiet', 'b spenders', 'c abroad'],
    },
  ],
}
