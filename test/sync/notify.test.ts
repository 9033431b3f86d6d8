import { describe, expect, test } from 'vitest'
import { cdp } from '../cli/command-line.js'
import { query, writeFiles } from '../project-run.js'
import { answer, Receiver, reset } from './receiver.js'
import { LIVE, peopleProject, runWith, syncOne } from './syncing.js'
import { Told } from './told.js'

const UPSERT = 'map: { email: email, city: city }'

/** A project whose notifications go to `notify`, a path and a query with a secret in them. */
async function project(receiver: Receiver, told: Told, allow = 'allow_http: true, allow_private: true') {
  const folder = peopleProject(receiver.url, UPSERT, {
    'profiles.yml': `${LIVE}notify: { webhook: "${told.url}/hook/{{ env 'NOTIFY_KEY' }}", ${allow} }\n`,
  })
  await runWith(folder, ['1,a@x.com,Ely,'])
  return folder
}

/** It reads as ever, and cannot be written. */
async function hideLedger(folder: string): Promise<void> {
  await query(folder, 'alter table ledger_people rename to aside')
  await query(folder, 'create view cdp_internal.ledger_people as select * from aside')
}

const env = { NOTIFY_KEY: 'planted-key-5d1' }

describe('somebody is told', () => {
  test('when a sync begins to fail, and when it works again; not in between', async () => {
    const receiver = await Receiver.listen()
    const told = await Told.listen()
    const folder = await project(receiver, told)
    await syncOne(folder, 'succeeded', { env })
    expect(told.bodies).toEqual([])
    await runWith(folder, ['1,a@x.com,York,'])
    receiver.fate = () => ({ before: answer(401) })
    const failed = await syncOne(folder, 'failed', { env })
    expect(failed.notified).toEqual({ about: 'failing' })
    await syncOne(folder, 'failed', { env })
    expect(told.paths).toEqual(['/hook/planted-key-5d1'])
    expect(told.bodies).toEqual([
      {
        ...{ event: 'failing', project: 'tiny', target: 'dev', sync: 'people', destination: 'hook' },
        ...{ status: 'failed', run_id: failed.run_id, finished_at: failed.finished_at },
        ...{ message: failed.message, remedy: failed.remedy ?? null },
        text: expect.stringMatching(/^The sync people to hook failed: .*401/),
      },
    ])
    receiver.fate = () => ({})
    expect((await syncOne(folder, 'succeeded', { env })).notified).toEqual({ about: 'recovered' })
    await syncOne(folder, 'succeeded', { env })
    expect(told.bodies.map(({ event }) => event)).toEqual(['failing', 'recovered'])
    expect(told.bodies[1]?.text).toBe('The sync people to hook works again.')
  })

  test('of a guard, and of a warehouse that fails', async () => {
    const receiver = await Receiver.listen()
    const told = await Told.listen()
    const folder = await project(receiver, told)
    await syncOne(folder, 'succeeded', { env })
    await syncOne(folder, 'stopped', { env, target: 'a copy' })
    await runWith(folder, ['1,a@x.com,York,'])
    await hideLedger(folder)
    await expect(syncOne(folder, 'failed', { env })).rejects.toThrow(/Can only update base table/)
    await query(folder, 'drop view ledger_people')
    await query(folder, 'alter table aside rename to ledger_people')
    await syncOne(folder, 'succeeded', { env })
    await runWith(folder, ['1,a@x.com,Hull,'])
    await hideLedger(folder)
    await expect(syncOne(folder, 'failed', { env })).rejects.toThrow(/Can only update base table/)
    expect(told.bodies.map(({ event, status }) => [event, status])).toEqual([
      ['failing', 'stopped'],
      ['recovered', 'succeeded'],
      ['failing', 'failed'],
    ])
  })
})

describe('where nobody can be told', () => {
  test('the run goes on, says so without the address, and the next one tries again', async () => {
    const receiver = await Receiver.listen()
    const told = await Told.listen()
    const folder = await project(receiver, told)
    receiver.fate = () => ({ before: answer(401) })
    told.fate = reset
    const failed = await syncOne(folder, 'failed', { env })
    expect(failed).toMatchObject({ message: expect.stringContaining('401'), notified: { about: 'failing' } })
    expect(failed.notified?.error).toBeDefined()
    told.fate = answer(404, `no /hook/${env.NOTIFY_KEY}`)
    const printed = await cdp(['sync', '--accept'], { cwd: folder, env })
    expect(printed).toMatchObject({ code: 3 })
    expect(printed.err).toContain(
      'people: the webhook of notify was not told that it fails: 127.0.0.1 answered 404',
    )
    expect(printed.err + printed.out).not.toContain(env.NOTIFY_KEY)
    told.fate = undefined
    expect((await syncOne(folder, 'failed', { env })).notified).toEqual({ about: 'failing' })
  })

  test('as when the address is of a private network, and that is not allowed', async () => {
    const receiver = await Receiver.listen()
    const told = await Told.listen()
    const folder = await project(receiver, told, 'allow_http: true')
    receiver.fate = () => ({ before: answer(401) })
    expect((await syncOne(folder, 'failed', { env })).notified?.error).toMatch(/private network/)
    expect(told.bodies).toEqual([])
  })
})

test('an address that is none, or whose variable is missing, is a mistake of the project', async () => {
  const receiver = await Receiver.listen()
  const told = await Told.listen()
  const folder = await project(receiver, told)
  const missing = await cdp(['sync'], { cwd: folder })
  expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('NOTIFY_KEY') })
  expect(await cdp(['validate'], { cwd: folder })).toMatchObject({ code: 0 })
  writeFiles(folder, { 'profiles.yml': `${LIVE}notify: { webhook: chat }\n` })
  expect((await cdp(['sync'], { cwd: folder })).err).toMatch(/profiles.yml:5:\d+ error CDP2004/)
  writeFiles(folder, { 'profiles.yml': `${LIVE}notify: { hook: chat }\n` })
  expect((await cdp(['validate'], { cwd: folder })).err).toMatch(/profiles.yml:5:\d+ error CDP200\d/)
})
