import fc from 'fast-check'
import type { Limits } from '../properties/sequential-rule.js'

/**
 * Small worlds: a few people, visits and rows of a panel each, that share no value with another world, so that a run over many
 * of them is as many histories. Values come from alphabets so small that people meet, part, are shared and refused.
 */

export type SourceName = 'people' | 'visits' | 'panel'
/** `id` and the columns of the source; empty where there is nothing. Times are days from the first run. */
export type WorldRow = Readonly<Record<string, string>>

export interface WorldOverride {
  readonly kind: 'link' | 'unlink' | 'block'
  /** `type:value`, of the other world-free values. */
  readonly nodes: readonly string[]
  /** The first day on which it no longer holds. */
  readonly expires?: number
}

/** What a world says at one run. */
export interface WorldMoment {
  readonly rows: Readonly<Record<SourceName, readonly WorldRow[]>>
  readonly overrides: readonly WorldOverride[]
}

/** Its moments, as many as runs. */
export type World = readonly WorldMoment[]

/** What all worlds have in common at one run: its day, and the declarations. */
export interface RunPlan {
  readonly day: number
  readonly rules: Rules
  /** From this run on people's decisions are those of its moment. */
  readonly decides: boolean
}

export interface Rules {
  readonly limits: Limits
  /** Accounts with which a phone may be seen. */
  readonly phoneSharedAbove?: number | undefined
  /** E-mail addresses with which a cookie may be seen. */
  readonly cookieSharedAbove?: number | undefined
  readonly emailsInLowerCase: boolean
  /** E-mail addresses that begin with `e0` are refused. */
  readonly rejectsFirstEmail: boolean
  /** What cookies are called. */
  readonly cookie: 'cookie' | 'browser'
  /** Phones are stronger than e-mail addresses. */
  readonly phoneFirst: boolean
  readonly readsVisits: boolean
  readonly panelJoins: boolean
  /** Visits are read from where the last run ended. */
  readonly hasCursor: boolean
}

const pick = (...values: readonly string[]) => fc.constantFrom(...values)
const email = pick('', '', 'e0', 'e1', 'e2', 'E2', 'e3')
const phone = pick('', '', 'p0', 'p1', 'p2')
const cookie = pick('', 'c0', 'c1', 'c2', 'c3')
const past = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -9, max: 0 }).map(String) },
  { weight: 1, arbitrary: fc.constant('') },
)
/** Some visits are later than a run: they do not exist yet. */
const around = fc.integer({ min: -9, max: 12 }).map(String)

const ROWS: Readonly<Record<SourceName, fc.Arbitrary<WorldRow>>> = {
  people: fc.record({
    id: pick('1', '2', '3', '4', '5', '6'),
    account: pick('', '', 'a0', 'a1', 'a2', 'a3'),
    email,
    phone,
    cookie,
    born: pick('', '', '1980-01-01', '1990-01-01'),
    gone: pick('', '', '', '', 'true'),
    seen: past,
  }),
  visits: fc.record({ id: pick('v1', 'v2', 'v3', 'v4', 'v5'), cookie, email, at: around }),
  panel: fc.record({ id: pick('x1', 'x2'), phone, email, seen: past }),
}
export const SOURCE_NAMES = Object.keys(ROWS) as readonly SourceName[]
export const COLUMNS: Readonly<Record<SourceName, readonly string[]>> = {
  people: ['id', 'account', 'email', 'phone', 'cookie', 'born', 'gone', 'seen'],
  visits: ['id', 'cookie', 'email', 'at', 'loaded'],
  panel: ['id', 'phone', 'email', 'seen'],
}

const change = fc.constantFrom(...SOURCE_NAMES, 'people' as const, 'people' as const).chain((source) =>
  fc.record({
    source: fc.constant(source),
    kind: fc.constantFrom(
      'put' as const,
      'put' as const,
      'edit' as const,
      'edit' as const,
      'remove' as const,
    ),
    row: ROWS[source],
    columns: fc.subarray([...COLUMNS[source].slice(1)], { minLength: 1, maxLength: 2 }),
  }),
)
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

const node = fc.oneof(
  pick('a0', 'a1', 'a2').map((value) => `account:${value}`),
  pick('e0', 'e1', 'e2', 'E2').map((value) => `email:${value}`),
  pick('p0', 'p1').map((value) => `phone:${value}`),
)
const pair = fc.tuple(node, node).filter(([a, b]) => a.toLowerCase() !== b.toLowerCase())
const expires = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 2 })
const override: fc.Arbitrary<WorldOverride> = fc.oneof(
  fc.record({ kind: fc.constant('link' as const), nodes: pair, expires }),
  fc.record({ kind: fc.constant('unlink' as const), nodes: pair, expires }),
  fc.record({ kind: fc.constant('block' as const), nodes: node.map((one) => [one]), expires }),
) as fc.Arbitrary<WorldOverride>

export const rules: fc.Arbitrary<Rules> = fc.record({
  limits: fc.oneof(
    fc.record({
      account: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
      email: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 1 }),
      size: fc.option(fc.integer({ min: 3, max: 6 }), { nil: undefined, freq: 1 }),
      keepApart: fc.boolean(),
      refuseAll: fc.boolean(),
    }),
    // One limit alone has ways of its own.
    fc.constantFrom<Limits>({ account: 1 }, { email: 1 }, { email: 2 }),
  ),
  phoneSharedAbove: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 1 }),
  cookieSharedAbove: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 1 }),
  emailsInLowerCase: fc.boolean(),
  rejectsFirstEmail: fc.boolean(),
  cookie: fc.constantFrom('cookie' as const, 'browser' as const),
  phoneFirst: fc.boolean(),
  readsVisits: fc.constantFrom(true, true, false),
  panelJoins: fc.boolean(),
  hasCursor: fc.constant(false),
})

/** The same rules with one of them changed. */
export function changedRules(before: Rules): fc.Arbitrary<Rules> {
  const keys = Object.keys(before).filter((key) => key !== 'hasCursor') as readonly (keyof Rules)[]
  return fc
    .tuple(rules, fc.constantFrom(...keys))
    .map(([other, key]) => ({ ...before, [key]: other[key] }) as Rules)
}

const start = fc.record({
  people: fc.uniqueArray(ROWS.people, { selector: ({ id }) => id, minLength: 1, maxLength: 5 }),
  visits: fc.uniqueArray(ROWS.visits, { selector: ({ id }) => id, maxLength: 4 }),
  panel: fc.uniqueArray(ROWS.panel, { selector: ({ id }) => id, maxLength: 2 }),
})

/** `plan`: of all its runs. */
export function world(plan: readonly RunPlan[], isDecided: boolean): fc.Arbitrary<World> {
  const decisions = isDecided ? fc.array(override, { maxLength: 2 }) : fc.constant([])
  const step = fc.record({ changes: fc.array(change, { maxLength: 4 }), overrides: decisions })
  return fc
    .record({
      start,
      overrides: decisions,
      steps: fc.array(step, { minLength: plan.length - 1, maxLength: plan.length - 1 }),
    })
    .map(({ start: first, overrides, steps }) => {
      const moments: WorldMoment[] = [
        { rows: { ...first, visits: first.visits.map(loadedOn(0)) }, overrides },
      ]
      for (const [i, { changes, overrides: decided }] of steps.entries()) {
        const last = moments[i] as WorldMoment
        const { day, decides, rules: declared } = plan[i + 1] as RunPlan
        moments.push({
          rows: changes.reduce((rows, one) => changed(rows, one, day, declared.hasCursor), last.rows),
          overrides: decides ? decided : last.overrides,
        })
      }
      return moments
    })
}

const loadedOn =
  (day: number) =>
  (row: WorldRow): WorldRow => ({ ...row, loaded: String(day) })

function changed(
  rows: WorldMoment['rows'],
  { source, kind, row, columns }: Change,
  day: number,
  hasCursor: boolean,
): WorldMoment['rows'] {
  const before = rows[source]
  const others = before.filter(({ id }) => id !== row.id)
  const old = before.find(({ id }) => id === row.id)
  // A cursor is a promise that no row vanishes.
  if (kind === 'remove') return source === 'visits' && hasCursor ? rows : { ...rows, [source]: others }
  if (kind === 'edit' && !old) return rows
  const edited = Object.fromEntries(columns.map((column) => [column, row[column] ?? '']))
  const now = kind === 'put' ? row : { ...old, ...edited }
  return { ...rows, [source]: [...others, source === 'visits' ? loadedOn(day)(now) : now] }
}
