import { expect, it } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** Stays over runs: who came, who left, who came again, and who turned out to be somebody else. */

const entity = `
sources:
  - name: people
    file: data/people.csv
    key: k
    created_at: made
    identifiers: { person: p, email: email }
    attributes: { plan: plan }
entities:
  - name: customer
    identifiers: [{ name: person }, { name: email }]
    max_profile_share: 100%
    attributes: [{ name: plan, merge: max }]
`
const GOLD = '  - { name: gold, where: { attribute: plan, eq: gold } }\n'
const ANY = '  - { name: planned, where: { attribute: plan, exists: true } }\n'

type Person = readonly [person: string, plan: string, email?: string]

const csv = (people: readonly Person[]) =>
  [
    'k,p,email,plan,made',
    ...people.map(([p, plan, email = ''], i) => `${i},${p},${email},${plan},2020-01-0${i + 1}`),
  ].join('\n')

/** Days of June 2026, by number; `x` marks an open end. */
async function history(folder: string): Promise<readonly string[]> {
  const rows = await query(
    folder,
    `
      select coalesce(p.person, '?') as person, segment, day(entered_at) as entered, day(exited_at) as exited
      from customer_segment_history
      left join main.remembered as p using (customer_id)
      order by segment, person, entered_at
    `,
  )
  return rows.map((row) => `${row.person} ${row.segment} ${row.entered}-${row.exited ?? 'x'}`)
}

/** Runs as of a day of June; ids are remembered by the persons who had them first. */
async function run(
  folder: string,
  day: number,
  segments: string,
  people: readonly Person[],
  selection?: readonly string[],
) {
  writeFiles(folder, {
    'models/all.yml': entity + (segments === '' ? '' : `segments:\n${segments}`),
    'data/people.csv': csv(people),
  })
  const asOf = `2026-06-${String(day).padStart(2, '0')}`
  const done = await runProjectIn(folder, { asOf, ...(selection && { selection }) })
  expect(done.printed).toBe('')
  expect(done.result?.error).toBeUndefined()
  await query(folder, 'create table if not exists main.remembered (customer_id varchar, person varchar)')
  await query(
    folder,
    `
      insert into main.remembered
      select customer_id, value from customer_identifiers
      where identifier = 'person' and customer_id not in (select customer_id from main.remembered)
    `,
  )
  const members = await query(
    folder,
    `
      select segment, person, day(entered_at) as entered from customer_segments
      join main.remembered using (customer_id) order by all
    `,
  )
  const open = (await history(folder)).filter((stay) => stay.endsWith('-x'))
  expect(open).toEqual(members.map((m) => `${m.person} ${m.segment} ${m.entered}-x`))
  return done
}

it('stays begin and end with runs, and a return is a new stay', async () => {
  const folder = writeProject({})
  await run(folder, 1, GOLD, [
    ['ann', 'gold'],
    ['bob', 'free'],
  ])
  expect(await history(folder)).toEqual(['ann gold 1-x'])
  await run(folder, 2, GOLD, [
    ['ann', 'gold'],
    ['bob', 'gold'],
  ])
  expect(await history(folder)).toEqual(['ann gold 1-x', 'bob gold 2-x'])
  await run(folder, 3, GOLD, [
    ['ann', 'free'],
    ['bob', 'gold'],
  ])
  await run(folder, 4, GOLD, [
    ['ann', 'free'],
    ['bob', 'gold'],
  ])
  const last = await run(folder, 5, GOLD, [
    ['ann', 'gold'],
    ['bob', 'gold'],
  ])
  expect(await history(folder)).toEqual(['ann gold 1-3', 'ann gold 5-x', 'bob gold 2-x'])
  expect(last.result?.measures['segment.gold']?.segment).toEqual([
    { members: '2', entered: '1', exited: '0' },
  ])
  // Who is gone altogether has left.
  const gone = await run(folder, 6, GOLD, [['ann', 'gold']])
  expect(await history(folder)).toEqual(['ann gold 1-3', 'ann gold 5-x', 'bob gold 2-6'])
  expect(gone.result?.measures['segment.gold']?.segment).toEqual([
    { members: '1', entered: '0', exited: '1' },
  ])
})

it('the stay of a merged customer goes on under the survivor, the earlier one counts', async () => {
  const folder = writeProject({})
  await run(folder, 1, GOLD, [
    ['ann', 'free'],
    ['bea', 'gold'],
    ['cyd', 'gold'],
  ])
  await run(folder, 2, GOLD, [
    ['ann', 'gold'],
    ['bea', 'gold'],
    ['cyd', 'free'],
  ])
  await run(folder, 3, GOLD, [
    ['ann', 'gold'],
    ['bea', 'gold'],
    ['cyd', 'gold'],
  ])
  expect(await history(folder)).toEqual(['ann gold 2-x', 'bea gold 1-x', 'cyd gold 1-2', 'cyd gold 3-x'])
  // bea and cyd were ann all along; ann's id is the oldest.
  const merged = await run(folder, 4, GOLD, [
    ['ann', 'gold', 'a@x.com'],
    ['bea', 'free', 'a@x.com'],
    ['cyd', 'free', 'a@x.com'],
  ])
  expect(await history(folder)).toEqual(['ann gold 1-x', 'cyd gold 1-2'])
  expect(merged.result?.measures['segment.gold']?.segment).toEqual([
    { members: '1', entered: '0', exited: '0' },
  ])
})

it('where the survivor is no member, the stay of a merged customer ends under its own id', async () => {
  const folder = writeProject({})
  const lowest = '  - { name: gold, where: { sql: "plan = \'gold\'" } }\n'
  await run(folder, 1, lowest, [
    ['ann', 'silver'],
    ['bea', 'gold'],
  ])
  await run(folder, 2, lowest, [
    ['ann', 'silver', 'a@x.com'],
    ['bea', 'gold', 'a@x.com'],
  ])
  expect(await history(folder)).toEqual(['bea gold 1-2'])
})

it('a split leaves the stays with the old id, the new one enters', async () => {
  const folder = writeProject({})
  await run(folder, 1, GOLD, [
    ['ann', 'gold', 'a@x.com'],
    ['bea', 'gold', 'a@x.com'],
  ])
  await run(folder, 2, GOLD, [
    ['ann', 'gold', 'a@x.com'],
    ['bea', 'gold'],
  ])
  const stays = await query(
    folder,
    'select day(entered_at) as entered, exited_at from customer_segment_history order by entered',
  )
  expect(stays).toEqual([
    { entered: '1', exited_at: null },
    { entered: '2', exited_at: null },
  ])
})

it('merges of runs that left the segment out are followed later, also twice', async () => {
  const folder = writeProject({})
  const upToProfiles = ['+traits.customer']
  await run(folder, 1, GOLD, [
    ['ann', 'free'],
    ['bea', 'free'],
    ['cyd', 'gold'],
  ])
  writeFiles(folder, {
    'data/people.csv': csv([
      ['ann', 'free'],
      ['bea', 'free', 'b@x.com'],
      ['cyd', 'gold', 'b@x.com'],
    ]),
  })
  await runProjectIn(folder, { asOf: '2026-06-02', selection: upToProfiles })
  writeFiles(folder, {
    'data/people.csv': csv([
      ['ann', 'free', 'b@x.com'],
      ['bea', 'free', 'b@x.com'],
      ['cyd', 'gold', 'b@x.com'],
    ]),
  })
  await runProjectIn(folder, { asOf: '2026-06-03', selection: upToProfiles })
  expect(await history(folder)).toEqual(['cyd gold 1-x'])
  await run(folder, 4, GOLD, [
    ['ann', 'free', 'b@x.com'],
    ['bea', 'free', 'b@x.com'],
    ['cyd', 'gold', 'b@x.com'],
  ])
  expect(await history(folder)).toEqual(['ann gold 1-x'])
})

it('a segment that is removed is left by all, and entered anew when it comes back', async () => {
  const folder = writeProject({})
  const people: readonly Person[] = [
    ['ann', 'gold'],
    ['bob', 'free'],
  ]
  await run(folder, 1, GOLD + ANY, people)
  await run(folder, 2, ANY, people)
  expect(await history(folder)).toEqual(['ann gold 1-2', 'ann planned 1-x', 'bob planned 1-x'])
  await run(folder, 3, '', people)
  expect(await query(folder, 'select * from customer_segments')).toEqual([])
  await run(folder, 4, GOLD, people)
  expect(await history(folder)).toEqual([
    'ann gold 1-2',
    'ann gold 4-x',
    'ann planned 1-3',
    'bob planned 1-3',
  ])
})

it('segments that a run leaves out keep their members, and one that never ran has none', async () => {
  const folder = writeProject({})
  const people: readonly Person[] = [
    ['ann', 'gold'],
    ['bob', 'free'],
  ]
  await run(folder, 1, GOLD + ANY, people, ['+segment.gold'])
  expect(await history(folder)).toEqual(['ann gold 1-x'])
  await run(
    folder,
    2,
    GOLD + ANY,
    [
      ['ann', 'free'],
      ['bob', 'gold'],
    ],
    ['+segment.planned'],
  )
  expect(await history(folder)).toEqual(['ann gold 1-x', 'ann planned 2-x', 'bob planned 2-x'])
  await run(folder, 3, GOLD + ANY, [
    ['ann', 'free'],
    ['bob', 'gold'],
  ])
  expect(await history(folder)).toEqual([
    'ann gold 1-3',
    'bob gold 3-x',
    'ann planned 2-x',
    'bob planned 2-x',
  ])
})
