import { expect, test } from 'vitest'
import type { Catalog } from '../../src/sql/catalog.js'
import { said, tinyProject } from './tiny-project.js'

const YAML = `
entities:
  - name: customer
    identifiers: [{ name: email }, { name: phone }]
sources:
  - name: accounts
    file: accounts.csv
    key: ID
    where: { all: [{ column: is_tset, ne: true }, { sql: "Status <> 'x' and statsu is not null" }] }
    updated_at: changed
    identifiers: { email: '"Email"', phone: { column: phone, region_column: county } }
    attributes:
      city: address.city
      street: adress.street
      name: { sql: "trim(first_name || ' ' || last_name)" }
    properties: { tier: { value: gold } }
  - { name: other, file: other.csv, key: nothing, identifiers: { email: nowhere } }
`

const columns = ['id', 'is_test', 'status', 'changed', 'email', 'phone', 'country', 'address', 'first_name']
const catalog: Catalog = {
  sources: { 'source.accounts': columns.map((name) => ({ name, type: 'VARCHAR' })) },
}

test('columns that a source does not have are named with the nearest', () => {
  const { diagnostics } = tinyProject(YAML, {}, catalog)
  expect(diagnostics.map((d) => [d.code, d.message, d.hint])).toEqual([
    ['CDP3005', 'accounts has no column "Email"', 'did you mean "email"?'],
    ['CDP3005', 'accounts has no column "county"', 'did you mean "country"?'],
    ['CDP3005', 'accounts has no column "adress"', 'did you mean "address"?'],
    ['CDP3005', 'accounts has no column "is_tset"', 'did you mean "is_test"?'],
    ['CDP3005', 'accounts has no column "last_name"', 'did you mean "first_name"?'],
    ['CDP3005', 'accounts has no column "statsu"', 'did you mean "status"?'],
  ])
  expect(diagnostics[0]?.expected).toBe(`one of ${columns.join(', ')}`)
})

test('without a catalog nothing is said of columns', () => {
  expect(said(tinyProject(YAML).diagnostics)).toEqual([])
})
