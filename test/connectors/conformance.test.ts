import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shippedConnectors } from '../../src/connectors/shipped.js'
import { conformanceFaults } from '../../src/connectors/testing/conformance/conformance.js'
import { parseConnector } from '../../src/language/build-connector.js'

const CLOCK = { now: Date.now, random: Math.random }

test.each(shippedConnectors().map((definition) => [definition.name, definition] as const))(
  '%s is as every connector must be',
  async (_, definition) => {
    expect(await conformanceFaults(definition, CLOCK)).toEqual([])
  },
)

test('what a careless connector does wrong is found', async () => {
  const path = new URL('careless.yml', import.meta.url)
  const { value, diagnostics } = parseConnector({ path: 'careless.yml', text: readFileSync(path, 'utf8') })
  expect(diagnostics).toEqual([])
  if (!value) throw new Error('cannot be read')
  const faults = await conformanceFaults(value, CLOCK)
  expect(
    faults.map(({ requirement, operation, message }) => `${requirement} ${operation}: ${message}`),
  ).toEqual([
    'shown update: no example sends rows with it',
    `text upsert: body.rows.0.filter: a quote in row.name would end the text around it ("name = 'plainvalue'"): write {{json row.name}} without quotes around it`,
    'types upsert: body.rows.0.vip: false arrives as ""',
    'absence upsert: body.rows.0.note: without row.city it is "of undefined"',
    'absence upsert: body.rows.0.note: without a value of row.city it is "of undefined"',
    'troubles upsert: HTTP 500: the row is ok; it must be tried again, or the run stop',
    'troubles upsert: HTTP 403: the row is rejected; it must be tried again, or the run stop',
    'outcomes delete: of 3 rows, row 2 refused, row 1 is "unknown"',
    'outcomes delete: of 3 rows, row 2 refused, row 2 is "unknown"',
    'outcomes delete: of 3 rows, row 2 refused, row 3 is "unknown"',
    'rekey rekey: row.name is not sent, though upsert sends it: send it, or say key_only',
    'rekey rekey: row.vip is not sent, though upsert sends it: send it, or say key_only',
    'rekey rekey: row.city is not sent, though upsert sends it: send it, or say key_only',
  ])
})
