import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cdp } from '../cli/command-line.js'
import { query, writeFiles } from '../project-run.js'
import { answer, Receiver } from './receiver.js'
import { dryRunIn, peopleProject, runWith, syncIn, syncOne } from './syncing.js'

const MIRROR = 'mode: mirror, on_leave: delete, allow_delete: true, map: { email: email, city: city }'

const people = (from: number, to: number, city = 'Ely') =>
  Array.from({ length: to - from }, (_, i) => `${from + i},p${from + i}@x.com,${city},`)

describe('guards', () => {
  test('stop before anything is marked or sent; --accept does it once', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 300))
    expect(await syncOne(folder)).toMatchObject({ added: 300, ok: 300 })
    receiver.batches.length = 0
    const cases = [
      [people(0, 600), /^300 of 300 rows would be added by people, more than max_added \(50 %\) allows$/],
      [people(0, 300, 'York'), /^300 of 300 rows would be changed by people, more than max_changed/],
      [people(0, 150), /^150 of 300 rows would be removed by people, more than max_removed \(20 %\) allows$/],
      [[], /^there is nothing left to sync: people would take all 300 rows away$/],
    ] as const
    for (const [rows, message] of cases) {
      await runWith(folder, rows)
      expect((await syncOne(folder, 'stopped')).message).toMatch(message)
    }
    expect(receiver.batches).toEqual([])
    expect(
      await query(folder, 'select count(*) as dirty from ledger_people where dirty_run is not null'),
    ).toEqual([{ dirty: '0' }])
    await runWith(folder, people(0, 150))
    expect(await syncOne(folder, 'succeeded', { accept: true })).toMatchObject({ removed: 150, ok: 150 })
  })

  test('let few rows pass, and a first run', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 90))
    await syncOne(folder)
    await runWith(folder, people(80, 160))
    expect(await syncOne(folder)).toMatchObject({ removed: 80, added: 70, ok: 150 })
  })

  test('stop sending when too many rows are refused', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, `${MIRROR}, guards: { max_added: 100% }`)
    await runWith(folder, people(0, 200))
    await syncOne(folder)
    receiver.fate = ({ rows }) => ({ refused: rows.map(({ key }) => key) })
    await runWith(folder, people(0, 400))
    const result = await syncOne(folder, 'stopped')
    expect(result.message).toMatch(/ rows of people were rejected, more than max_rejected \(10 %\) allows$/)
    expect(result.rejected).toBeGreaterThan(100)
    expect(result.rejected).toBeLessThan(200)
    expect(result.ok + result.rejected + result.deferred).toBe(result.planned)
  })

  test('stop what reads tables that are too old', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 3))
    const later = { now: () => Date.UTC(2026, 10, 3) }
    expect((await syncOne(folder, 'stopped', later)).message).toBe(
      'what people reads was built 48 hours ago, max_age is 24 hours',
    )
    expect(receiver.batches).toEqual([])
  })
})

describe('a ledger', () => {
  test('stops a run whose mapping has changed, until that is accepted or taken for done', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 5))
    await syncOne(folder)
    const yaml = readFileSync(join(folder, 'models/all.yml'), 'utf8')
    writeFiles(folder, { 'models/all.yml': yaml.replace('city: city', 'town: city') })
    expect((await syncOne(folder, 'stopped')).message).toBe(
      'the mapping of people has changed: 5 rows would be sent again',
    )
    expect((await dryRunIn(folder))[0]?.stopped_by).toMatch(/5 rows would be sent again/)
    expect(await syncOne(folder, 'succeeded', { mend: 'rebase' })).toMatchObject({
      planned: 0,
      source_rows: 5,
    })
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 5 })
    expect(receiver.batches).toHaveLength(2)
    writeFiles(folder, { 'models/all.yml': yaml })
    expect(await syncOne(folder, 'succeeded', { accept: true })).toMatchObject({ changed: 5, ok: 5 })
  })

  test('that was copied stops the run', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 2))
    await syncOne(folder)
    const result = await syncOne(folder, 'stopped', { target: 'another' })
    expect(result.message).toMatch(/^the ledger of people was made for another target/)
    expect(result.remedy).toMatch(/cdp sync rebase people/)
  })

  test('that was edited by hand says nothing that is believed: what it lacks is sent', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    await runWith(folder, people(0, 3))
    await syncOne(folder)
    await query(folder, "delete from ledger_people where row_key = '0'")
    await query(folder, "update ledger_people set acked_hash = 'edited' where row_key = '1'")
    expect(await syncOne(folder)).toMatchObject({ added: 1, changed: 1, unchanged: 1, ok: 2 })
  })
})

describe('a target whose syncs are off', () => {
  test('reaches nobody; looking works, and changes nothing', async () => {
    const receiver = await Receiver.listen()
    const folder = peopleProject(receiver.url, MIRROR)
    writeFiles(folder, {
      'profiles.yml': readFileSync(join(folder, 'profiles.yml'), 'utf8').replace(', syncs: live', ''),
    })
    await runWith(folder, people(0, 4))
    expect(await cdp(['sync'], { cwd: folder })).toMatchObject({
      code: 2,
      err: expect.stringContaining('reaches nobody'),
    })
    const built = await cdp(['build'], { cwd: folder })
    expect(built).toMatchObject({
      code: 0,
      err: expect.stringContaining('The syncs of the target dev are off'),
    })
    const looked = await cdp(['sync', '--dry-run'], { cwd: folder })
    expect(looked).toMatchObject({ code: 0 })
    expect(looked.out).toContain('4 rows of 4 would be sent in 2 requests')
    expect(receiver.batches).toEqual([])
    expect(await query(folder, 'select count(*) as rows from ledger_people')).toEqual([{ rows: '0' }])
  })
})

test('a token is in no output, table, log or error', async () => {
  const receiver = await Receiver.listen()
  const token = 'tok-planted-secret-7f3'
  const folder = peopleProject(receiver.url, MIRROR)
  const yaml = readFileSync(join(folder, 'models/all.yml'), 'utf8')
  writeFiles(folder, {
    'models/all.yml': yaml.replace(
      `url: ${receiver.url}`,
      `url: ${receiver.url}, token: "{{ env 'HOOK_TOKEN' }}"`,
    ),
  })
  await runWith(folder, people(0, 7))
  receiver.fate = ({ headers }) => ({ before: answer(400, `you sent ${headers.authorization}`) })
  const env = { HOOK_TOKEN: token }
  const said = [
    await cdp(['sync', '--dry-run'], { cwd: folder, env }),
    await cdp(['sync', '--output', 'json', '--accept'], { cwd: folder, env }),
    await cdp(['sync', 'log'], { cwd: folder, env }),
  ]
  expect(receiver.batches[0]?.headers.authorization).toBe(`Bearer ${token}`)
  expect(JSON.stringify(said)).not.toContain(token)
  expect(said[1]).toMatchObject({ code: 0, out: expect.stringContaining('"rejected": 7') })
  const dump = await query(folder, 'select * from sync_rows')
  expect(
    JSON.stringify([
      dump,
      await query(folder, 'select * from sync_batches'),
      await query(folder, 'select * from ledger_people'),
    ]),
  ).not.toContain(token)
  expect(readFileSync(join(folder, 'target/dev.duckdb')).includes(token)).toBe(false)
  const without = await cdp(['sync'], { cwd: folder })
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining('HOOK_TOKEN') })
})

test('what follows the host of an address from the environment is not shown, and requests go there', async () => {
  const receiver = await Receiver.listen()
  const folder = peopleProject(`"{{ env 'HOOK' }}"`, 'map: [city]')
  await runWith(folder, ['1,a@x.com,Ely,'])
  const options = { env: { HOOK: `${receiver.url}/catch/planted-1?key=planted-2` } }
  const [plan] = await dryRunIn(folder, options)
  expect(plan?.requests).toContain(`POST ${receiver.url}***`)
  expect(plan?.requests).not.toMatch(/catch|planted/)
  receiver.fate = () => ({ before: answer(403, 'no /catch/planted-1?key=planted-2 here') })
  expect((await syncOne(folder, 'failed', options)).message).toContain('no *** here')
  expect(receiver.batches[0]?.path).toBe('/catch/planted-1?key=planted-2')
})

test('nothing is synced that was never built', async () => {
  const receiver = await Receiver.listen()
  const folder = peopleProject(receiver.url, MIRROR)
  await expect(syncIn(folder)).rejects.toMatchObject({ message: expect.stringContaining('was never built') })
})

test('two copies of one project have a ledger each', async () => {
  const receiver = await Receiver.listen()
  const folder = peopleProject(receiver.url, MIRROR)
  await runWith(folder, people(0, 2))
  expect(await cdp(['build'], { cwd: folder })).toMatchObject({ code: 0 })
  const copy = `${folder}-copy`
  cpSync(folder, copy, { recursive: true })
  const copied = await cdp(['sync'], { cwd: copy })
  rmSync(copy, { recursive: true })
  expect(copied).toMatchObject({ code: 3, err: expect.stringContaining('was made for another target') })
})
