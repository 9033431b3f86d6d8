import type { Origin } from './origin.js'
import { at } from './origin.js'
import type { Reporter } from './reporter.js'

/** The first of each name; every further one is reported with the place of the first. */
export function unique<T extends { readonly name: string; readonly origin: Origin }>(
  items: readonly T[],
  kind: string,
  report: Reporter,
): T[] {
  const seen = new Map<string, T>()
  for (const item of items) {
    const first = seen.get(item.name)
    if (!first) seen.set(item.name, item)
    else {
      report.error('CDP3002', at(item.origin, 'name'), `the ${kind} "${item.name}" is declared twice`, {
        related: [{ origin: at(first.origin, 'name'), message: 'first declared here' }],
      })
    }
  }
  return [...seen.values()]
}
