import { expect, it } from 'vitest'
import { compileProgram } from '../../src/compile/compile-program.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { Declarations } from '../../src/graph/declarations.js'
import { internalTables, publicTables } from '../../src/graph/table-names.js'
import { SHOP, STG_ORDERS, tinyProject } from './tiny-project.js'

const PROJECT = `${SHOP}
traits:
  - { name: order_count, entity: customer, count: true, from: [orders] }
segments:
  - { name: buyers, entity: customer, where: { trait: order_count, gt: 0 } }
`

it('claims every table and view that a program makes, so that no declaration can take its name', () => {
  const { graph, parsed } = tinyProject(PROJECT, STG_ORDERS)
  const options = { dialect: duckdb, catalog: { sources: {} }, projectDir: '/project' }
  const { value: program } = compileProgram(graph, options)
  const kept = program.prepare.flatMap(({ sql }) =>
    [...sql.matchAll(/create table if not exists "cdp_internal"\."(\w+)"/g)].map(([, name = '']) => name),
  )
  const made = [
    ...kept,
    ...program.nodes.flatMap((node) => node.outputs.map((one) => one.replace(/^\w+\./, ''))),
  ]
  expect(kept).toContain('ids_customer')
  expect(made).toContain('customer_profiles')
  const declarations = new Declarations(parsed.value)
  const claimed = [...publicTables(declarations), ...internalTables(declarations)].map(({ name }) => name)
  expect(made.filter((name) => !claimed.includes(name))).toEqual([])
})
