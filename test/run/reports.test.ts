import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WarehouseError } from '../../src/diagnostics/errors.js'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

const files = {
  'data/people.csv': 'id,email,name\n1,ann@x.com,Ann\n2,bob@x.com,Bob\n',
  'models/all.yml': `sources:
  - name: people
    file: data/people.csv
    key: id
    identifiers: { email: email }
    attributes: { name: name }
entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
`,
}

const json = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, 'target', name), 'utf8'))

describe('what a run writes into target/', () => {
  it('is there, whole, and nothing else', async () => {
    const folder = writeProject(files)
    await runProjectIn(folder, { runId: 'one' })
    expect(readdirSync(join(folder, 'target')).sort()).toEqual([
      'catalog.json',
      'compiled',
      'dev.duckdb',
      'manifest.json',
      'program.json',
      'run_results.json',
    ])
    expect(json(folder, 'run_results.json')).toMatchObject({ run_id: 'one', status: 'succeeded' })
    expect(json(folder, 'catalog.json').sources['source.people']).toHaveLength(3)
    expect(json(folder, 'manifest.json').nodes.map((node: { id: string }) => node.id)).toContain(
      'source.people',
    )
  })

  it('says of a run that failed what failed', async () => {
    const folder = writeProject({
      ...files,
      'models/bad.sql': 'select nope from {{ref "customer_attributes"}}\n',
    })
    await runProjectIn(folder, { runId: 'one' })
    expect(json(folder, 'run_results.json')).toMatchObject({ status: 'failed', error: { node: 'model.bad' } })
    expect(existsSync(join(folder, 'target/manifest.json'))).toBe(false)
  })

  it('where it cannot be written stops the run before it has begun', async () => {
    const folder = writeProject(files)
    mkdirSync(join(folder, 'target'))
    writeFiles(folder, { 'target/compiled': '' })
    const error = await runProjectIn(folder).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(WarehouseError)
    expect((error as WarehouseError).message).toMatch(
      /target\/compiled.* cannot be written: a part of the path is a file/,
    )
  })

  it('where it cannot be written any more says that the run was published all the same', async () => {
    const folder = writeProject(files)
    mkdirSync(join(folder, 'target/run_results.json'), { recursive: true })
    const error = await runProjectIn(folder, { runId: 'one' }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(WarehouseError)
    expect((error as WarehouseError).message).toMatch(
      /^the run one was published, but .*run_results\.json cannot be written: a folder has that name$/,
    )
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '2' }])
  })

  it('never hides why a run failed', async () => {
    const folder = writeProject({
      ...files,
      'models/bad.sql': 'select nope from {{ref "customer_attributes"}}\n',
    })
    mkdirSync(join(folder, 'target/run_results.json'), { recursive: true })
    const { result } = await runProjectIn(folder)
    expect(result?.error?.node).toBe('model.bad')
    expect(result?.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/run_results\.json cannot be written/),
    ])
  })
})
