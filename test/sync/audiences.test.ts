import { describe, expect, test } from 'vitest'
import { runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { LIVE, syncOne } from './syncing.js'
import { LISTS, Vendor } from './vendor.js'

/** Two segments by one property, and one sync that has a list for each. */
async function project(url: string, people: readonly string[]): Promise<string> {
  const folder = writeProject({
    'profiles.yml': LIVE,
    'connectors/lists.yml': LISTS,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email }, attributes: [city] }
segments:
  - { name: ely, where: { attribute: city, eq: Ely } }
  - { name: south, where: { attribute: city, in: [Deal, Ely] } }
destinations:
  - { name: vendor, connector: lists, config: { url: ${url} }, allow_http: true, allow_private: true }
syncs:
  - { name: lists, from: { segments: [ely, south] }, to: vendor, mode: mirror, key: email, audience: "cdp_{{segment}}" }
`,
  })
  await runWith(folder, people)
  return folder
}

async function runWith(folder: string, people: readonly string[]): Promise<void> {
  writeFiles(folder, { 'people.csv': `id,email,city\n${people.join('\n')}\n` })
  const run = await runProjectIn(folder, { allowEmpty: true })
  if (run.result?.status !== 'succeeded') throw new Error(run.printed)
}

const members = ({ lists }: Vendor) =>
  Object.fromEntries([...lists].map(([name, list]) => [name, [...list.members].sort()]))

describe('an audience for each segment', () => {
  test('is made where it is missing, filled, and left by who left the segment', async () => {
    const vendor = await Vendor.listen()
    const folder = await project(vendor.url, ['1,a@x.com,Ely', '2,b@x.com,Deal', '3,c@x.com,York'])
    expect(await syncOne(folder)).toMatchObject({ added: 3, ok: 3 })
    expect(members(vendor)).toEqual({ cdp_ely: ['a@x.com'], cdp_south: ['a@x.com', 'b@x.com'] })
    await runWith(folder, ['1,a@x.com,Deal', '2,b@x.com,York', '3,c@x.com,Ely'])
    expect(await syncOne(folder)).toMatchObject({ added: 2, removed: 2, ok: 4 })
    expect(members(vendor)).toEqual({ cdp_ely: ['c@x.com'], cdp_south: ['a@x.com', 'c@x.com'] })
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 3 })
  })

  test('that somebody deleted stops the run, and resync makes it anew', async () => {
    const vendor = await Vendor.listen()
    const folder = await project(vendor.url, ['1,a@x.com,Ely', '2,b@x.com,Deal'])
    await syncOne(folder)
    vendor.lists.delete('cdp_south')
    await runWith(folder, ['1,a@x.com,Ely', '2,b@x.com,Deal', '3,c@x.com,Deal'])
    expect(await syncOne(folder, 'failed')).toMatchObject({
      message: 'the audience "cdp_south" is gone, with the rows that were in it',
      remedy: 'cdp sync resync lists makes it anew, and sends all rows.',
      ...{ rejected: 0, deferred: 1 },
    })
    expect([...vendor.lists.keys()]).toEqual(['cdp_ely'])
    await syncOne(folder, 'succeeded', { mend: 'resync' })
    expect(members(vendor)).toEqual({ cdp_ely: ['a@x.com'], cdp_south: ['a@x.com', 'b@x.com', 'c@x.com'] })
  })

  test('that somebody made anew by hand stops the run too: the rows of the old one are not in it', async () => {
    const vendor = await Vendor.listen()
    const folder = await project(vendor.url, ['1,a@x.com,Ely'])
    await syncOne(folder)
    vendor.lists.set('cdp_south', { id: 'by-hand', members: new Set() })
    await runWith(folder, ['1,a@x.com,Ely', '2,b@x.com,Deal'])
    expect(await syncOne(folder, 'failed')).toMatchObject({
      message: expect.stringMatching(
        /^the audience "cdp_south" is another one than before \(by-hand, it was /,
      ),
      remedy: 'cdp sync resync lists makes it anew, and sends all rows.',
      ...{ rejected: 0, deferred: 1 },
    })
    expect(members(vendor).cdp_south).toEqual([])
    await syncOne(folder, 'succeeded', { mend: 'resync' })
    expect(members(vendor)).toEqual({ cdp_ely: ['a@x.com'], cdp_south: ['a@x.com', 'b@x.com'] })
    expect(await syncOne(folder)).toMatchObject({ planned: 0 })
  })

  test('that goes while the run sends stops it, and no row is rejected for that', async () => {
    const vendor = await Vendor.listen()
    const folder = await project(vendor.url, ['1,a@x.com,Ely'])
    await syncOne(folder)
    await runWith(folder, ['1,a@x.com,Ely', '2,b@x.com,Ely'])
    const list = vendor.lists.get('cdp_ely')
    vendor.lists.set('cdp_ely', { id: list?.id ?? '', members: new Set() })
    vendor.onList = () => vendor.lists.set('cdp_ely', { id: 'another', members: new Set() })
    expect(await syncOne(folder, 'failed')).toMatchObject({
      message: expect.stringContaining('The list is gone.'),
      ...{ planned: 2, rejected: 0 },
    })
  })
})
