import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { type ParsedProject, type ParseOptions, parseProject } from '../../src/language/parse-project.js'

export const ENGINES = ENGINE_OPTIONS

const PROFILES = 'name: tiny\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb }\n'
const ENTITIES =
  'entities:\n  - name: customer\n    identifiers: [{ name: shop_id }, { name: email }, { name: cookie }]\n'

/** Parses a project of a few texts; profiles.yml and one entity are there unless given. */
export function parse(
  files: Readonly<Record<string, string>>,
  options: Partial<ParseOptions> = {},
): ParsedProject {
  const all = { 'profiles.yml': PROFILES, 'models/entities.yml': ENTITIES, ...files }
  return parseProject(
    Object.entries(all).map(([path, text]) => ({ path, text })),
    { env: {}, engines: ENGINES, ...options },
  )
}

/** The project of one file of declarations; fails the test where anything is wrong with it. */
export function parseValid(text: string, options: Partial<ParseOptions> = {}): ParsedProject['value'] {
  const parsed = parse({ 'models/x.yml': text }, options)
  if (parsed.diagnostics.length > 0) throw new Error(JSON.stringify(parsed.diagnostics, null, 2))
  return parsed.value
}
