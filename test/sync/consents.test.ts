import { describe, expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { Receiver } from './receiver.js'
import { LIVE, quickConnector, syncOne } from './syncing.js'

const NOVEMBER = Date.UTC(2026, 10, 1)

/** People with addresses, what they decided, and a sync of all of them for one purpose. */
function consentProject(url: string, purpose: string, sync: string): string {
  return writeProject({
    'profiles.yml': LIVE,
    'connectors/quick.yml': quickConnector('quick'),
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email } }
  - name: decisions
    file: decisions.csv
    key: id
    identifiers: { email: email, card: card }
    properties: { purpose: purpose, granted: { type: boolean }, decided_at: { type: timestamp } }
purposes:
  - { name: news, ${purpose} }
  - { name: other }
consents:
  - { from: decisions, of: [email, card], purpose: purpose, granted: granted, at: decided_at }
destinations:
  - { name: hook, connector: quick, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: news, from: { profiles: customer }, to: hook, purpose: news, ${sync} }
`,
  })
}

async function runWith(
  folder: string,
  people: readonly string[],
  decisions: readonly string[],
): Promise<void> {
  writeFiles(folder, {
    'people.csv': `id,card,email,at\n${people.join('\n')}\n`,
    'decisions.csv': `id,email,card,purpose,granted,decided_at\n${decisions.join('\n')}\n`,
  })
  const run = await runProjectIn(folder, { allowEmpty: true })
  if (run.result?.status !== 'succeeded') throw new Error(run.printed || JSON.stringify(run.result?.error))
}

const BY_EMAIL =
  'mode: mirror, on_leave: delete, allow_delete: true, on_withdraw: unsubscribe, key: email, map: { id: customer_id }'

describe('consent', () => {
  test('is asked for the very value that is sent: that of another address says nothing', async () => {
    const receiver = await Receiver.listen()
    const folder = consentProject(receiver.url, 'applies_to: email', BY_EMAIL)
    await runWith(
      folder,
      ['1,c1,old@x.com,2026-01-01', '2,c1,new@x.com,2026-02-01', '3,c2,b@x.com,2026-01-01'],
      [
        'd1,old@x.com,,news,true,2026-01-01',
        'd2,b@x.com,,news,true,2026-01-01',
        'd3,b@x.com,,other,false,2026-05-01',
      ],
    )
    expect(await syncOne(folder)).toMatchObject({ source_rows: 2, suppressed: 1, added: 1, ok: 1 })
    expect([...receiver.store('/').keys()]).toEqual(['b@x.com'])
  })

  test('is what was decided last, and the table says so', async () => {
    const receiver = await Receiver.listen()
    const folder = consentProject(receiver.url, 'applies_to: email, expires_after: 10 days', BY_EMAIL)
    await runWith(
      folder,
      ['1,c1,a@x.com,2026-01-01'],
      [
        'd1,a@x.com,,news,true,2026-01-01',
        'd2,A@x.com,,news,false,2026-02-01',
        'd3,a@x.com,,news,,2026-03-01',
      ],
    )
    const table = await query(
      folder,
      'select identifier, value, purpose, granted, record_key, expires_at from customer_consents',
    )
    expect(table).toEqual([
      {
        identifier: 'email',
        value: 'a@x.com',
        purpose: 'news',
        granted: false,
        record_key: 'd2',
        expires_at: null,
      },
    ])
    expect(await syncOne(folder)).toMatchObject({ suppressed: 1, planned: 0 })
  })

  test('that has expired by the time of the sync is none, and the default holds', async () => {
    for (const [byDefault, sent] of [
      ['denied', 0],
      ['granted', 1],
    ] as const) {
      const receiver = await Receiver.listen()
      const folder = consentProject(
        receiver.url,
        `applies_to: email, default: ${byDefault}, expires_after: 10 days`,
        BY_EMAIL,
      )
      await runWith(folder, ['1,c1,a@x.com,2026-01-01'], ['d1,a@x.com,,news,true,2026-10-25'])
      const later = NOVEMBER + 5 * 86_400_000
      const result = await syncOne(folder, 'succeeded', { now: () => later, accept: true })
      expect([byDefault, result.added]).toEqual([byDefault, sent])
      expect(await syncOne(folder, 'succeeded', { now: () => NOVEMBER })).toMatchObject({ suppressed: 0 })
    }
  })

  test('that is withdrawn is an operation, once; that comes back is a new row', async () => {
    const receiver = await Receiver.listen()
    const folder = consentProject(receiver.url, 'applies_to: email', BY_EMAIL)
    const people = ['1,c1,a@x.com,2026-01-01']
    const given = 'd1,a@x.com,,news,true,2026-01-01'
    await runWith(folder, people, [given])
    await syncOne(folder)
    await runWith(folder, people, [given, 'd2,a@x.com,,news,false,2026-02-01'])
    expect(await syncOne(folder)).toMatchObject({ withdrawn: 1, suppressed: 1, ok: 1 })
    expect(receiver.batches.at(-1)).toMatchObject({ operation: 'unsubscribe', rows: [{ key: 'a@x.com' }] })
    expect(await syncOne(folder)).toMatchObject({ planned: 0, suppressed: 1 })
    await runWith(folder, people, [given, 'd3,a@x.com,,news,true,2026-03-01'])
    expect(await syncOne(folder)).toMatchObject({ added: 1, ok: 1 })
  })

  test('that is withdrawn leaves the row alone where nothing is to be done', async () => {
    const receiver = await Receiver.listen()
    const sync = BY_EMAIL.replace('unsubscribe', 'suppress')
    const folder = consentProject(receiver.url, 'applies_to: email, default: granted', sync)
    await runWith(folder, ['1,c1,a@x.com,2026-01-01'], [])
    await syncOne(folder)
    await runWith(folder, ['1,c9,a@x.com,2026-01-02'], ['d2,a@x.com,,news,false,2026-02-01'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, suppressed: 1 })
    expect(receiver.batches).toHaveLength(1)
  })

  test('of a purpose that is of the customer is the latest about any identifier of theirs', async () => {
    const receiver = await Receiver.listen()
    const folder = consentProject(receiver.url, 'default: granted', BY_EMAIL)
    await runWith(
      folder,
      ['1,c1,a@x.com,2026-01-01', '2,c2,b@x.com,2026-01-01'],
      ['d1,a@x.com,,news,true,2026-01-01', 'd2,,c1,news,false,2026-02-01'],
    )
    expect(await syncOne(folder)).toMatchObject({ suppressed: 1, added: 1 })
    expect([...receiver.store('/').keys()]).toEqual(['b@x.com'])
  })
})
