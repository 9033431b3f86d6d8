import { expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** Rows of one time are in the order of party, source and key. */
it('first and last of one moment: party, source, key, in byte order', async () => {
  const source = (name: string, party: string) =>
    `  - { name: ${name}, file: data/${name}.csv, party: ${party}, identity: join, key: k, updated_at: t, identifiers: { person: p }, properties: { v: v } }`
  const folder = writeProject({
    'models/all.yml': `
sources:
${source('aaa', 'third')}
${source('bbb', 'second')}
${source('yyy', 'first')}
${source('zzz', 'first')}
entities:
  - { name: customer, identifiers: [{ name: person }], max_profile_share: 100% }
traits:
  - { name: last_v, from: [aaa, bbb, yyy, zzz], last: v }
  - { name: first_v, from: [zzz, yyy, bbb, aaa], first: v }
  - { name: last_of_weak, from: [bbb, aaa], last: v }
  - { name: last_undated, from: aaa, last: v }
  - { name: usual, from: [aaa, bbb, yyy, zzz], most_frequent: v }
  - { name: all_v, from: [aaa, bbb, yyy, zzz], collect: v }
`,
    'data/aaa.csv': 'k,p,t,v\n1,ann,2026-01-01,a\n9,bob,,late\n10,bob,,b\nB,bob,,c\n',
    'data/bbb.csv': 'k,p,t,v\n1,ann,2026-01-01,b\n',
    'data/yyy.csv': 'k,p,t,v\n9,ann,2026-01-01,y9\n10,ann,2026-01-01,y10\n',
    'data/zzz.csv': 'k,p,t,v\n1,ann,2026-01-01,z\n',
  })
  const run = await runProjectIn(folder)
  expect(run.result?.error).toBeUndefined()
  expect(
    await query(
      folder,
      'select person, last_v, first_v, last_of_weak, last_undated, usual, all_v from customer_profiles order by person',
    ),
  ).toEqual([
    {
      person: 'ann',
      last_v: 'y10',
      first_v: 'y10',
      last_of_weak: 'b',
      last_undated: 'a',
      usual: 'a',
      all_v: '["a","b","y10","y9","z"]',
    },
    {
      person: 'bob',
      last_v: 'b',
      first_v: 'b',
      last_of_weak: 'b',
      last_undated: 'b',
      usual: 'b',
      all_v: '["b","c","late"]',
    },
  ])
})
