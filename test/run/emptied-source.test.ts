import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

const MODELS = `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: shop, file: data/shop.csv, key: id, where: { column: state, eq: active }, identifiers: { email: email } }
  - { name: crm, file: data/crm.csv, key: id, identifiers: { email: email } }
`
const shop = (state: string) => `id,email,state\n1,ann@x.com,${state}\n`

test('a source that is suddenly empty stops the run, unless that is meant', async () => {
  const folder = writeProject({
    'models/models.yml': MODELS,
    'data/shop.csv': shop('active'),
    'data/crm.csv': 'id,email\n1,bob@x.com\n',
  })
  await runProjectIn(folder)
  writeFiles(folder, { 'data/shop.csv': shop('gone') })
  const stopped = await runProjectIn(folder)
  expect(stopped.result?.status).toBe('failed')
  expect(stopped.result?.error).toMatchObject({
    message: 'A source that had rows has none any more. Nothing was published.',
    remedy: 'See what became of its rows; if that is meant, run with --allow-empty.',
    rows: [{ source: 'shop', kept: 0, kept_by_the_last_run: 1 }],
    exit_code: 1,
  })
  expect(stopped.printed).toMatch(/^models\/models\.yml:4:25 error CDP6001: A source that had rows has none/)
  expect(await query(folder, 'select email from customer_profiles order by 1')).toHaveLength(2)
  const allowed = await runProjectIn(folder, { allowEmpty: true })
  expect(allowed.result?.status).toBe('succeeded')
  expect(await query(folder, 'select email from customer_profiles')).toEqual([{ email: 'bob@x.com' }])
  // Empty as it was, it is no news.
  expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
})
