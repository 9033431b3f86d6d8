import { describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { buildGraph } from '../../src/graph/build-graph.js'
import { BrokenNames } from '../../src/language/broken-names.js'
import { SHOP, STG_ORDERS, said, tinyProject } from './tiny-project.js'

const REST = `
traits:
  - { name: spend, from: orders, sum: amount, tags: [commerce] }
segments:
  - { name: buyers, where: { event: order_placed, from: orders } }
  - { name: vip, where: { all: [{ segment: buyers }, { trait: spend, gte: 500 }] } }
`

const MODELS = {
  ...STG_ORDERS,
  'models/report.sql':
    'select * from {{ref "customer_events"}} join {{ref "customer_attributes"}} using (customer_id) join {{ref "stg_orders"}} using (id)',
}

describe('the nodes of a project', () => {
  const { graph, diagnostics } = tinyProject(SHOP + REST, MODELS)

  test('are built from what the contract says', () => {
    expect(said(diagnostics)).toEqual([])
    expect(Object.fromEntries(graph.nodes.map((node) => [node.id, node.inputs]))).toEqual({
      'source.accounts': [],
      'source.orders_raw': [],
      'model.stg_orders': ['source.orders_raw'],
      'source.orders': ['model.stg_orders'],
      'identity.customer': ['source.accounts', 'source.orders'],
      'health.customer': ['identity.customer'],
      'profile.customer': ['identity.customer'],
      'model.report': ['identity.customer', 'model.stg_orders', 'profile.customer'],
      'traits.customer': ['profile.customer', 'source.orders'],
      'segment.buyers': ['source.orders', 'traits.customer'],
      'segment.vip': ['segment.buyers', 'traits.customer'],
    })
  })

  test('come after everything that they read', () => {
    const place = new Map(graph.nodes.map((node, index) => [node.id, index]))
    for (const node of graph.nodes) {
      for (const input of node.inputs) expect(place.get(input)).toBeLessThan(place.get(node.id) ?? -1)
    }
  })

  test('have the tags of their declarations', () => {
    const tags = Object.fromEntries(graph.nodes.map((node) => [node.id, node.tags]))
    expect(tags['source.accounts']).toEqual(['profile'])
    expect(tags['traits.customer']).toEqual(['commerce'])
  })
})

test('a graph with mistakes is as whole as they allow', () => {
  const yaml = `${SHOP}
segments:
  - { name: a, where: { segment: b } }
  - { name: b, where: { all: [{ segment: a }, { segment: nowhere }] } }
`
  const { graph, diagnostics } = tinyProject(yaml, {
    'models/stg_orders.sql': 'select * from {{ref "missing"}}',
  })
  expect(diagnostics.map((d) => d.code).sort()).toEqual(['CDP3001', 'CDP3001', 'CDP3003'])
  expect(graph.nodes.map((node) => node.id)).toContain('segment.a')
  expect(graph.nodes).toHaveLength(10)
})

test('a name that is broken is missed in silence', () => {
  const { parsed } = tinyProject(
    `${SHOP}
segments:
  - { name: a, where: { trait: spend, gte: 5 } }
`,
    STG_ORDERS,
  )
  const broken = new BrokenNames()
  const options = { dialect: duckdb, positions: parsed.positions, broken }
  expect(said(buildGraph(parsed.value, options).diagnostics)).toEqual(['CDP3001 unknown trait "spend"'])
  broken.add('trait', 'spend')
  expect(buildGraph(parsed.value, options).diagnostics).toEqual([])
})

test('a mistake in a macro is said once, however many models use it', () => {
  const { diagnostics } = tinyProject(SHOP, {
    ...STG_ORDERS,
    'macros/latest.hbs': '(select max(id) from {{ref "nowhere"}})',
    'models/a.sql': 'select {{> latest}} as id',
    'models/b.sql': 'select {{> latest}} as id',
  })
  expect(said(diagnostics)).toEqual(['CDP3001 unknown model or table "nowhere"'])
  expect(diagnostics[0]?.span?.file).toBe('macros/latest.hbs')
})

test('a source may read a model of attributes of another entity, but nothing that it feeds', () => {
  const accounts = `
  - name: account
    identifiers: [{ name: account_no }]
sources:
  - { name: seats, model: stg_seats, key: id, entity: account, identifiers: { account_no: account } }
`
  const [entities = '', sources = ''] = SHOP.split('sources:')
  const named = sources.replaceAll('    key: id\n', '    key: id\n    entity: customer\n')
  const yaml = entities + accounts + named.replace('key: id }', 'key: id }')
  const models = { ...STG_ORDERS, 'models/stg_seats.sql': 'select * from {{ref "customer_attributes"}}' }
  expect(said(tinyProject(yaml, models).diagnostics)).toEqual([])
  const back = { ...models, 'models/stg_orders.sql': 'select * from {{ref "account_records"}}' }
  const [first, ...others] = tinyProject(yaml, back).diagnostics
  expect(others).toEqual([])
  expect(first?.code).toBe('CDP3004')
  expect(first?.message).toBe('stg_orders feeds account and cannot read what is made of it')
  expect(first?.hint).toBe('account is made from seats → stg_seats → customer → orders → stg_orders')
})
