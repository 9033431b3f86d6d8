import fc from 'fast-check'
import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** Links between accounts and e-mails, as numbers of both: graphs of about the size at which customers are searched. */
type Link = readonly [account: number, email: number]

const graphs = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 10, maxLength: 20 })

/** Each part of the graph by definition: take a link away and look how far one still gets from either end. */
function bridges(links: readonly Link[]): readonly string[] {
  const distinct = [...new Set(links.map(([account, email]) => `a${account} e${email}`))].map(
    (link) => link.split(' ') as [string, string],
  )
  return distinct.flatMap(([account, email]) => {
    const others = distinct.filter(([a, e]) => a !== account || e !== email)
    const [here, there] = [reached(account, others), reached(email, others)]
    if (here.has(email) || here.size + there.size <= 10) return []
    const [smaller, larger] = [here.size, there.size].sort((a, b) => a - b)
    return Number(smaller) < 2 ? [] : [`${account} ${email} ${smaller} ${larger}`]
  })
}

function reached(from: string, links: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const found = new Set([from])
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const [u, v] of links) if (found.has(u) || found.has(v)) found.add(u).add(v)
  }
  return found
}

const MODELS = `entities:
  - name: customer
    max_profile_share: 100%
    identifiers: [{ name: account }, { name: email }]
sources:
  - { name: people, file: people.csv, key: id, identifiers: { account: account, email: email } }
`

async function found(folder: string, rows: readonly string[]): Promise<readonly string[]> {
  writeFiles(folder, {
    'people.csv': `id,account,email\n${rows.map((row, id) => `${id},${row}`).join('\n')}\n`,
  })
  const run = await runProjectIn(folder)
  expect(run.printed + JSON.stringify(run.result?.error ?? '')).toBe('""')
  const told = await query(
    folder,
    `select value || ' ' || other_value || ' ' || smaller_count || ' ' || larger_count as bridge from customer_bridges`,
  )
  return told.map((row) => String(row.bridge)).sort()
}

test('bridges are those without which a large customer falls apart, with the size of both parts', async () => {
  const folder = writeProject({ 'models/models.yml': MODELS })
  await fc.assert(
    fc.asyncProperty(fc.array(graphs, { minLength: 8, maxLength: 8 }), async (all) => {
      const rows = all.flatMap((links, n) =>
        links.map(([account, email]) => `a${account}g${n},e${email}g${n}`),
      )
      const expected = all.flatMap((links, n) =>
        bridges(links).map((bridge) => bridge.replace(/^(a\d) (e\d)/, `$1g${n} $2g${n}`)),
      )
      expect(await found(folder, rows)).toEqual([...expected].sort())
    }),
    { numRuns: Number(process.env.RUNS ?? 10), endOnFailure: true },
  )
}, 600_000)

test('a customer that is too deep to walk through is not searched, and says so', async () => {
  const folder = writeProject({ 'models/models.yml': MODELS })
  const chain = (name: string, length: number) =>
    Array.from({ length }, (_, i) => [`${name}${i},${name}x${i}`, `${name}${i + 1},${name}x${i}`]).flat()
  await found(folder, [...chain('deep', 150), ...chain('flat', 10)])
  const searched = await query(
    folder,
    'select bridge_count is not null as searched from customer_largest_profiles order by place',
  )
  expect(searched.map((row) => row.searched)).toEqual([false, true])
})
