import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

describe('a data file', () => {
  it('is read', async () => {
    const folder = writeProject({
      'models/all.yml': `
entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id, entity: customer, identifiers: { email: email }, attributes: { zip: zip } }
`,
      'people.csv': 'id,email,zip\n1,ann@x.com,0123\n',
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(run.result?.status).toBe('succeeded')
    expect(await query(folder, 'select email, zip from enriched_people')).toEqual([
      { email: 'ann@x.com', zip: '0123' },
    ])
  })
})
