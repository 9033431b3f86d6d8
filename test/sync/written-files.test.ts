import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { load, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { LIVE, syncOne } from './syncing.js'

/** Members with a card and an address, what they decided, and a file of those in a segment. */
function project(sync: string): string {
  return writeProject({
    'profiles.yml': LIVE,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
  - { name: decisions, file: decisions.csv, key: id, identifiers: { email: email }, properties: { purpose: purpose, granted: { type: boolean }, decided_at: { type: timestamp } } }
purposes:
  - { name: news, applies_to: email, default: granted }
consents:
  - { from: decisions, of: email, purpose: purpose, granted: granted, at: decided_at }
segments:
  - { name: ely, where: { attribute: city, eq: Ely } }
destinations:
  - { name: drop, connector: file, config: { path: out/ely.csv } }
syncs:
  - { name: people, from: { segment: ely }, to: drop, ${sync} }
`,
  })
}

async function runWith(folder: string, people: readonly string[], decisions: readonly string[] = []) {
  writeFiles(folder, {
    'people.csv': `id,card,email,city,at\n${people.join('\n')}\n`,
    'decisions.csv': `id,email,purpose,granted,decided_at\n${decisions.join('\n')}\n`,
  })
  const run = await runProjectIn(folder, { allowEmpty: true })
  if (run.result?.status !== 'succeeded') throw new Error(run.printed || JSON.stringify(run.result?.error))
}

function written(folder: string): readonly string[] {
  const path = join(folder, 'out/ely.csv')
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(1) : []
}

const ANN = '1,c1,ann@x.com,Ely,2026-01-01'
const BO = '2,c2,bo@x.com,Ely,2026-01-01'

describe('a file is equal to what is synced', () => {
  test.each(['upsert', 'mirror'])('in mode %s, when a row left', async (mode) => {
    const folder = project(`mode: ${mode}, key: email, map: [city]`)
    await runWith(folder, [ANN, BO])
    await syncOne(folder)
    expect(written(folder)).toEqual(['ann@x.com,Ely', 'bo@x.com,Ely'])
    await runWith(folder, [ANN, BO.replace('Ely', 'York')])
    expect(await syncOne(folder)).toMatchObject({ removed: 1, unchanged: 1, ok: 1 })
    expect(written(folder)).toEqual(['ann@x.com,Ely'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, unchanged: 1 })
  })

  test('when consent is withdrawn, whatever becomes of it elsewhere', async () => {
    const folder = project('key: card, map: [email], purpose: news, on_withdraw: suppress')
    await runWith(folder, [ANN, BO])
    await syncOne(folder)
    await runWith(folder, [ANN, BO], ['1,bo@x.com,news,false,2026-01-02'])
    expect(await syncOne(folder)).toMatchObject({ withdrawn: 1, removed: 0, suppressed: 1, ok: 1 })
    expect(written(folder)).toEqual(['c1,ann@x.com'])
    expect(await syncOne(folder)).toMatchObject({ planned: 0, suppressed: 1 })
  })

  test('when a row has lost its key, or shares it', async () => {
    const folder = project('key: city, map: [card]')
    await runWith(folder, [ANN])
    await syncOne(folder)
    expect(written(folder)).toEqual(['Ely,c1'])
    await runWith(folder, [ANN, BO])
    expect(await syncOne(folder)).toMatchObject({ invalid: 2, removed: 1, ok: 1 })
    expect(written(folder)).toEqual([])
    await runWith(folder, [BO])
    expect(await syncOne(folder)).toMatchObject({ added: 1, ok: 1 })
    expect(written(folder)).toEqual(['Ely,c2'])
  })

  test('and cannot keep, or hold otherwise, what left', () => {
    for (const said of ['nothing', "{ update: { city: '-' } }"]) {
      const { diagnostics, files } = load(project(`mode: mirror, on_leave: ${said}, map: [city]`))
      expect(renderDiagnostics(diagnostics, files)).toContain('a file has what is synced and no more')
    }
  })
})
