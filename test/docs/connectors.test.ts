import { expect, test } from 'vitest'
import { CONNECTOR_OPERATIONS, LEAF_ROOTS, ROW_NAMES } from '../../src/language/connector-words.js'
import { cdp, folder, project, write } from '../cli/command-line.js'
import { readPage } from './page.js'

const page = readPage('docs/connectors.md')
const [connector = '', destination = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, text]) => text,
)

test('the connector of the page passes its test', async () => {
  const cwd = folder()
  write(cwd, { 'connectors/acme_mail.yml': connector })
  const { code, out, err } = await cdp(['connector', 'test', 'connectors/acme_mail.yml'], { cwd })
  expect({ code, err, out }).toMatchObject({ code: 0, err: '' })
  expect(out).toContain('Passed: 5 examples')
})

test('the destination and the sync of the page are valid in a project', async () => {
  const more = `purposes: [{ name: newsletter, applies_to: email, default: denied }]\n`
  const cwd = project({
    'connectors/acme_mail.yml': connector,
    'models/activation.yml': destination + more,
  })
  const { code, err } = await cdp(['validate'], { cwd, env: { ACME_KEY: 'secret-1' } })
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
})

test('everything that templates can read is on the page', () => {
  const roots = LEAF_ROOTS.filter((root) => !['row', 'cursor'].includes(root))
  expect(roots.filter((root) => !page.includes(`\`${root}`))).toEqual([])
  expect(ROW_NAMES.filter((name) => !page.includes(`row.${name}`))).toEqual([])
})

test('the reference says what every operation is for', () => {
  const reference = readPage('docs/reference/connectors.md')
  expect(CONNECTOR_OPERATIONS.filter((name) => !reference.includes(`| \`operations.${name}\` |`))).toEqual([])
})
