import { readFileSync } from 'node:fs'
import { seeded } from '../../seeded.js'

/** The webhook, with small batches and little patience. */
function connector(name: string, concurrency: number): string {
  return readFileSync(new URL('../../../connectors/webhook.yml', import.meta.url), 'utf8')
    .replace('name: webhook', `name: ${name}`)
    .replaceAll('max_rows: 100', 'max_rows: 5')
    .replace('concurrency: 4, timeout: 30s', `concurrency: ${concurrency}, timeout: 1s`)
    .replace(
      /^retry: .*$/m,
      'retry: { max_attempts: 4, backoff: { base: 1s, factor: 1, max: 1s }, max_elapsed: 20s }',
    )
    .replace(/^examples:[\s\S]*$/m, '')
}

const SYNC = `mode: mirror
    on_leave: delete
    allow_delete: true
    guards: { max_added: 100%, max_changed: 100%, max_removed: 100%, max_rejected: 100%, empty_source: allow, max_age: 9999 days }`

/** Where a lane's tables are: its target, and the variables that this reads. */
export interface Warehouse {
  readonly target: string
  readonly env: Readonly<Record<string, string>>
  /** How long a lease lasts, in milliseconds: many times what a statement takes. */
  readonly leaseMs: number
}

export const DUCKDB: Warehouse = {
  target: 'type: duckdb, path: target/dev.duckdb, threads: 1',
  env: {},
  leaseMs: 2_000,
}

/** Customers under their id, where the destination is told of merges; and under their address, where it is told of new ones. */
export function projectFor({ target }: Warehouse, url: string): Record<string, string> {
  return {
    'profiles.yml': `name: chaos
language: 1
targets:
  dev: { ${target}, syncs: live }
`,
    'connectors/wide.yml': connector('wide', 3),
    'connectors/narrow.yml': connector('narrow', 1),
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: card }, { name: email, normalize: email }]
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: updated_at
    identifiers: { email: email, card: card }
    attributes: { name: name, city: city }
destinations:
  - { name: customers, connector: wide, config: { url: ${url}/customers }, allow_http: true, allow_private: true }
  - { name: contacts, connector: narrow, config: { url: ${url}/contacts }, allow_http: true, allow_private: true }
syncs:
  - name: customers
    from: { profiles: customer }
    to: customers
    map: { email: email, city: city, name: name }
    ${SYNC}
  - name: contacts
    from: { profiles: customer }
    to: contacts
    key: email
    map: { city: city, customer: customer_id }
    ${SYNC}
`,
  }
}

/** The people of a generation, a row each. Cards hold rows together and let them go again; addresses wander. */
export function peopleOf(generation: number, seed: number, count = 40): Record<string, string> {
  const steady = seeded(seed)
  const random = seeded(seed * 10_000 + generation)
  const pick = (n: number): number => Math.floor(random() * n)
  const people = Array.from({ length: count }, (_, i) => {
    const [card, email, city] = [steady(), steady(), steady()].map((share) => Math.floor(share * count))
    if (random() < 0.08) return []
    const isNew = random() < 0.15
    const cells = [
      i,
      isNew ? `p${pick(count)}@x.com` : `p${email}@x.com`,
      random() < 0.3 ? '' : `c${random() < 0.1 ? pick(count) : card}`,
      `N${i}`,
      `City ${isNew ? pick(9) : city}`,
      `2026-01-${String(1 + pick(20)).padStart(2, '0')}`,
    ]
    return [cells.join(',')]
  })
  return { 'data/people.csv': `id,email,card,name,city,updated_at\n${people.flat().join('\n')}\n` }
}
