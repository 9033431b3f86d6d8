import { expect } from 'vitest'
import { ENGINES } from '../../src/engines/registry.js'
import { print } from '../../src/sql/printer.js'
import { from, relation } from '../../src/sql/relation.js'
import { type FinishedRun, type RunFolderOptions, runProjectIn } from '../project-run.js'
import { contentHash, contentOf } from './content-hash.js'
import { type LiveEngine, schemaOf } from './engines.js'

/** Public tables by name, each as its content. */
export type Tables = ReadonlyMap<string, readonly string[]>

/** Runs the project of a folder, whose targets are named after the engines, and reads what it published. */
export async function runOn(
  engine: LiveEngine,
  test: string,
  folder: string,
  options: RunFolderOptions = {},
): Promise<{ readonly run: FinishedRun; readonly tables: Tables }> {
  const run = await runProjectIn(folder, { ...options, target: engine.name, env: engine.env })
  expect(run.result?.error?.message ?? run.printed, `${test} on ${engine.name}`).toBe('')
  expect(run.result?.status).toBe('succeeded')
  return { run, tables: await tablesOf(engine, test, folder) }
}

async function tablesOf(engine: LiveEngine, test: string, folder: string): Promise<Tables> {
  const connection = await engine.open(test, folder)
  try {
    const schema = schemaOf(test)
    const tables = new Map<string, readonly string[]>()
    for (const { name } of await connection.relations(schema))
      tables.set(name, await contentOf(connection, quoted(engine, schema, name)))
    return tables
  } finally {
    await connection.close()
  }
}

function quoted(engine: LiveEngine, schema: string, name: string): string {
  const dialect = ENGINES[engine.name]?.dialect
  if (!dialect) throw new Error(`no engine ${engine.name}`)
  return print(from(relation(schema, name)), dialect)
}

/** The same tables, the same rows in each; the hashes are printed, one line a table. */
export function expectSame(test: string, engines: ReadonlyMap<string, Tables>): void {
  const [first, ...others] = [...engines]
  if (!first) throw new Error('no engine')
  const [, expected] = first
  for (const [name, rows] of expected) {
    const hashes = [...engines].map(([engine, tables]) => `${engine} ${contentHash(tables.get(name) ?? [])}`)
    console.log(`${test}.${name}: ${rows.length} rows, ${hashes.join(', ')}`)
  }
  for (const [engine, tables] of others) {
    expect([...tables.keys()].sort(), engine).toEqual([...expected.keys()].sort())
    for (const [name, rows] of expected)
      expect(differences(rows, tables.get(name) ?? []), `${name} on ${engine}`).toEqual([])
  }
}

/** The first rows that only one of the two has. */
function differences(expected: readonly string[], actual: readonly string[]): readonly string[] {
  const [left, right] = [new Set(expected), new Set(actual)]
  const missing = expected.filter((row) => !right.has(row)).map((row) => `missing ${row}`)
  const more = actual.filter((row) => !left.has(row)).map((row) => `more ${row}`)
  const counts = expected.length === actual.length ? [] : [`${expected.length} rows, ${actual.length} here`]
  return [...counts, ...missing.slice(0, 5), ...more.slice(0, 5)]
}
