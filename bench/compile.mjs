// @ts-check
/**
 * 1 000 models with 10 references each, and a macro: `cdp validate` and `cdp compile` as whole processes, Node's start
 * included. The target is 2 s each.
 * Usage: node bench/compile.mjs
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODELS = 1000
const REFERENCES = 10
const TIMES = 5
const TARGET = 2000

const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
if (!existsSync(main)) throw new Error('there is no dist/: npm run build')

const dir = mkdtempSync(join(tmpdir(), 'cdp-bench-'))
const write = (/** @type {string} */ file, /** @type {string} */ text) => {
  mkdirSync(dirname(join(dir, file)), { recursive: true })
  writeFileSync(join(dir, file), text)
}
write(
  'profiles.yml',
  `name: bench
language: 1
default_target: dev
targets:
  dev: { type: duckdb, path: target/bench.duckdb, schema: cdp }
`,
)
write(
  'models/sources.yml',
  `entities:
  - name: customer
    identifiers: [{ name: email, normalize: email }]
sources:
  - name: orders_raw
    file: data/orders.csv
    key: id
  - name: orders
    model: m${MODELS - 1}
    key: id
    identifiers: { email: email }
`,
)
write('data/orders.csv', 'id,email,sku\n1,ann@x.com,a\n')
write('macros/code.hbs', 'upper(trim({{column}}))')
for (let i = 0; i < MODELS; i++) {
  const joins = Array.from({ length: REFERENCES }, (_, k) => {
    const from = i < REFERENCES ? '{{source "orders_raw"}}' : `{{ref "m${(i * 7 + k * 13) % i}"}}`
    return `left join ${from} as t${k} on t${k}.id = base.id`
  })
  write(
    `models/m${i}.sql`,
    `select base.id, base.email, {{> code column="base.sku"}} as sku\nfrom {{source "orders_raw"}} as base\n${joins.join('\n')}\n`,
  )
}

try {
  console.log(`${MODELS} models with ${MODELS * REFERENCES} references, ${TIMES} times each:`)
  for (const command of ['validate', 'compile']) {
    const times = Array.from({ length: TIMES }, () => {
      const begin = performance.now()
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, command], {
        cwd: dir,
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`cdp ${command}: ${stdout}${stderr}`)
      return performance.now() - begin
    }).sort((a, b) => a - b)
    const median = times[Math.floor(TIMES / 2)] ?? 0
    console.log(
      `  cdp ${command}: ${times.map((t) => `${(t / 1000).toFixed(2)} s`).join(', ')} · median ${median <= TARGET ? 'within' : 'NOT within'} ${TARGET / 1000} s`,
    )
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}
