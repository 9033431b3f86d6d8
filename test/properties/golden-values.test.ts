import fc from 'fast-check'
import { expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { type Candidate, competing, type Golden, goldenOf, type Policy } from './golden-reference.js'

/** All policies and ways to enrich at once, on random rows of four sources, against the rules in plain TypeScript. */

const SOURCES = { alpha: 1, beta: 1, gamma: 2, omega: 3 } as const
type SourceName = keyof typeof SOURCES
const PARTY = { 1: 'first', 2: 'second', 3: 'third' } as const

const THEN = ['most_recent', 'oldest', 'most_frequent', 'longest', 'min', 'max']
const TEXT_POLICIES: readonly Policy[] = [
  ...THEN.map((kind) => ({ kind })),
  { kind: 'collect', limit: 2 },
  ...THEN.map((then) => ({ kind: 'source_priority', sources: ['omega', 'beta'], then })),
]
const FLAG_POLICIES: readonly Policy[] = [{ kind: 'any_true' }, { kind: 'all_true' }]

interface Case {
  readonly name: string
  readonly policy: Policy
  readonly enrich: 'fill_missing' | 'update_if_newer'
  readonly expires: boolean
  readonly column: 'text' | 'flag'
}

const CASES: readonly Case[] = [...TEXT_POLICIES, ...FLAG_POLICIES].flatMap((policy, i) =>
  (['fill_missing', 'update_if_newer'] as const).map(
    (enrich): Case => ({
      name: `a${i}_${enrich}`,
      policy,
      enrich,
      expires: i % 3 === 2,
      column: FLAG_POLICIES.includes(policy) ? 'flag' : 'text',
    }),
  ),
)

interface DataRow {
  readonly source: SourceName
  readonly person: number
  readonly at: string | null
  readonly text: string | null
  readonly flag: boolean | null
}

/** Few values and few days, so that ties are the rule. */
const rowArbitrary: fc.Arbitrary<DataRow> = fc.record({
  source: fc.constantFrom(...(Object.keys(SOURCES) as SourceName[])),
  person: fc.integer({ min: 1, max: 12 }),
  at: fc.constantFrom(null, '2026-05-31', '2026-06-01', '2026-06-02', '2026-06-20', '2026-06-21'),
  text: fc.constantFrom(null, 'A', 'a', 'B', 'bb', 'cc', 'ddd'),
  flag: fc.constantFrom(null, true, false),
})

/** Values of 1 June and before have lapsed on 1 July, where they may. */
const AS_OF = '2026-07-01'
const LAPSED = '2026-06-01'

function models(): string {
  const attributes = CASES.map(({ name, column }) => `${name}: ${column}`).join(', ')
  const sources = Object.entries(SOURCES).map(
    ([name, party]) =>
      `  - { name: ${name}, file: data/${name}.csv, party: ${PARTY[party]}, identity: join, key: k, updated_at: at, identifiers: { person: p }, attributes: { ${attributes} } }`,
  )
  return [
    'sources:',
    ...sources,
    'entities:',
    '  - name: customer',
    '    identifiers: [{ name: person, default_rejects: false }]',
    '    max_profile_share: 100%',
    '    attributes:',
    ...CASES.map(declaration),
  ].join('\n')
}

function declaration({ name, policy, enrich, expires, column }: Case): string {
  const { kind, limit, sources, then } = policy
  const merge =
    kind === 'collect'
      ? `{ collect: { limit: ${limit} } }`
      : kind === 'source_priority'
        ? `{ source_priority: [${sources?.join(', ')}], then: ${then} }`
        : kind
  const type = column === 'flag' ? 'boolean' : 'string'
  return `      - { name: ${name}, type: ${type}, merge: ${merge}, enrich: ${enrich}${expires ? ', expires_after: 30 days' : ''} }`
}

/** Rows are numbered as they come; `order` is the order in which the files have them. */
function files(rows: readonly DataRow[], order: readonly number[]): Record<string, string> {
  const lines = (source: string) =>
    order.flatMap((i) => {
      const row = rows[i]
      if (row?.source !== source) return []
      return [[i, row.person, row.at ?? '', row.text ?? '', row.flag ?? ''].join(',')]
    })
  // A row about nobody, so that no file is empty.
  return Object.fromEntries(
    Object.keys(SOURCES).map((source) => [
      `data/${source}.csv`,
      ['k,p,at,text,flag', ...lines(source), 'x,,,,'].join('\n'),
    ]),
  )
}

function expected(rows: readonly DataRow[], person: number, one: Case): readonly Golden[] {
  const given = rows.flatMap((row, i): Candidate[] => {
    const value = one.column === 'text' ? row.text : row.flag
    if (row.person !== person || value === null) return []
    if (one.expires && (row.at === null || row.at <= LAPSED)) return []
    return [
      { source: row.source, party: SOURCES[row.source], key: String(i), at: row.at, value: String(value) },
    ]
  })
  return goldenOf(competing(given, one.enrich, one.policy.sources), one.policy)
}

const shown = (golden: readonly Golden[]) => golden.map((g) => `${g.value} ${g.source} ${g.key}`)

async function tablesOf(folder: string) {
  const run = await runProjectIn(folder, { asOf: AS_OF })
  expect(run.result?.error).toBeUndefined()
  const profiles = await query(folder, 'select * from customer_profiles order by person')
  const provenance = await query(
    folder,
    `
      select person, attribute, p.value as value, source, record_key
      from customer_provenance as p join customer_profiles using (customer_id)
      order by person, attribute, observed_at desc nulls last, p.value
    `,
  )
  return { profiles, provenance }
}

it('gives the golden values that the rules give, with their rows, in whatever order rows come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowArbitrary, { minLength: 60, maxLength: 160, size: 'max' }), async (rows) => {
      const inOrder = rows.map((_, i) => i)
      const folder = writeProject({ 'models/all.yml': models(), ...files(rows, inOrder) })
      const { profiles, provenance } = await tablesOf(folder)
      const people = [...new Set(rows.map((row) => row.person))].map(String).sort()
      expect(profiles.map((profile) => profile.person)).toEqual(people)
      const won = new Map<string, string[]>()
      for (const { person, attribute, value, source, record_key } of provenance) {
        const at = `${person} ${attribute}`
        won.set(at, [...(won.get(at) ?? []), `${value} ${source} ${record_key}`])
      }
      for (const profile of profiles) {
        for (const one of CASES) {
          const golden = expected(rows, Number(profile.person), one)
          const where = `${profile.person} ${one.name} ${JSON.stringify(one.policy)}`
          const value =
            one.policy.kind === 'collect' ? JSON.stringify(golden.map((g) => g.value)) : golden[0]?.value
          const found = profile[one.name] ?? null
          expect([where, found === null ? null : String(found)]).toEqual([
            where,
            golden.length === 0 ? null : value,
          ])
          expect([where, won.get(`${profile.person} ${one.name}`) ?? []]).toEqual([where, shown(golden)])
        }
      }
      const turned = writeProject({ 'models/all.yml': models(), ...files(rows, inOrder.reverse()) })
      expect(await tablesOf(turned)).toEqual({ profiles, provenance })
    }),
    { numRuns: 3, endOnFailure: true },
  )
}, 120_000)
