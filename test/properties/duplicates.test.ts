import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

const models = (versions: string) => `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }]
    max_profile_share: 100%
sources:
  - name: accounts
    file: accounts.csv
    key: id
    versions: ${versions}
    updated_at: at
    deleted: gone
    max_rejected: 100%
    identifiers: { shop_id: id, email: email }
    attributes: { last_email: email }
`

interface Version {
  readonly id: string
  readonly at: string
  readonly email: string
  readonly gone: string
}

/** Versions of keys from small domains, so that they meet in every way; many keys, as one run takes many. */
const version = fc.record({
  id: fc.nat(79).map((n) => `k${n}`),
  at: fc.constantFrom('', '2026-01-01', '2026-01-02', '2026-01-03'),
  value: fc.constantFrom('x', 'y'),
  gone: fc.constantFrom('false', 'false', 'true'),
})
const versions = fc
  .array(version, { minLength: 300, maxLength: 500, size: 'max' })
  .map((all) =>
    all.map(({ id, at, value, gone }): Version => ({ id, at, gone, email: `${value}.${id}@x.com` })),
  )

const hashOf = ({ id, at, email, gone }: Version) =>
  createHash('md5')
    .update(JSON.stringify([id, at === '' ? null : at, email, gone]))
    .digest('hex')

/** Latest first, undated last; what time cannot order by the greatest hash. */
const ranked = (rows: readonly Version[]) =>
  [...rows].sort((a, b) => (a.at === b.at ? (hashOf(a) < hashOf(b) ? 1 : -1) : a.at < b.at ? 1 : -1))

function groupsBy(rows: readonly Version[], key: (row: Version) => string): readonly (readonly Version[])[] {
  const groups = new Map<string, Version[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return [...groups.values()]
}

/** The rules of the language, for rows of one key (with `all`: of one key and time). */
function expected(rows: readonly Version[], isHistory: boolean) {
  const counts = { read: rows.length, kept: 0, superseded: 0, repeated: 0, deleted: 0, rejected: 0 }
  const staying: Version[] = []
  for (const group of groupsBy(rows, (row) => (isHistory ? `${row.id} ${row.at}` : row.id))) {
    const [first, ...others] = ranked(group)
    if (!first) continue
    staying.push(first)
    for (const row of others) {
      if (hashOf(row) === hashOf(first)) counts.repeated += 1
      else if (row.at === first.at) counts.rejected += 1
      else counts.superseded += 1
    }
  }
  const left = staying.filter((row) => row.gone === 'false')
  counts.kept = left.length
  counts.deleted = staying.length - left.length
  const latest = groupsBy(staying, (row) => row.id).flatMap((group) => ranked(group).slice(0, 1))
  const current = latest.filter((row) => row.gone === 'false')
  return {
    counts: Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, String(n)])),
    records: current.map((row) => row.id).sort(),
    emails: [...new Set(left.map((row) => row.email))].sort(),
    golden: current.map((row) => `${row.id} ${row.email}`).sort(),
  }
}

async function published(rows: readonly Version[], isHistory: boolean) {
  const folder = writeProject({
    'models/all.yml': models(isHistory ? 'all' : 'latest'),
    'accounts.csv': `id,at,email,gone\n${rows.map((r) => `${r.id},${r.at},${r.email},${r.gone}\n`).join('')}`,
  })
  const run = await runProjectIn(folder, { asOf: '2026-06-30' })
  if (run.result?.status !== 'succeeded') throw new Error(`${run.printed}${run.result?.error?.message}`)
  const figures = run.result.measures['source.accounts']?.rows?.[0] ?? {}
  const column = async (sql: string) => (await query(folder, sql)).map((row) => String(row.x)).sort()
  const names = ['read', 'kept', 'superseded', 'repeated', 'deleted', 'rejected'] as const
  return {
    counts: Object.fromEntries(names.map((name) => [name, String(figures[name])])),
    records: await column('select record_key as x from customer_records'),
    emails: await column("select value as x from customer_identifiers where identifier = 'email'"),
    golden: await column(
      "select shop_id || ' ' || last_email as x from customer_profiles where last_email is not null",
    ),
  }
}

it('of the versions of a key those stay that the rules say, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(versions, async (rows) => {
      for (const isHistory of [false, true]) {
        const found = await published(rows, isHistory)
        expect(found).toEqual(expected(rows, isHistory))
        expect(await published([...rows].reverse(), isHistory)).toEqual(found)
      }
    }),
    { numRuns: 2, endOnFailure: true },
  )
}, 300_000)
