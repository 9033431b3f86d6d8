import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/** A folder imports only from folders before it. */
const ORDER = [
  'diagnostics',
  'template',
  'sql',
  'engines',
  'language',
  'connectors',
  'project',
  'graph',
  'program',
  'state',
  'conditions',
  'staging',
  'identity',
  'compile',
  'run',
  'inspect',
  'sync',
  'report',
  'cli',
]

/** One owner each: a library is imported only below these paths. */
const OWNERS: Record<string, readonly string[]> = {
  yaml: ['language/'],
  zod: ['language/', 'engines/'],
  kysely: ['sql/'],
  handlebars: ['template/'],
  '@duckdb/node-api': ['engines/duckdb/'],
  '@google-cloud/bigquery': ['engines/bigquery/'],
  'google-auth-library': ['engines/bigquery/'],
  pg: ['engines/postgres/', 'engines/redshift/'],
  'snowflake-sdk': ['engines/snowflake/'],
  'pg-copy-streams': ['engines/postgres/'],
  '@databricks/sql': ['engines/databricks/'],
  'libphonenumber-js': ['sql/'],
  commander: ['cli/'],
  '@aws-sdk/client-s3': ['connectors/file/'],
  '@aws-sdk/lib-storage': ['connectors/file/'],
  '@aws-sdk/client-redshift': ['engines/redshift/'],
  '@aws-sdk/client-redshift-serverless': ['engines/redshift/'],
}

/** No fs, network, clock, randomness or environment up to the program. */
const PURE = [
  'diagnostics',
  'template',
  'sql',
  'language',
  'graph',
  'program',
  'conditions',
  'staging',
  'identity',
  'compile',
]
const IMPURE_MODULES = /^node:(fs|net|http|https|child_process|os|process|worker_threads)/
const IMPURE_GLOBALS = /\b(Date\.now|new Date\(\)|Math\.random|process\.env|performance\.now)\b/

interface Module {
  readonly path: string
  readonly folder: string
  readonly text: string
  readonly imports: readonly { readonly specifier: string; readonly target?: string }[]
}

const modules = readModules()

function readModules(): readonly Module[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'))
  return files.map((file) => {
    const path = file.replaceAll('\\', '/')
    const text = readFileSync(join(SRC, path), 'utf8')
    const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier }) => {
      if (!specifier.startsWith('.')) return { specifier }
      const target = relative(SRC, resolve(SRC, dirname(path), specifier))
        .replaceAll('\\', '/')
        .replace(/\.js$/, '.ts')
      return { specifier, target }
    })
    return { path, folder: path.includes('/') ? (path.split('/')[0] ?? '') : '', text, imports }
  })
}

describe('the shape of the source', () => {
  it('is seen whole', () => {
    expect(modules.length).toBeGreaterThan(60)
    expect(modules.flatMap((m) => m.imports).length).toBeGreaterThan(200)
  })

  it('has only folders that the order names', () => {
    expect([...new Set(modules.map((m) => m.folder))].filter((f) => f !== '' && !ORDER.includes(f))).toEqual(
      [],
    )
  })

  it('imports only from folders before', () => {
    const wrong = modules.flatMap((m) =>
      m.imports.flatMap(({ target }) => {
        const folder = target?.split('/')[0]
        if (!folder || m.folder === '' || folder === m.folder) return []
        return ORDER.indexOf(folder) < ORDER.indexOf(m.folder) ? [] : [`${m.path} → ${target}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('has no cycle, types included', () => {
    expect(findCycle()).toEqual([])
  })

  it('gives each library one owner', () => {
    const wrong = modules.flatMap((m) =>
      m.imports
        .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter(({ specifier }) => {
          const library = Object.keys(OWNERS).find(
            (name) => specifier === name || specifier.startsWith(`${name}/`),
          )
          return !library || !OWNERS[library]?.some((owner) => m.path.startsWith(owner))
        })
        .map(({ specifier }) => `${m.path} → ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  it('is pure up to the program', () => {
    const wrong = modules
      .filter((m) => PURE.includes(m.folder))
      .filter((m) => m.imports.some((i) => IMPURE_MODULES.test(i.specifier)) || IMPURE_GLOBALS.test(m.text))
      .map((m) => m.path)
    expect(wrong).toEqual([])
  })

  it('names an engine only in its folder', () => {
    const wrong = modules
      .filter((m) => !m.path.startsWith('engines/') && m.folder !== 'cli' && m.path !== 'index.ts')
      .filter((m) => m.imports.some((i) => /engines\/[a-z]+\//.test(i.target ?? '')))
      .map((m) => m.path)
    expect(wrong).toEqual([])
  })
})

function findCycle(): readonly string[] {
  const byPath = new Map(modules.map((m) => [m.path, m]))
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    for (const { target } of byPath.get(path)?.imports ?? []) {
      const cycle = target ? visit(target, [...trail, path]) : []
      if (cycle.length > 0) return cycle
    }
    done.add(path)
    return []
  }
  for (const m of modules) {
    const cycle = visit(m.path, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
