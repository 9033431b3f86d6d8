import { expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { buildGraph } from '../../src/graph/build-graph.js'
import { fingerprints } from '../../src/graph/fingerprint.js'
import { selectNodes } from '../../src/graph/select.js'
import { SHOP, tinyProject } from './tiny-project.js'

/** 1 000 models with ten references each to models before them, and a macro. Printed, not asserted: machines differ. */
test('1 000 models with 10 000 references', () => {
  const models: Record<string, string> = { 'macros/code.hbs': 'upper(trim({{column}}))' }
  for (let i = 0; i < 1000; i++) {
    const joins = Array.from({ length: 10 }, (_, k) => {
      const from = i < 10 ? '{{source "orders_raw"}}' : `{{ref "m${(i * 7 + k * 13) % i}"}}`
      return `left join ${from} as t${k} on t${k}.id = base.id`
    })
    models[`models/m${i}.sql`] =
      `select base.id, {{> code column="base.sku"}} as sku\nfrom {{source "orders_raw"}} as base\n${joins.join('\n')}\n`
  }
  const { parsed } = tinyProject(SHOP.replace('stg_orders', 'm999'), models)
  const times: number[] = []
  for (let round = 0; round < 4; round++) {
    const start = performance.now()
    const { value, diagnostics } = buildGraph(parsed.value, { dialect: duckdb, ...parsed })
    times.push(performance.now() - start)
    expect(diagnostics).toEqual([])
    expect(value.nodes.filter((node) => node.kind === 'model')).toHaveLength(1000)
  }
  const { graph } = { graph: buildGraph(parsed.value, { dialect: duckdb, ...parsed }).value }
  const start = performance.now()
  fingerprints(graph)
  selectNodes(graph, ['+m999+'])
  const rest = performance.now() - start
  process.stdout.write(
    `buildGraph: first ${times[0]?.toFixed(0)} ms, then ${times
      .slice(1)
      .map((t) => t.toFixed(0))
      .join(', ')} ms; fingerprints and selection ${rest.toFixed(0)} ms\n`,
  )
})
