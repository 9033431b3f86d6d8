import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { buildGraph } from '../../src/graph/build-graph.js'
import type { Graph } from '../../src/graph/graph.js'
import { type ParsedProject, parseProject } from '../../src/language/parse-project.js'
import type { Catalog } from '../../src/sql/catalog.js'

const PROFILES = `
name: tiny
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb }
vars: { region: US }
`

export interface TinyProject {
  readonly parsed: ParsedProject
  readonly graph: Graph
  /** Of the graph alone; parsing found nothing. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A project from the text of its YAML, and of its SQL models and macros by path. Throws where it does not parse. */
export function tinyProject(
  yaml: string,
  others: Readonly<Record<string, string>> = {},
  catalog?: Catalog,
): TinyProject {
  const texts = { 'profiles.yml': PROFILES, 'models/all.yml': yaml, ...others }
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  const parsed = parseProject(files, { env: {}, engines: ENGINE_OPTIONS })
  const [first] = parsed.diagnostics
  if (first) throw new Error(`${first.message} ${JSON.stringify(first.span)}`)
  const { value, diagnostics } = buildGraph(parsed.value, {
    dialect: duckdb,
    ...parsed,
    ...(catalog && { catalog }),
  })
  return { parsed, graph: value, diagnostics }
}

/** Code and message of each, in order. */
export function said(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((d) => `${d.code} ${d.message}`)
}

/** An entity, a record source and an event source, for projects that are about something else. */
export const SHOP = `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }]
    attributes: [{ name: country }, { name: birth_date, type: date }]
sources:
  - name: accounts
    tags: [profile]
    file: accounts.csv
    key: id
    updated_at: changed_at
    identifiers: { shop_id: id, email: email }
    attributes: [country, birth_date]
  - name: orders
    model: stg_orders
    key: id
    event: { value: order_placed }
    timestamp: ordered_at
    identifiers: { email: email }
    properties:
      status: status
      amount: { type: number }
      items: { type: integer }
      weight: { type: float }
      price: { type: 'number(12,2)' }
      is_gift: { type: boolean }
      ships_on: { type: date }
  - { name: orders_raw, file: orders.csv, key: id }
`

export const STG_ORDERS = { 'models/stg_orders.sql': 'select * from {{source "orders_raw"}}' }
