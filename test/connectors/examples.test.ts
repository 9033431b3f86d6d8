import { describe, expect, test } from 'vitest'
import { shippedConnectors } from '../../src/connectors/shipped.js'
import { runExample } from '../../src/connectors/testing/run-example.js'

/** The examples of every connector that comes with cdp, against a server on this machine. */
describe.each(shippedConnectors().map((definition) => [definition.name, definition] as const))(
  '%s',
  (_, definition) => {
    const examples = definition.examples ?? []

    test('has examples', () => {
      expect(examples.length).toBeGreaterThan(0)
    })

    test.each(examples.map((example) => [example.name, example] as const))('%s', async (_name, example) => {
      expect(await runExample(definition, example, { now: Date.now, random: Math.random })).toEqual([])
    })
  },
)
