import type { CollectedSections } from './collect.js'
import { at, type Origin } from './origin.js'
import { oneOf } from './problem.js'
import type { Reporter } from './reporter.js'
import type { YamlFile } from './yaml-file.js'

/**
 * What `entity:` means where it is left out: the only entity of the project. Where there are several, each place that
 * leaves it out is reported; where there is none, the first. Entities with mistakes count.
 */
export function onlyEntityOf(
  files: readonly YamlFile[],
  sections: CollectedSections,
  report: Reporter,
): (origin: Origin) => string | undefined {
  const names = new Set(sections.entities.map(({ input }) => input.name))
  let unreadable = files.some((file) => file.broken)
  for (const { value } of files) {
    const entities = (value as { entities?: unknown } | null | undefined)?.entities
    if (!Array.isArray(entities)) continue
    for (const entity of entities) {
      const { name, enabled } = (entity ?? {}) as { name?: unknown; enabled?: unknown }
      if (typeof name !== 'string') unreadable = true
      else if (enabled !== false) names.add(name)
    }
  }
  let told = false
  return (origin) => {
    const [only] = names
    if (names.size === 1) return only
    if (unreadable || (told && names.size === 0)) return undefined
    told = true
    return report.error('CDP2002', at(origin, 'name'), 'the key "entity" is missing', {
      expected: names.size === 0 ? 'an entity; the project declares none' : oneOf([...names]),
    })
  }
}
