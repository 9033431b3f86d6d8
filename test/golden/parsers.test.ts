import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dialect, init, parse } from '@polyglot-sql/sdk'
import { describe, expect, test } from 'vitest'
import { startGoogleSql, whyNoGoogleSql } from '../servers/googlesql.js'

/**
 * Statements for engines that cannot be run here, read by a parser of their dialects: what it does not read, they would
 * not either. What each engine is given is in the folders beside.
 */
const here = import.meta.dirname
const cases = readdirSync(here, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

interface Parser {
  /** What it has against a statement; undefined where it reads it. */
  readonly fault: (statement: string) => Promise<string | undefined>
  readonly stop: () => void
}

const PARSERS: Readonly<Record<string, { readonly why?: string | undefined; readonly start: () => Promise<Parser> }>> = {
  bigquery: {
    why: whyNoGoogleSql(),
    start: async () => {
      const googleSql = await startGoogleSql()
      return { fault: (statement) => googleSql.fault(statement), stop: () => googleSql.stop() }
    },
  },
  snowflake: {
    start: async () => {
      await init()
      return {
        fault: async (statement) => {
          // It does not know that a clone can keep the grants of what it replaces.
          const known = statement.replace(/^(create or replace table \S+ clone \S+) copy grants$/, '$1')
          return faultIn(known, Dialect.Snowflake)
        },
        stop: () => undefined,
      }
    },
  },
  redshift: {
    start: async () => {
      await init()
      return { fault: async (statement) => faultIn(statement, Dialect.Redshift), stop: () => undefined }
    },
  },
}

function faultIn(statement: string, dialect: Dialect): string | undefined {
  const { success, error } = parse(statement, dialect)
  return success ? undefined : (error ?? 'it does not say')
}

describe.each(Object.entries(PARSERS))('what %s is given', (engine, { why, start }) => {
  if (why !== undefined) {
    test.skip(`is read by its parser: ${why}`, () => {})
    return
  }
  const statements = cases.flatMap((name) => {
    const folder = join(here, name, 'expected', engine)
    return readdirSync(folder).flatMap((file) => statementsOf(readFileSync(join(folder, file), 'utf8')))
  })

  test('is read by a parser of its dialect, and is not with a bracket less', async () => {
    const parser = await start()
    try {
      expect(statements.length).toBeGreaterThan(100)
      let broken = 0
      for (const statement of statements) {
        expect(await parser.fault(statement), statement).toBeUndefined()
        const withLess = statement.replace(/\)([^)]*)$/, '$1')
        if (withLess === statement) continue
        broken += 1
        expect(await parser.fault(withLess), withLess).toBeDefined()
      }
      expect(broken).toBeGreaterThan(50)
    } finally {
      parser.stop()
    }
  })
})

/** The statements of a file, with values for what a run gives. */
function statementsOf(text: string): readonly string[] {
  return text
    .split(/;\n/)
    .map((part) => part.replaceAll(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement
        .replaceAll(/\$(previous_)?as_of/g, "timestamp '2026-01-01 00:00:00'")
        .replaceAll('$run_id', "'run'")
        .replaceAll('$round', '1'),
    )
}
