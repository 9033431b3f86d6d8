import { describe, expect, test } from 'vitest'
import { UsageError } from '../../src/diagnostics/errors.js'
import { selectNodes } from '../../src/graph/select.js'
import { SHOP, STG_ORDERS, tinyProject } from './tiny-project.js'

const { graph } = tinyProject(
  `${SHOP}
traits:
  - { name: spend, from: orders, sum: amount, tags: [commerce] }
segments:
  - { name: buyers, tags: [commerce, daily], where: { trait: spend, gt: 0 } }
  - { name: vip, tags: [daily], where: { all: [{ segment: buyers }, { trait: spend, gte: 500 }] } }
`,
  STG_ORDERS,
)

const select = (...selectors: string[]) => [...selectNodes(graph, selectors)].sort()

describe('selectors', () => {
  test('none select everything', () => {
    expect(select()).toHaveLength(graph.nodes.length)
  })

  test('name nodes by name, id, trait and public table', () => {
    expect(select('vip')).toEqual(['segment.vip'])
    expect(select('segment.vip')).toEqual(['segment.vip'])
    expect(select('customer')).toEqual([
      'health.customer',
      'identity.customer',
      'profile.customer',
      'traits.customer',
    ])
    expect(select('spend')).toEqual(['traits.customer'])
    expect(select('customer_profiles')).toEqual(['traits.customer'])
    expect(select('customer_id_changes')).toEqual(['health.customer', 'identity.customer'])
    expect(select('customer_bridges')).toEqual(['health.customer', 'identity.customer'])
    expect(select('segment_vip')).toEqual(['segment.vip'])
  })

  test('select by tag and kind', () => {
    expect(select('tag:commerce')).toEqual(['segment.buyers', 'traits.customer'])
    expect(select('kind:model')).toEqual(['model.stg_orders'])
  })

  test('reach what a node is made from, and what is made from it', () => {
    expect(select('+source.orders')).toEqual(['model.stg_orders', 'source.orders', 'source.orders_raw'])
    expect(select('buyers+')).toEqual(['segment.buyers', 'segment.vip'])
    expect(select('+profile.customer+')).toHaveLength(graph.nodes.length)
    expect(select('1+source.orders')).toEqual(['model.stg_orders', 'source.orders'])
    expect(select('stg_orders+1')).toEqual(['model.stg_orders', 'source.orders'])
  })

  test('mean either between spaces and both between commas', () => {
    expect(select('vip stg_orders')).toEqual(['model.stg_orders', 'segment.vip'])
    expect(select('vip', 'stg_orders')).toEqual(['model.stg_orders', 'segment.vip'])
    expect(select('tag:commerce,kind:segment')).toEqual(['segment.buyers'])
    expect(select('tag:daily,+vip stg_orders')).toEqual(['model.stg_orders', 'segment.buyers', 'segment.vip'])
  })
})

describe('a selector that names nothing', () => {
  const failure = (selector: string): UsageError => {
    try {
      select(selector)
    } catch (error) {
      if (error instanceof UsageError) return error
    }
    throw new Error(`${selector} selects something`)
  }

  test.each([
    ['byuers', 'did you mean "buyers"?'],
    ['segment.vpi', 'did you mean "segment.vip"?'],
    ['tag:dayly', 'did you mean "tag:daily"?'],
    ['kind:segments', 'did you mean "kind:segment"?'],
    ['tag:nothing', 'one of tag:profile, tag:commerce, tag:daily'],
    ['path:models', 'write a name, tag:<tag> or kind:<kind>'],
    ['vip,', 'write a name, tag:<tag> or kind:<kind>'],
  ])('%s → %s', (selector, remedy) => {
    expect(failure(selector).remedy).toBe(remedy)
  })

  test('state: is not built yet', () => {
    expect(failure('state:modified+').message).toBe('the selector "state:modified" is not built yet')
  })
})
