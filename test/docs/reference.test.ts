import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commandsPage } from '../../scripts/reference/commands-page.js'
import { referencePages } from '../../scripts/reference/pages.js'
import { shippedConnectorsPage } from '../../scripts/reference/shipped-connectors-page.js'
import type { Schema } from '../../scripts/reference/value-text.js'
import { COMMANDS } from '../../src/cli/commands.js'
import { projectOptions } from '../../src/cli/options.js'
import { shippedConnectors } from '../../src/connectors/shipped.js'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { jsonSchema } from '../../src/language/json-schema.js'
import { LEAF_HELPERS } from '../../src/template/leaf-helpers.js'

/** `UPDATE_EXPECTED=1 npx vitest run test/docs` writes the pages anew: read the difference. */
const folder = fileURLToPath(new URL('../../docs/reference/', import.meta.url))
const models = jsonSchema('models', ENGINE_OPTIONS) as Schema
const connector = jsonSchema('connector', ENGINE_OPTIONS) as Schema
const profiles = jsonSchema('profiles', ENGINE_OPTIONS) as Schema
const pages = new Map([
  ...referencePages({ models, profiles, connector, helpers: LEAF_HELPERS }),
  ['commands.md', commandsPage(COMMANDS, projectOptions)],
  ['shipped-connectors.md', shippedConnectorsPage(shippedConnectors())],
])

test.each([...pages])('docs/reference/%s is the generated one', (name, text) => {
  const file = `${folder}${name}`
  if (process.env.UPDATE_EXPECTED === '1' || !existsSync(file)) writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('no page is left over', () => {
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort())
})

test('every key of the built sections says what it means', () => {
  const silent: string[] = []
  for (const section of [
    'source',
    'entity',
    'identifier',
    'match_rule',
    'attribute',
    'model',
    'trait',
    'segment',
    'condition',
    'field',
  ]) {
    for (const [key, value] of Object.entries(models.$defs?.[section]?.properties ?? {})) {
      const explained =
        value.description ?? (value.$ref && models.$defs?.[value.$ref.slice('#/$defs/'.length)]?.description)
      if (!explained) silent.push(`${section}.${key}`)
    }
  }
  expect(silent).toEqual([])
})
