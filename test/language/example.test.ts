import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { parseProject } from '../../src/language/parse-project.js'
import { readProject } from '../../src/project/read-project.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the example project has no mistakes', () => {
  const files = readProject(root)
  expect(files.diagnostics).toEqual([])
  const parsed = parseProject(files.value, { env: {}, engines: ENGINE_OPTIONS })
  expect(renderDiagnostics(parsed.diagnostics, files.value)).toBe('')
  const { sources, entities, traits, segments, models, macros } = parsed.value
  for (const things of [sources, entities, traits, segments, models, macros])
    expect(things.length).toBeGreaterThan(0)
})
