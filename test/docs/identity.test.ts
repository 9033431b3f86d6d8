import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Schema } from '../../scripts/reference/value-text.js'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { jsonSchema } from '../../src/language/json-schema.js'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { readPage } from './page.js'

const page = readPage('docs/language/identity.md')

/** normaliser, written, becomes: the rows of the table of examples. */
const EXAMPLES = [...page.matchAll(/^\| `(.+?)` \| `(".*")` \| (?:`(".*")`|rejected) \|$/gm)].map(
  ([, normalizer = '', written = '', becomes = 'null']) => ({
    normalizer,
    written: JSON.parse(written) as string,
    becomes: JSON.parse(becomes) as string | null,
  }),
)

/** Each example is a row with an identifier type of its own. */
function project(): Record<string, string> {
  const types = EXAMPLES.map(
    ({ normalizer }, i) => `      - { name: t${i}, normalize: ${normalizer}, default_rejects: false }`,
  )
  const rows = EXAMPLES.map(({ written }, i) => JSON.stringify({ id: `r${i}`, [`t${i}`]: written }))
  return {
    'models/all.yml': `
entities:
  - name: thing
    identifiers:
      - { name: row_id }
${types.join('\n')}
sources:
  - name: written
    file: written.jsonl
    key: id
    identifiers: { row_id: id, ${EXAMPLES.map((_, i) => `t${i}: t${i}`).join(', ')} }
`,
    'written.jsonl': rows.join('\n'),
  }
}

test('there is an example of every normaliser', () => {
  const { $defs } = jsonSchema('models', ENGINE_OPTIONS) as { $defs: Record<string, Schema> }
  const words = $defs.normalizer?.anyOf?.flatMap((one) => one.enum ?? Object.keys(one.properties ?? {})) ?? []
  expect(words).toContain('uuid')
  const shown = EXAMPLES.map(({ normalizer }) => /\w+/.exec(normalizer)?.[0])
  expect(words.filter((word) => !shown.includes(String(word)))).toEqual([])
})

test('values become what the page says, and ids are what its recipe gives', async () => {
  const folder = writeProject(project())
  const run = await runProjectIn(folder)
  expect(run.result?.status).toBe('succeeded')
  const refused = await query(folder, 'select identifier, value from rejected_identifiers')
  const profiles = await query(folder, 'select * from thing_profiles')
  const ids = new Map(profiles.map((profile) => [profile.row_id, profile]))
  for (const [i, { normalizer, written, becomes }] of EXAMPLES.entries()) {
    expect({ normalizer, written, becomes: ids.get(`r${i}`)?.[`t${i}`] }).toEqual({
      normalizer,
      written,
      becomes,
    })
    const listed = refused.filter(({ identifier }) => identifier === `t${i}`)
    expect(listed.map(({ value }) => value)).toEqual(becomes === null ? [written] : [])
    const parts = ['thing', '', 'row_id', `r${i}`, '0'].map((part) => `${part.length}:${part}`).join('')
    expect(ids.get(`r${i}`)?.thing_id).toBe(`t_${createHash('md5').update(parts).digest('hex').slice(0, 20)}`)
  }
})

test('the shell command of the recipe prints what the page says', () => {
  const [, text = '', hex = '', id = ''] = /printf '(.+)' \| md5sum +# (\w+)… +→ +(\w+)/.exec(page) ?? []
  expect(createHash('md5').update(text).digest('hex').slice(0, 20)).toBe(hex)
  expect(id).toBe(`c_${hex}`)
})
