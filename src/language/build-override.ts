import { defined } from './defined.js'
import { at, type Origin } from './origin.js'
import type { NamedIdentifier, Override, OverrideInput } from './override.js'
import type { Reporter } from './reporter.js'

/** An override of the language; undefined where something is wrong with it, which is reported. */
export function buildOverride(
  input: OverrideInput,
  entity: string,
  origin: Origin,
  place: string,
  report: Reporter,
): Override | undefined {
  const kind = input.link ? 'link' : input.unlink ? 'unlink' : 'block'
  const written = input.link ?? input.unlink ?? [input.block ?? '']
  const identifiers = written.flatMap((text, i) => {
    const written = kind === 'block' ? at(origin, kind) : at(origin, kind, i)
    return namedIdentifier(text, written, report) ?? []
  })
  const { reason, by, expires } = input
  const isDated = expires === undefined || isDay(expires)
  if (!isDated)
    report.error('CDP2004', at(origin, 'expires'), `${JSON.stringify(expires)} is no day`, {
      expected: 'a day such as 2027-06-30',
    })
  if (identifiers.length < written.length || !isDated) return undefined
  return { entity, kind, identifiers, place, origin, ...defined({ reason, by, expires }) }
}

function namedIdentifier(text: string, origin: Origin, report: Reporter): NamedIdentifier | undefined {
  const [, type, value] = /^\s*([a-z][a-z0-9_]*):(.+)$/s.exec(text) ?? []
  if (type !== undefined && value !== undefined && value.trim() !== '') return { type, value, origin }
  return report.error(
    'CDP2004',
    origin,
    `${JSON.stringify(text)} does not say what kind of identifier it is`,
    {
      expected: 'a type and a value such as "email:ann@x.com"',
    },
  )
}

/** JavaScript would read 30 February as 2 March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
