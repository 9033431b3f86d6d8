import { describe, expect, test } from 'vitest'
import { query } from '../project-run.js'
import { Receiver } from './receiver.js'
import { peopleProject, runWith, syncOne } from './syncing.js'

const MIRROR =
  'mode: mirror, on_leave: delete, allow_delete: true, map: { email: email, city: city, age: age }'

describe('what changed since the destination acknowledged it', () => {
  test('is added, changed and removed; then there is nothing to do', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, ['1,a@x.com,Ely,30', '2,b@x.com,York,', '3,c@x.com,Bath,9007199254740993'])
    expect(await syncOne(folder)).toMatchObject({ source_rows: 3, planned: 3, added: 3, ok: 3, unchanged: 0 })
    expect([...receiver.store('/')]).toEqual([
      ['1', { id: '1', email: 'a@x.com', city: 'Ely', age: 30 }],
      ['2', { id: '2', email: 'b@x.com', city: 'York' }],
      ['3', { id: '3', email: 'c@x.com', city: 'Bath', age: expect.anything() }],
    ])
    receiver.batches.length = 0
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 3 })
    expect(receiver.batches).toEqual([])
    await runWith(folder, ['1,a@x.com,Ely,30', '2,b@x.com,Hull,', '4,d@x.com,Deal,1'])
    expect(await syncOne(folder)).toMatchObject({
      ...{ source_rows: 3, planned: 3, added: 1, changed: 1, removed: 1, unchanged: 1, ok: 3 },
    })
    expect([...receiver.store('/').keys()].sort()).toEqual(['1', '2', '4'])
    expect(receiver.store('/').get('2')).toMatchObject({ city: 'Hull' })
  })

  test('is seen whatever the values hold: nulls and separators make no two rows alike', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, ['1,a|b,,', '2,a,b,', '3,,ab,'])
    await syncOne(folder)
    await runWith(folder, ['1,a,|b,', '2,,ab,', '3,a,b,'])
    expect(await syncOne(folder)).toMatchObject({ changed: 3, ok: 3 })
  })

  test('is not looked at in fields that are ignored', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, `${MIRROR}, diff: { ignore: [age] }`)
    await runWith(folder, ['1,a@x.com,Ely,30'])
    await syncOne(folder)
    await runWith(folder, ['1,a@x.com,Ely,31'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
  })

  test('is sent as null where nulls are sent, and left out otherwise', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, `${MIRROR}, nulls: send`)
    await runWith(folder, ['1,,Ely,'])
    await syncOne(folder)
    expect(receiver.batches[0]?.rows[0]?.fields).toEqual({ id: '1', email: null, city: 'Ely', age: null })
  })

  test('of a row that left is an update where the sync says so, and it comes back as new', async () => {
    const receiver = await Receiver.listen()
    const sync = 'mode: mirror, on_leave: { update: { city: gone } }, map: { email: email, city: city }'
    const folder = peopleProject(receiver.url, sync)
    await runWith(folder, ['1,a@x.com,Ely,', '2,b@x.com,York,'])
    await syncOne(folder)
    await runWith(folder, ['2,b@x.com,York,'])
    expect(await syncOne(folder)).toMatchObject({ removed: 1, ok: 1 })
    expect(receiver.store('/').get('1')).toEqual({ id: '1', email: 'a@x.com', city: 'gone' })
    await runWith(folder, ['1,a@x.com,Ely,', '2,b@x.com,York,'])
    expect(await syncOne(folder)).toMatchObject({ added: 1, ok: 1 })
    expect(receiver.store('/').get('1')).toMatchObject({ city: 'Ely' })
  })

  test('stays at the destination in the other modes', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, 'map: { email: email }')
    await runWith(folder, ['1,a@x.com,,', '2,b@x.com,,'])
    await syncOne(folder)
    await runWith(folder, ['2,b@x.com,,'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
    expect([...receiver.store('/').keys()]).toEqual(['1', '2'])
  })
})

describe('mode: delete', () => {
  test('deletes what is named, once; and again what is named again', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, 'mode: delete, allow_delete: true')
    await runWith(folder, ['1,,,', '2,,,'])
    expect(await syncOne(folder)).toMatchObject({ added: 2, ok: 2 })
    await runWith(folder, ['2,,,'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
    await runWith(folder, ['1,,,', '2,,,'])
    expect(await syncOne(folder)).toMatchObject({ added: 1, unchanged: 1, ok: 1 })
    expect(receiver.batches.at(-1)).toMatchObject({ operation: 'delete', rows: [{ key: '1' }] })
  })
})

describe('rows that cannot be sent', () => {
  test('are counted and logged, and what the destination has of them stays', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR, {
      'models/people.sql':
        'select nullif(key_of, \'\') as id, email, city, age from {{source "people_csv"}}\n',
      'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: hook, connector: quick, config: { url: ${receiver.url} }, allow_http: true, allow_private: true }
syncs:
  - { name: people, from: { model: people }, to: hook, key: id, ${MIRROR} }
`,
    })
    const people = (rows: readonly string[]) => runWithKeys(folder, rows)
    await people(['1,k1,a@x.com', '2,k2,b@x.com', '3,k3,c@x.com'])
    await syncOne(folder)
    await people(['1,k1,a@x.com', '2,k1,other@x.com', '3,,c@x.com', '4,k4,d@x.com'])
    const result = await syncOne(folder)
    expect(result).toMatchObject({ source_rows: 4, invalid: 3, added: 1, removed: 2, ok: 3 })
    expect(result.samples.map(({ code, row_key }) => [code, row_key])).toEqual([
      ['duplicate_key', 'k1'],
      ['missing_key', null],
    ])
    expect(receiver.store('/').get('k1')).toMatchObject({ email: 'a@x.com' })
    expect(
      await query(folder, "select code, row_key from sync_rows where outcome = 'invalid' order by code"),
    ).toEqual([
      { code: 'duplicate_key', row_key: 'k1' },
      { code: 'missing_key', row_key: null },
    ])
  })
})

async function runWithKeys(folder: string, rows: readonly string[]): Promise<void> {
  const { writeFiles, runProjectIn } = await import('../project-run.js')
  writeFiles(folder, {
    'people.csv': `id,key_of,email,city,age\n${rows.map((row) => `${row},,`).join('\n')}\n`,
  })
  const run = await runProjectIn(folder)
  if (run.result?.status !== 'succeeded') throw new Error(run.printed)
}
