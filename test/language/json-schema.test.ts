import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { shippedConnectorFiles } from '../../src/connectors/shipped.js'
import { FILE_KINDS, jsonSchema, jsonSchemaText } from '../../src/language/json-schema.js'
import { SECTION_NAMES } from '../../src/language/sections.js'
import { readProject } from '../../src/project/read-project.js'
import { ENGINES } from './project.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('schemas/', () => {
  test.each(FILE_KINDS)('%s.schema.json is the generated one', (kind) => {
    const file = `${root}schemas/${kind}.schema.json`
    const text = jsonSchemaText(kind, ENGINES)
    if (process.env.UPDATE_EXPECTED === '1' || !existsSync(file)) writeFileSync(file, text)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

test('every section is in the schema', () => {
  const { properties } = jsonSchema('models', ENGINES) as { properties: Record<string, unknown> }
  expect(Object.keys(properties)).toEqual([...SECTION_NAMES])
})

describe('the connectors that come with cdp are valid by their JSON Schema', () => {
  const schema = z.fromJSONSchema(jsonSchema('connector', ENGINES) as z.core.JSONSchema.JSONSchema)
  test.each(shippedConnectorFiles().map((file) => [file.path, file.text]))('%s', (_, text) => {
    expect(schema.safeParse(parseYaml(text)).error?.issues ?? []).toEqual([])
    expect(schema.safeParse(parseYaml(`${text}\nexample: []\n`)).success).toBe(false)
  })
})

describe('the example is valid by its JSON Schema', () => {
  const schemas = Object.fromEntries(
    FILE_KINDS.map((kind) => [
      kind,
      z.fromJSONSchema(jsonSchema(kind, ENGINES) as z.core.JSONSchema.JSONSchema),
    ]),
  )
  const files = readProject(root).value.filter(
    ({ path }) => path.endsWith('.yml') && !path.startsWith('connectors/'),
  )
  test.each(files.map((file) => [file.path, file.text]))('%s', (path, text) => {
    const checked = schemas[path === 'profiles.yml' ? 'profiles' : 'models']?.safeParse(parseYaml(text))
    expect(checked?.error?.issues ?? []).toEqual([])
  })

  test('and a misspelt key is not', () => {
    expect(schemas.models?.safeParse({ traits: [{ name: 'a', form: 'orders', count: true }] }).success).toBe(
      false,
    )
  })
})
