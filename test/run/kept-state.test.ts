import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { STATE_VERSION } from '../../src/state/tables.js'
import { query, writeFiles, writeProject } from '../project-run.js'
import { succeeded } from './accounts.js'

const PROJECT = `
entities:
  - { name: customer, identifiers: [{ name: email }] }
  - { name: shop, identifiers: [{ name: shop_no }] }
sources:
  - { name: people, file: people.csv, key: id, entity: customer, updated_at: at, identifiers: { email: [email, other] } }
  - { name: shops, file: shops.csv, key: id, entity: shop, identifiers: { shop_no: id } }
`

const ANN = '1,ann@x.io,,2026-01-09'
const BOB = '2,bob@x.io,,2026-01-01'

/** What version 2 of the state did not have. */
const AS_IN_VERSION_2 = [
  ...['customer', 'shop'].map((entity) => `alter table cdp_internal.ids_${entity} drop column minted_order`),
  'alter table cdp_internal.cdp_meta drop column project',
]

it('ids of a warehouse that an older cdp left are brought up to date, in the order of their runs', async () => {
  const folder = writeProject({ 'models/all.yml': PROJECT, 'shops.csv': 'id\n1\n' })
  const people = (...rows: readonly string[]) =>
    writeFiles(folder, { 'people.csv': `id,email,other,at\n${rows.join('\n')}\n` })
  people(ANN)
  // Ids of runs do not say which was first; when they began does.
  await succeeded(folder, { runId: 'second' })
  people(ANN, BOB)
  await succeeded(folder, { runId: 'first' })
  const connection = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
  await connection.execute(
    "update cdp_internal.cdp_runs set started_at = started_at - interval 1 day where run_id = 'second'",
  )
  for (const statement of [...AS_IN_VERSION_2, 'update cdp_internal.cdp_meta set state_version = 2'])
    await connection.execute(statement)
  await connection.close()

  people(ANN, BOB, '3,ann@x.io,bob@x.io,2026-01-10')
  await succeeded(folder, { runId: 'third' })
  expect(await query(folder, 'select minted_run, minted_order from ids_customer order by 2')).toEqual([
    { minted_run: 'second', minted_order: '1' },
    { minted_run: 'first', minted_order: '2' },
  ])
  expect(await query(folder, 'select minted_order from ids_shop')).toEqual([{ minted_order: '1' }])
  expect(
    await query(
      folder,
      `select i.minted_run from customer_id_changes as c join ids_customer as i using (customer_id) where kind = 'merged'`,
    ),
  ).toEqual([{ minted_run: 'second' }])
  expect(await query(folder, 'select state_version from cdp_meta')).toEqual([
    { state_version: String(STATE_VERSION) },
  ])
})
