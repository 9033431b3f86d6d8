import { expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { traitLevels } from '../../src/graph/trait-order.js'
import { SHOP, STG_ORDERS, tinyProject } from './tiny-project.js'

test('traits come after those that they are computed from', () => {
  const yaml = `${SHOP}
traits:
  - { name: band, type: string, sql: "case when Basket > 5 then country end" }
  - { name: basket, ratio: [spend, orders] }
  - { name: spend, from: orders, sum: amount }
  - { name: orders, from: orders, count: true }
  - { name: double, type: number, sql: "(select max(x) from unnest([basket, spend]) as t(x))" }
  - { name: age, type: integer, sql: "date_diff('year', birth_date, current_date)" }
`
  const { parsed } = tinyProject(yaml, STG_ORDERS)
  const levels = traitLevels(parsed.value.traits, duckdb.lexicon)
  expect(levels.map((level) => level.map((trait) => trait.name))).toEqual([
    ['spend', 'orders', 'age'],
    ['basket'],
    ['band', 'double'],
  ])
})
