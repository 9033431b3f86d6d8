import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cdp, folder, write } from './command-line.js'

/** Personal values are for terminals: what a run prints elsewhere, and leaves in files, masks them. */

const PROFILES = `name: shop
language: 1
targets: { dev: { type: duckdb, path: target/dev.duckdb } }
`

/** A project whose rows are known by an address, and what a run of it prints and leaves in its results. */
async function told(people: string, more = ''): Promise<{ code: number | null; text: string }> {
  const cwd = join(folder(), 'shop')
  write(cwd, {
    'profiles.yml': PROFILES,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email, pii: direct }] }
sources:
  - { name: people, file: people.csv, key: email, max_rejected: 50%, identifiers: { email: email }, attributes: { age: { type: integer } } }
${more}`,
    'people.csv': `email,age\n${people}`,
  })
  const { code, out, err } = await cdp(['run'], { cwd })
  return { code, text: `${out}${err}${readFileSync(join(cwd, 'target/run_results.json'), 'utf8')}` }
}

test('examples of rows that were set aside, and of values that were refused', async () => {
  const { code, text } = await told('ann@x.com,40\nann@x.com,41\nbob@x.com,old\n"o\'brien@x.com",50\n')
  expect(code).toBe(0)
  expect(text).toMatch(/people +duplicate_key +1 +e\.g\. a…@x\.com/)
  expect(text).toMatch(/people\.age +cast +1 +e\.g\. "old" in b…@x\.com/)
  expect(text).not.toMatch(/ann@|bob@|brien@/)
})

test('a run that fails by too many of them', async () => {
  const { code, text } = await told('ann@x.com,40\nann@x.com,41\nann@x.com,42\n')
  expect(code).toBe(1)
  expect(text).toContain('a…@x.com')
  expect(text).not.toContain('ann@')
})

test.each(['ann@x.com', `o'"brien@x.com`])('a value that an expression cannot cast: %s', async (address) => {
  const traits = 'traits: [{ name: wrong, type: integer, sql: "email" }]\n'
  const { code, text } = await told(`"${address.replaceAll('"', '""')}",40\n`, traits)
  expect(code).toBe(1)
  expect(text).toContain("Could not convert string '")
  expect(text).toContain('…@x.com')
  expect(text).not.toMatch(/ann@|brien@/)
})
