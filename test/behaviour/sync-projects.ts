/** Syncs of a project to the address `HOOK`, and how its files are before each of its runs. */
export interface SyncedProject {
  readonly models: string
  /** By path, without profiles.yml and the declarations. */
  readonly files?: Readonly<Record<string, string>>
  readonly runs: readonly Readonly<Record<string, string>>[]
}

/** Each sync has a place of its own at the address. */
function declared(syncs: Readonly<Record<string, string>>): string {
  const names = Object.keys(syncs)
  const destinations = names.map(
    (name) =>
      `  - { name: to_${name}, connector: quick, config: { url: "{{ env 'HOOK' }}/${name}" }, allow_http: true, allow_private: true }\n`,
  )
  const all = names.map((name) => `  - { name: ${name}, to: to_${name}, ${syncs[name]} }\n`)
  return `destinations:\n${destinations.join('')}syncs:\n${all.join('')}`
}

const PEOPLE = `select
  id, email, city,
  cast(age as bigint) as age,
  cast(spent as decimal(12, 2)) as spent,
  cast(born as date) as born,
  cast(seen as timestamp) as seen,
  cast(is_vip as boolean) as is_vip
from {{source "people_csv"}}
`

const HEADER = 'id,email,city,age,spent,born,seen,is_vip'
const people = (...rows: readonly string[]) => ({ 'people.csv': `${[HEADER, ...rows].join('\n')}\n` })

const TYPED = '{ email: email, city: city, age: age, spent: spent, born: born, seen: seen, is_vip: is_vip }'

const MODES: Readonly<Record<string, string>> = {
  upserted: `key: id, mode: upsert, map: ${TYPED}`,
  with_nulls: `key: id, mode: upsert, nulls: send, map: ${TYPED}`,
  made: 'key: id, mode: upsert, map: { greeting: "Dear {{email}} of {{city}}", is_ours: { value: true }, initial: { sql: "upper(substr(city, 1, 1))", type: string } }',
  ignoring: `key: id, mode: upsert, diff: { ignore: [city] }, map: ${TYPED}`,
  deleting: `key: id, mode: mirror, on_leave: delete, allow_delete: true, map: ${TYPED}`,
  updating: 'key: id, mode: mirror, on_leave: { update: { is_vip: false } }, map: [email, is_vip]',
  leaving: 'key: [id, email], mode: mirror, on_leave: nothing, map: [city]',
  update_only: 'key: id, mode: update_only, map: [email, age]',
  create_only: 'key: id, mode: create_only, map: [email, age]',
  appending: 'key: id, mode: append, map: [email, spent]',
  of_deleted: 'key: id, mode: delete, allow_delete: true, map: [email]',
}

/** One model with a column of each type, synced in every way that the words of a sync say. */
const modes: SyncedProject = {
  models: `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
${declared(Object.fromEntries(Object.entries(MODES).map(([name, words]) => [name, `from: { model: people }, ${words}`])))}`,
  files: { 'models/people.sql': PEOPLE },
  runs: [
    people(
      '1,a@x.com,Ely,40,12.50,1980-02-29,2026-01-01 10:00:00.5,true',
      '2,b@x.com,,,,,,',
      '3,"o\'hara ""x""@x.com","Zürich\\n; drop table 😀",7,0.10,,2026-01-02 00:00:00,false',
      '4,d@x.com,York,-1,1000000.00,2000-12-31,,',
      '5,twice@x.com,York,,,,,',
      '5,again@x.com,York,,,,,',
      ',nobody@x.com,York,,,,,',
    ),
    // One changes, one loses values, one leaves, one comes; the rest stay.
    people(
      '1,a@x.com,Deal,41,12.5,1980-02-29,2026-01-01 10:00:00.5,true',
      '2,b@x.com,,,,,,',
      '3,"o\'hara ""x""@x.com",,7,0.1,,2026-01-02 00:00:00,false',
      '6,f@x.com,Ely,0,0,1970-01-01,1970-01-01 00:00:00,true',
    ),
    // As it was at first, but for those who had one key.
    people(
      '1,a@x.com,Ely,40,12.50,1980-02-29,2026-01-01 10:00:00.5,true',
      '2,b@x.com,,,,,,',
      '4,d@x.com,York,-1,1000000.00,2000-12-31,,',
    ),
  ],
}

/** Customers under an address of theirs: it changes, two become one, and one becomes two again. */
const customersByEmail: SyncedProject = {
  models: `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
${declared({ contacts: 'from: { profiles: customer }, key: email, map: { city: city, id: customer_id }, mode: mirror, on_leave: delete, allow_delete: true' })}`,
  runs: [
    ['1,c1,a@x.com,Ely,2026-01-01', '2,c2,b@x.com,York,2026-01-02', '3,c3,c@x.com,Deal,2026-01-03'],
    ['1,c1,z@x.com,Ely,2026-02-01', '2,c2,b@x.com,York,2026-01-02', '3,c2,c@x.com,Deal,2026-01-03'],
    ['1,c1,z@x.com,Ely,2026-02-01', '2,c2,b@x.com,York,2026-01-02', '3,c3,c@x.com,Deal,2026-01-03'],
  ].map((rows) => ({ 'people.csv': `id,card,email,city,at\n${rows.join('\n')}\n` })),
}

/** Segments, with consent for the very address: given, withdrawn, of another address, and nobody asked. */
const consents: SyncedProject = {
  models: `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
  - { name: decisions, file: decisions.csv, key: id, identifiers: { email: email }, properties: { purpose: purpose, granted: { type: boolean }, decided_at: { type: timestamp } } }
segments:
  - { name: ely, where: { attribute: city, eq: Ely } }
  - { name: coast, where: { attribute: city, in: [Deal, Ely] } }
purposes:
  - { name: news, applies_to: email, expires_after: 300 days }
consents:
  - { from: decisions, of: email, purpose: purpose, granted: granted, at: decided_at }
${declared({ lists: 'from: { segments: [ely, coast] }, mode: mirror, key: [email, segment], map: [city], purpose: news, on_withdraw: delete, on_leave: delete, allow_delete: true' })}`,
  runs: [
    {
      'people.csv':
        'id,card,email,city,at\n1,c1,a@x.com,Ely,2026-01-01\n2,c2,b@x.com,Deal,2026-01-02\n3,c3,c@x.com,Ely,2026-01-03\n',
      'decisions.csv':
        'id,email,purpose,granted,decided_at\nd1,a@x.com,news,true,2026-06-01\nd2,b@x.com,news,true,2026-06-01\nd3,c@x.com,news,true,2025-11-01\n',
    },
    {
      'decisions.csv':
        'id,email,purpose,granted,decided_at\nd1,a@x.com,news,true,2026-06-01\nd2,b@x.com,news,true,2026-06-01\nd3,c@x.com,news,true,2026-10-01\nd4,b@x.com,news,false,2026-07-01\n',
    },
    {
      'people.csv':
        'id,card,email,city,at\n1,c1,a@x.com,Deal,2026-01-01\n2,c2,b@x.com,Deal,2026-01-02\n3,c3,c@x.com,York,2026-01-03\n',
    },
  ],
}

/** Every event once, whatever happens to those before. */
const events: SyncedProject = {
  models: `entities:
  - { name: customer, identifiers: [{ name: card }] }
sources:
  - { name: visits, file: visits.csv, key: id, event: kind, timestamp: at, identifiers: { card: card }, properties: [page] }
${declared({ visits: 'from: { events: customer }, mode: append, map: { id: customer_id, event: event, at: occurred_at }' })}`,
  runs: [
    ['v1,look,2026-10-01T10:00:00Z,c1,/a'],
    ['v1,look,2026-10-01T10:00:00Z,c1,/a', 'v2,buy,2026-10-02T10:00:00.123456Z,c1,/b'],
  ].map((rows) => ({ 'visits.csv': `id,kind,at,card,page\n${rows.join('\n')}\n` })),
}

export const SYNCED_PROJECTS: Readonly<Record<string, SyncedProject>> = {
  modes,
  customers_by_email: customersByEmail,
  consents,
  events,
}
