import { describe, expect, test } from 'vitest'
import { fingerprints } from '../../src/graph/fingerprint.js'
import { SHOP, tinyProject } from './tiny-project.js'

const REST = `
models:
  - { name: stg_orders, description: Orders. }
traits:
  - { name: spend, from: orders, sum: amount, tags: [commerce] }
segments:
  - { name: buyers, where: { trait: spend, gt: 0 } }
  - { name: locals, where: { attribute: country, eq: us } }
`
const MODELS = {
  'macros/regional.hbs': 'where region = {{var "region"}}',
  'models/stg_orders.sql': 'select * from {{source "orders_raw"}} {{> regional}}',
}
const YAML = SHOP + REST

const of = (yaml: string, models: Readonly<Record<string, string>> = MODELS) =>
  fingerprints(tinyProject(yaml, models).graph)
const before = of(YAML)

/** Ids of the nodes that a change touches. */
function touched(yaml: string, models: Readonly<Record<string, string>> = MODELS): readonly string[] {
  const after = of(yaml, models)
  return [...after.keys()].filter((id) => after.get(id) !== before.get(id)).sort()
}

const FROM_ORDERS = [
  'health.customer',
  'identity.customer',
  'profile.customer',
  'segment.buyers',
  'segment.locals',
  'traits.customer',
]

describe('fingerprints', () => {
  test('are the same for the same project', () => {
    expect(touched(YAML)).toEqual([])
    expect([...before.values()].every((value) => /^[0-9a-f]{32}$/.test(value))).toBe(true)
    expect(new Set(before.values()).size).toBe(before.size)
  })

  test('do not see what is said for people, nor places', () => {
    expect(
      touched(`# a comment\n${YAML.replace('tags: [commerce]', 'owner: me, description: Sum')}`),
    ).toEqual([])
    expect(touched(YAML.replace('description: Orders.', 'meta: { a: 1 }'))).toEqual([])
  })

  test('change for a node and all that is made from it', () => {
    expect(touched(YAML.replace('gt: 0', 'gt: 1'))).toEqual(['segment.buyers'])
    expect(touched(YAML.replace('sum: amount', 'avg: amount'))).toEqual([
      'segment.buyers',
      'segment.locals',
      'traits.customer',
    ])
    expect(touched(YAML.replace('ordered_at', 'placed_at'))).toEqual([...FROM_ORDERS, 'source.orders'].sort())
  })

  test('of a source change with how the entity cleans its rows', () => {
    const merged = YAML.replace('{ name: country }', '{ name: country, merge: oldest }')
    expect(touched(merged)).toEqual([
      'profile.customer',
      'segment.buyers',
      'segment.locals',
      'traits.customer',
    ])
    const cleaned = YAML.replace('{ name: country }', '{ name: country, normalize: lower }')
    expect(touched(cleaned)).toEqual([...FROM_ORDERS, 'source.accounts'].sort())
  })

  test('of a model change with its macros and the variables that it uses', () => {
    const expected = [...FROM_ORDERS, 'model.stg_orders', 'source.orders'].sort()
    expect(touched(YAML, { ...MODELS, 'macros/regional.hbs': 'where area = {{var "region"}}' })).toEqual(
      expected,
    )
    const other = tinyProject(YAML, MODELS).graph
    const { project } = other
    const settings = { ...project.settings, vars: { region: 'EU', unused: 1 } }
    const after = fingerprints({ ...other, project: { ...project, settings } })
    expect([...after.keys()].filter((id) => after.get(id) !== before.get(id)).sort()).toEqual(expected)
  })
})
