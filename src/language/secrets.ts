import type { Span } from '../diagnostics/span.js'
import type { EngineOptions } from '../engines/options.js'
import { environmentNames } from '../template/value-template.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'

type Engines = Readonly<Record<string, EngineOptions>>

/**
 * A secret that stands in the file itself is an error, whichever target it is of. Gives the ranges of all of them:
 * no frame of the file may show them.
 */
export function checkSecrets(
  targets: Readonly<Record<string, unknown>>,
  origin: Origin,
  engines: Engines,
  report: Reporter,
): Span[] {
  return Object.entries(targets).flatMap(([name, target]) => {
    if (typeof target !== 'object' || target === null) return []
    const type = String((target as { type?: unknown }).type)
    const keys = secretsOf(type, engines)
    return Object.entries(target).flatMap(([key, value]) => {
      if (
        !keys.includes(key) ||
        value === null ||
        (typeof value === 'string' && environmentNames(value).length > 0)
      )
        return []
      const place = at(origin, name, key)
      report.error('CDP2008', place, `the secret "${key}" of the target "${name}" is written out`, {
        expected: `${key}: "{{ env 'NAME' }}"`,
        hint: 'put it into an environment variable, and change it: it may be in the history of this file',
      })
      return [report.positions.span(place)]
    })
  })
}

/** Of a type that is not known, perhaps misspelt, whatever is a secret anywhere. */
function secretsOf(type: string, engines: Engines): readonly string[] {
  const engine = Object.hasOwn(engines, type) ? engines[type] : undefined
  return engine?.secrets ?? Object.values(engines).flatMap(({ secrets }) => secrets)
}
