import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CODES, type Code } from '../../src/diagnostics/codes.js'
import { runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** `UPDATE_EXPECTED=1 npx vitest run test/docs` puts what is printed now into the page: read the difference. */
const file = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url))
const cases = fileURLToPath(new URL('../diagnostics/', import.meta.url))

/** Codes that are reserved and that no message has. */
const UNUSED: readonly Code[] = ['CDP4003', 'CDP6002']

/** More than a thousand people with the telephone number of the shop. */
const CROWD = `id,email,phone\n${Array.from({ length: 1001 }, (_, i) => `${i},p${i}@x.com,5550100\n`).join('')}`

/** Projects whose mistake shows when the data is looked at. */
const LATE: Partial<Record<Code, Record<string, string>>> = {
  CDP3005: { 'people.csv': 'id,email\n1,a@x.com\n', 'models/all.yml': people('e_mail') },
  CDP6001: { 'models/all.yml': people('email') },
  CDP6003: { 'people.csv': 'id,email\n,a@x.com\n,b@x.com\n3,c@x.com\n', 'models/all.yml': people('email') },
  CDP6005: {
    'people.csv': CROWD,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }, { name: phone }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: [email, phone] }
`,
  },
  CDP6006: {
    'people.csv': 'id,email,age\n1,a@x.com,40\n2,b@x.com,old\n',
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }], attributes: [{ name: age }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: [email], attributes: [age] }
traits:
  - { name: is_old, type: boolean, sql: "cast(age as integer) >= 65" }
`,
  },
  CDP6007: { 'people.csv': 'id,email\n1,a@x.com\n', 'models/all.yml': people('email') },
  CDP6004: { 'people.json': '{"id": 1, "email":', 'models/all.yml': people('email', 'people.json') },
}

/** What is written before a second run, which tells. */
const THEN: Partial<Record<Code, Record<string, string>>> = {
  CDP6007: {
    'profiles.yml':
      'name: loyalty\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }\n',
  },
}

function people(column: string, path = 'people.csv'): string {
  return `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: ${path}, key: id, identifiers: { email: ${column} } }
`
}

/** The first message with the code, from a case of its own if there is one. */
function shownBefore(code: string): string | undefined {
  const names = readdirSync(cases, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
  const own = names.filter((name) => name.startsWith(code))
  for (const name of [...own, ...names]) {
    const text = readFileSync(`${cases}${name}/expected.txt`, 'utf8')
    const found = paragraphWith(text, code)
    if (found !== undefined) return found
  }
  return undefined
}

function paragraphWith(text: string, code: string): string | undefined {
  return text
    .split('\n\n')
    .find((part) => (part.split('\n')[0] ?? '').includes(` ${code}: `) || part.startsWith(`error ${code}`))
    ?.trimEnd()
}

async function exampleOf(code: Code): Promise<string | undefined> {
  const files = LATE[code]
  if (!files) return shownBefore(code)
  const folder = writeProject(files)
  const first = await runProjectIn(folder)
  const then = THEN[code]
  if (then) writeFiles(folder, then)
  const { printed } = then ? await runProjectIn(folder) : first
  return paragraphWith(printed, code)
}

test('the page has every code with its name, in order', () => {
  const named = [...readFileSync(file, 'utf8').matchAll(/^### (CDP\d{4}): (.+)$/gm)]
  expect(named.map(([, code, name]) => [code, name])).toEqual(Object.entries(CODES))
})

test('every example is what is printed', async () => {
  let page = readFileSync(file, 'utf8')
  const examples: Record<string, string | undefined> = {}
  for (const code of Object.keys(CODES) as Code[]) {
    const example = await exampleOf(code)
    expect([code, example === undefined]).toEqual([code, UNUSED.includes(code)])
    examples[code] = example
    if (process.env.UPDATE_EXPECTED !== '1' || example === undefined) continue
    const from = page.indexOf('```\n', page.indexOf(`### ${code}:`))
    const to = page.indexOf('```\n', from + 4)
    page = `${page.slice(0, from)}\`\`\`\n${example}\n${page.slice(to)}`
  }
  if (process.env.UPDATE_EXPECTED === '1') writeFileSync(file, page)
  const shown = page.split(/^### /m).slice(1)
  const blocks = shown.map((part) => [part.slice(0, 7), /```\n([\s\S]*?)\n```/.exec(part)?.[1]])
  expect(Object.fromEntries(blocks)).toEqual(examples)
})
