/** Projects over the files of random-history.ts, which differ in what of the language they use. */

const SOURCES = `
sources:
  - name: accounts
    file: data/accounts.csv
    key: id
    entity: customer
    where: { column: test, ne: 'yes' }
    updated_at: updated_at
    deleted: gone
    max_rejected: 100%
    identifiers: { account: id, email: email, phone: phone }
    attributes: { name: name, born: { column: born, type: date } }
  - name: contacts
    file: data/contacts.parquet
    key: id
    entity: customer
    versions: all
    updated_at: seen
    max_rejected: 100%
    identifiers: { email: email, cookie: cookie }
    attributes: { city: city }
  - name: visits
    file: data/visits.csv
    key: id
    entity: customer
    event: kind
    timestamp: at
    max_rejected: 100%
    identifiers: { cookie: cookie, email: email }
    properties: { amount: { column: amount, type: number }, due: { column: due, type: date } }
  - name: panel
    file: data/panel.parquet
    key: id
    entity: customer
    party: third
    updated_at: measured
    max_rejected: 100%
    identifiers: { phone: phone, email: email }
    attributes: { income: { column: income, type: integer } }
`

const TRAITS = `
traits:
  - { name: visits_10d, from: visits, count: true, within: 10 days }
  - { name: spent, from: visits, event: buy, sum: amount, default: 0 }
  - { name: last_visit_at, from: visits, max: occurred_at }
  - { name: usual_amount, from: visits, most_frequent: amount }
  - { name: first_amount, from: visits, first: amount }
  - { name: amounts, from: visits, collect: amount }
  - { name: due_soon, from: visits, exists: true, time: due, within_next: 20 days }
  - { name: recent_due, from: visits, count: true, where: { property: due, within: 15 days } }
  - { name: mean, ratio: [spent, visits_10d] }
segments:
  - { name: busy, entity: customer, where: { trait: visits_10d, gte: 1 } }
  - { name: buyers, entity: customer, where: { event: buy, from: visits, at_least: 1, within: 30 days } }
  - { name: lately, entity: customer, where: { trait: last_visit_at, within: 7 days } }
  - { name: idle_buyers, entity: customer, where: { all: [{ segment: buyers }, { not: { segment: busy } }] } }
`

const ATTRIBUTES = `
      - { name: name, merge: most_frequent }
      - { name: born, type: date, min: 1900-01-01 }
      - { name: city, merge: { source_priority: [contacts], then: most_recent } }
      - { name: emails, from: email, merge: { collect: { limit: 3 } } }
      - { name: income, type: integer, merge: most_recent, enrich: fill_missing, expires_after: 30 days }`

function entity(identifiers: string, more = ''): string {
  return `
entities:
  - name: customer
    identifiers:
${identifiers}
    max_profile_share: 100%
${more}    attributes:${ATTRIBUTES}
`
}

const PLAIN = `      - { name: account }
      - { name: email, normalize: email }
      - { name: phone, normalize: phone }
      - { name: cookie }`

const SHARED = `      - { name: account }
      - { name: email, normalize: email }
      - { name: phone, normalize: phone, shared_above: { account: 2 } }
      - { name: cookie, shared_above: { email: 1 } }`

const LIMITED = `      - { name: account, max_per_profile: 1 }
      - { name: email, normalize: email, max_per_profile: 2 }
      - { name: phone, normalize: phone }
      - { name: cookie }`

const BOTH = `      - { name: account, max_per_profile: 1 }
      - { name: email, normalize: email, max_per_profile: 2, shared_above: { account: 3 } }
      - { name: phone, normalize: phone, shared_above: { account: 2 } }
      - { name: cookie, shared_above: { email: 2 } }`

const MATCH = `    match:
      - { name: same_name_and_birth, on: [name, born] }
      - { name: same_birth, on: [born], action: propose }
`

const MODEL = `select "identifier", count(*) as "n" from {{ref "customer_identifiers"}} group by "identifier"`

const OVERRIDES = `overrides:
  - { entity: customer, link: ['account:1', 'cookie:c1'], reason: called in, by: ann }
  - { entity: customer, unlink: ['account:2', 'account:3'], reason: twins, by: ann }
  - { entity: customer, unlink: ['email:a@x.io', 'email:b@x.io'], reason: father and son, by: ann }
  - { entity: customer, block: 'phone:+16505550101', reason: store phone, by: ann }
  - { entity: customer, link: ['email:c@x.io', 'phone:+16505550103'], reason: told us, by: ann, expires: 2026-03-10 }
`

/** Visits are read from where the last run ended. */
const CURSOR = SOURCES.replace(
  '    timestamp: at\n',
  '    timestamp: at\n    loaded_at: { column: loaded, lookback: 1 days }\n',
)

function project(declared: string, sources = SOURCES): Readonly<Record<string, string>> {
  return {
    'models/all.yml': `${declared}${sources}${TRAITS}\nmodels:\n  - { name: coverage, public: true }\n`,
    'models/coverage.sql': MODEL,
  }
}

/** Name → files of the project but for its data. */
export const COMPANIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: project(entity(PLAIN)),
  matching: project(entity(PLAIN, MATCH)),
  sharing: project(entity(SHARED)),
  limited: project(entity(LIMITED)),
  'limited by size': project(entity(LIMITED, '    max_profile_size: 4\n')),
  'limited by size and birth': project(entity(LIMITED, '    max_profile_size: 4\n    keep_apart: [born]\n')),
  'limited, nothing contested': project(
    entity(LIMITED, '    keep_apart: [born]\n    on_conflict: refuse_all\n'),
  ),
  'sharing and limited': project(entity(BOTH, MATCH)),
  'with a cursor': project(entity(PLAIN), CURSOR),
  'with a cursor, sharing and limited': project(entity(BOTH, MATCH), CURSOR),
  decided: project(entity(PLAIN) + OVERRIDES),
  'decided, sharing and limited': project(entity(BOTH, MATCH) + OVERRIDES),
}
