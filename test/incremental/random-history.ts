import fc from 'fast-check'

/**
 * Histories of a small company's data: what its files hold at each run, and when the runs are. Values come from alphabets so
 * small that people meet, part, become shared and stop being it within few changes.
 */

export type Row = Readonly<Record<string, string>>

/** What the files hold at one run, by source, and the day of the run, from the first. */
export interface Moment {
  readonly day: number
  readonly rows: Readonly<Record<string, readonly Row[]>>
}

const pick = (...values: readonly string[]) => fc.constantFrom(...values)
/** A day within a year before or, rarely, after the runs. */
const day = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -100, max: 20 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
)
const time = day.map((days) => (days === undefined ? '' : shown(days)))

/** The first run is at the start of 2026-03-01. */
export function shown(days: number): string {
  return `${new Date(Date.UTC(2026, 2, 1) + days * 86_400_000).toISOString().slice(0, 19)}Z`
}

const email = pick('', '', 'a@x.io', 'b@x.io', 'c@x.io', 'd@x.io', 'none', 'broken@')
const phone = pick('', '', '+16505550101', '+16505550102', '+16505550103', '12')
const cookie = pick('', 'c1', 'c2', 'c3', 'c4')

const SOURCES: Readonly<Record<'accounts' | 'contacts' | 'visits' | 'panel', fc.Arbitrary<Row>>> = {
  accounts: fc.record({
    id: pick('1', '2', '3', '4', '5', '6', ''),
    email,
    phone,
    name: pick('', 'Ann', 'Bob', 'Cy'),
    born: pick('', '1980-01-01', '1990-02-02', 'soon'),
    gone: pick('', '', '', 'true'),
    test: pick('no', 'no', 'no', 'yes'),
    updated_at: fc.oneof({ weight: 12, arbitrary: time }, { weight: 1, arbitrary: fc.constant('yesterday') }),
  }),
  contacts: fc.record({
    id: pick('x', 'y', 'z'),
    email,
    cookie,
    city: pick('', 'Oslo', 'Bonn'),
    seen: time,
  }),
  visits: fc.record({
    id: pick('v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8'),
    cookie,
    email,
    kind: pick('page', 'buy'),
    amount: pick('', '1.5', '20', 'much'),
    due: pick('', '2026-03-05', '2026-04-01'),
    at: time,
  }),
  panel: fc.record({
    id: pick('p1', 'p2', 'p3'),
    email,
    phone,
    income: pick('', '100', '200'),
    measured: time,
  }),
}

type SourceName = keyof typeof SOURCES
const NAMES = Object.keys(SOURCES) as readonly SourceName[]

/** What happens to a file between two runs: rows come, go, or change. */
const change = fc.constantFrom(...NAMES).chain((source) =>
  fc.oneof(
    fc.record({ source: fc.constant(source), kind: fc.constant('add' as const), row: SOURCES[source] }),
    fc.record({ source: fc.constant(source), kind: fc.constant('remove' as const), at: fc.nat(20) }),
    fc.record({
      source: fc.constant(source),
      kind: fc.constant('change' as const),
      at: fc.nat(20),
      row: SOURCES[source],
      columns: fc.subarray(Object.keys(sample(source)), { minLength: 1, maxLength: 2 }),
    }),
  ),
)

function sample(source: SourceName): Row {
  return fc.sample(SOURCES[source], { numRuns: 1, seed: 1 })[0] as Row
}

const start = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, fc.array(SOURCES[name], { minLength: 1, maxLength: 7 })])),
)

const step = fc.record({
  days: fc.constantFrom(0, 0, 1, 3, 10, 30),
  changes: fc.array(change, { maxLength: 4 }),
})

/**
 * The moments of two to four runs, each after some changes to the one before. `promised`: visits keep the promise of a
 * cursor, so that none of them goes, and what changes is loaded anew.
 */
export function histories(promised: boolean): fc.Arbitrary<readonly Moment[]> {
  return fc
    .record({ start, steps: fc.array(step, { minLength: 1, maxLength: 3 }) })
    .map(({ start: first, steps }) => {
      const rows = first as Moment['rows']
      const moments: Moment[] = [{ day: 0, rows: { ...rows, visits: loadedOn(0, rows.visits ?? []) } }]
      for (const { days, changes } of steps) {
        const last = moments[moments.length - 1] as Moment
        const day = last.day + days
        moments.push({ day, rows: changes.reduce((all, one) => changed(all, one, day, promised), last.rows) })
      }
      return moments
    })
}

type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

function loadedOn(day: number, rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => ({ ...row, loaded: shown(day) }))
}

function changed(all: Moment['rows'], one: Change, day: number, promised: boolean): Moment['rows'] {
  const { source } = one
  const now = all[source] ?? []
  const loaded = (row: Row): Row => (source === 'visits' ? { ...row, loaded: shown(day) } : row)
  if (one.kind === 'add') return { ...all, [source]: [...now, loaded(one.row)] }
  const at = one.at % now.length
  if (one.kind === 'remove') {
    // A file without rows is another matter.
    if (now.length === 1 || (promised && source === 'visits')) return all
    return { ...all, [source]: now.filter((_, i) => i !== at) }
  }
  const columns = one.columns.filter((column) => !(promised && source === 'visits' && column === 'id'))
  const values = Object.fromEntries(columns.map((column) => [column, one.row[column] ?? '']))
  return { ...all, [source]: now.map((row, i) => (i === at ? loaded({ ...row, ...values }) : row)) }
}

/** The files of a project at a moment. */
export function filesOf({ rows }: Moment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rows).map(([source, all]) => {
      const columns = [
        ...Object.keys(sample(source as SourceName)),
        ...(source === 'visits' ? ['loaded'] : []),
      ]
      const lines = all.map((row) => columns.map((column) => row[column] ?? '').join(','))
      return [`data/${source}.csv`, `${[columns.join(','), ...lines].join('\n')}\n`]
    }),
  )
}
