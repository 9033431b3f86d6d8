import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { profilesSchema } from '../../src/language/profiles.js'
import { modelsFileSchema } from '../../src/language/sections.js'

const folder = fileURLToPath(new URL('../../docs/language/', import.meta.url))

const blocks = readdirSync(folder).flatMap((page) =>
  [...readFileSync(`${folder}${page}`, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = ''], i) => ({ place: `${page}, example ${i + 1}`, text }),
  ),
)

/** What the block is a part of: attributes stand in an entity, sections in a file. */
function check(text: string) {
  const value = parseYaml(text) as Record<string, unknown>
  if ('language' in value) return profilesSchema.safeParse(value)
  if (!('attributes' in value)) return modelsFileSchema.safeParse(value)
  const entity = { name: 'customer', identifiers: [{ name: 'email' }], ...value }
  return modelsFileSchema.safeParse({ entities: [entity] })
}

test('there are examples', () => {
  expect(blocks.length).toBeGreaterThan(5)
})

test.each(blocks)('$place is as the language wants it', ({ text }) => {
  expect(check(text).error?.issues ?? []).toEqual([])
})
