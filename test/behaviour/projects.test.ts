import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES } from '../../src/engines/registry.js'
import { writeFiles, writeProject } from '../project-run.js'
import { type LiveEngine, quick, reachable, schemaOf, unreachable } from './engines.js'
import { mergePolicies, traitsAndSegments } from './projects/customers.js'
import { changes, limitsAndOverrides } from './projects/identity.js'
import { nastyNames, nastyTable } from './projects/names.js'
import { consentsAndHistory, twoEntities } from './projects/people.js'
import type { BehaviourProject } from './projects/project.js'
import { tablesAndModels, versions, zones } from './projects/rows.js'
import { casts, json, normalizers, typedTimes } from './projects/values.js'
import { expectSame, runOn, type Tables } from './same-tables.js'

const PROJECTS: Readonly<Record<string, BehaviourProject>> = {
  limits_and_overrides: limitsAndOverrides,
  changes,
  casts,
  typed_times: typedTimes,
  normalizers,
  json,
  merge_policies: mergePolicies,
  traits_and_segments: traitsAndSegments,
  nasty_names: nastyNames,
  nasty_table: nastyTable,
  zones,
  versions,
  tables_and_models: tablesAndModels,
  two_entities: twoEntities,
  consents_and_history: consentsAndHistory,
}

const live = new Map<string, LiveEngine>()

beforeAll(async () => {
  for (const engine of quick) live.set(engine.name, await engine.start())
})
afterAll(async () => {
  for (const engine of live.values()) await engine.stop()
})

describe.each(Object.entries(PROJECTS))('%s', (name, project) => {
  const tables = new Map<string, Tables>()

  const { notOn = {} } = project
  for (const [engine, why] of Object.entries(notOn)) test.skip(`on ${engine}: ${why}`, () => {})

  const engines = quick.map((engine) => engine.name).filter((engine) => !(engine in notOn))
  test.each(engines)('on %s', async (engine) => {
    tables.set(engine, await published(name, project, live.get(engine) as LiveEngine))
  })

  for (const { name: engine, why } of unreachable) test.skip(`on ${engine}: ${why}`, () => {})
  for (const { name: engine } of reachable.filter((one) => !quick.includes(one)))
    test.skip(`on ${engine}: its statements would take minutes there`, () => {})

  test('is the same everywhere', () => {
    expectSame(name, tables)
  })
})

/** Runs the project, holds it to what was worked out by hand, and gives what it published. */
async function published(name: string, project: BehaviourProject, engine: LiveEngine): Promise<Tables> {
  const { settings = '', before = [] } = project
  const profiles = `name: tiny\nlanguage: 1\n${settings}targets:\n  ${engine.name}: ${await engine.target(name)}\n`
  const inSchema = (text: string) => inWordsOf(engine, text).replaceAll('{schema}', schemaOf(name))
  const files = Object.entries(project.files).map(([path, text]) => [path, inSchema(text)] as const)
  const folder = writeProject({ ...Object.fromEntries(files), 'profiles.yml': profiles })
  await execute(engine, name, folder, before.map(inSchema))
  let tables: Tables = new Map()
  for (const [i, { asOf, files: changed = {} }] of (project.runs ?? [{ asOf: '2026-11-01' }]).entries()) {
    writeFiles(folder, changed)
    tables = (await runOn(engine, name, folder, { asOf, runId: `run-${i}` })).tables
  }
  const connection = await engine.open(name, folder)
  try {
    for (const { query, rows } of project.expected) {
      const found = await connection.query(inSchema(query))
      expect(found.map((row) => shortest(Object.values(row).join())).sort(), query).toEqual(
        rows.map(shortest).sort(),
      )
    }
  } finally {
    await connection.close()
  }
  return tables
}

/** Engines whose tables may have any name. Elsewhere a catalog has its own rules, and a word of SQL must do. */
const ANY_TABLE = new Set(['duckdb', 'postgres', 'redshift'])

/** `{text}` is the type of texts; `{MixedCase}`, `{Select}` and `{From}` are those names in the quotes of the engine, `{nasty table}` that of a table. */
function inWordsOf(engine: LiveEngine, sql: string): string {
  const dialect = ENGINES[engine.name]?.dialect
  if (!dialect) throw new Error(`no engine ${engine.name}`)
  const table = ANY_TABLE.has(engine.name) ? `The "order"; --.'日本' ` : 'order'
  return sql
    .replaceAll('{text}', dialect.type({ kind: 'string' }))
    .replaceAll('{nasty table}', dialect.identifier(table))
    .replaceAll('{nasty table as YAML}', JSON.stringify(table))
    .replaceAll('{Select}', dialect.identifier('Select'))
    .replaceAll('{From}', dialect.identifier('From'))
    .replaceAll('{MixedCase}', dialect.identifier('MixedCase').replaceAll('"', '\\"'))
}

/** Engines write numbers with zeros at their end and without, and times of UTC with their offset and without. */
function shortest(text: string): string {
  return text
    .replaceAll(/([.]\d*?)0+(?!\d)/g, '$1')
    .replaceAll(/[.](?!\d)/g, '')
    .replaceAll('+00', '')
}

async function execute(
  engine: LiveEngine,
  name: string,
  folder: string,
  statements: readonly string[],
): Promise<void> {
  if (statements.length === 0) return
  const connection = await engine.open(name, folder)
  try {
    for (const statement of statements) await connection.execute(statement)
  } finally {
    await connection.close()
  }
}
