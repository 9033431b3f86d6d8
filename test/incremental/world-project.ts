import {
  COLUMNS,
  type Rules,
  SOURCE_NAMES,
  type SourceName,
  type World,
  type WorldOverride,
  type WorldRow,
} from './small-worlds.js'

/** Worlds as a project: the declarations of a run, and the files of all worlds, whose values differ by a suffix. */

/** The first run is at the start of 2026-03-01. */
export const dateOf = (day: number): string =>
  new Date(Date.UTC(2026, 2, 1) + day * 86_400_000).toISOString().slice(0, 10)

/** A value of the world of this number. */
export const inWorld = (value: string, n: number): string => (value === '' ? '' : `${value}w${n}`)
/** The number of the world that a value is of. */
export const worldOf = (value: string): number => Number(value.slice(value.lastIndexOf('w') + 1))

/** Identifier types, strongest first. */
export function typesOf({ phoneFirst, cookie }: Rules): readonly string[] {
  return ['account', ...(phoneFirst ? ['phone', 'email'] : ['email', 'phone']), cookie]
}

const option = (key: string, value: unknown): string => (value === undefined ? '' : `, ${key}: ${value}`)

export function modelsOf(rules: Rules, overrides: readonly string[]): string {
  const { limits, cookie } = rules
  const words: Readonly<Record<string, string>> = {
    account: option('max_per_profile', limits.account),
    email: `, normalize: ${rules.emailsInLowerCase ? 'lower' : 'none'}${option('max_per_profile', limits.email)}${option('reject', rules.rejectsFirstEmail ? '[{ pattern: ^e0 }]' : undefined)}`,
    phone:
      rules.phoneSharedAbove === undefined ? '' : `, shared_above: { account: ${rules.phoneSharedAbove} }`,
    [cookie]:
      rules.cookieSharedAbove === undefined ? '' : `, shared_above: { email: ${rules.cookieSharedAbove} }`,
  }
  const visits = `  - name: visits
    file: data/visits.csv
    key: id
    event: { value: visit }
    timestamp: at
    ${rules.hasCursor ? 'loaded_at: { column: loaded, lookback: 1 days }' : ''}
    identifiers: { ${cookie}: cookie, email: email }
`
  return `${overrides.length === 0 ? '' : `overrides:\n${overrides.join('\n')}\n`}entities:
  - name: customer
    max_profile_share: 100%
    ${limits.size === undefined ? '' : `max_profile_size: ${limits.size}`}
    ${limits.keepApart ? 'keep_apart: [born]' : ''}
    ${limits.refuseAll ? 'on_conflict: refuse_all' : ''}
    identifiers:
${typesOf(rules)
  .map((type) => `      - { name: ${type}${words[type]} }`)
  .join('\n')}
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: seen
    deleted: gone
    identifiers: { account: account, email: email, phone: phone, ${cookie}: cookie }
    attributes: { born: born }
  - name: panel
    file: data/panel.csv
    key: id
    updated_at: seen
    identity: ${rules.panelJoins ? 'join' : 'attach'}
    identifiers: { phone: phone, email: email }
${rules.readsVisits ? visits : ''}`
}

export function overridesOf(worlds: ReadonlyMap<number, World>, run: number): readonly string[] {
  return [...worlds].flatMap(([n, world]) => (world[run]?.overrides ?? []).map((one) => written(one, n)))
}

function written({ kind, nodes, expires }: WorldOverride, n: number): string {
  const named = nodes.map((node) => JSON.stringify(inWorld(node, n)))
  const until = option('expires', expires === undefined ? undefined : dateOf(expires))
  return `  - { ${kind}: ${kind === 'block' ? named[0] : `[${named.join(', ')}]`}, reason: drawn${until} }`
}

const TIMES = new Set(['seen', 'at', 'loaded'])
const FLAGS = new Set(['born', 'gone'])

/** The files of all worlds at a run. */
export function dataOf(worlds: ReadonlyMap<number, World>, run: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SOURCE_NAMES.map((source) => {
      const lines = [...worlds].flatMap(([n, world]) =>
        (world[run]?.rows[source] ?? []).map((row) => line(source, row, n)),
      )
      return [`data/${source}.csv`, `${[COLUMNS[source].join(','), ...lines].join('\n')}\n`]
    }),
  )
}

function line(source: SourceName, row: WorldRow, n: number): string {
  return COLUMNS[source]
    .map((column) => {
      const value = row[column] ?? ''
      if (value === '' || FLAGS.has(column)) return value
      return TIMES.has(column) ? dateOf(Number(value)) : inWorld(value, n)
    })
    .join(',')
}
