import type { z } from 'zod'
import { closest } from '../diagnostics/closest.js'
import type { Origin } from './origin.js'
import { at } from './origin.js'
import { describeValue, didYouMean, oneOf } from './problem.js'
import type { Reporter } from './reporter.js'
import { salvage } from './salvage.js'
import { SECTION_NAMES, SECTIONS, type Section } from './sections.js'
import type { YamlFile } from './yaml-file.js'

/** An item of a section whose shape is right, possibly without some of its parts. */
export interface Collected<T> {
  readonly input: T
  readonly origin: Origin
  /** Parts were left out because of mistakes. */
  readonly incomplete: boolean
}

export type CollectedSections = { [S in Section]: Collected<z.output<(typeof SECTIONS)[S]['schema']>>[] }

/** All declarations of all files by section: shapes checked, disabled ones left out, sections to come reported. */
export function collectSections(files: readonly YamlFile[], report: Reporter): CollectedSections {
  const sections = Object.fromEntries(SECTION_NAMES.map((name) => [name, [] as Collected<unknown>[]]))
  for (const file of files) {
    if (file.broken) {
      for (const match of file.file.text.matchAll(/(?:^|[\s{,-])name:\s*["']?([a-z][a-z0-9_]*)/g))
        report.broken.addOfAnyKind(match[1] ?? '')
      continue
    }
    for (const [name, key, items] of sectionsOf(file, report)) {
      for (const [index, item] of items.entries()) {
        const collected = collectItem(name, item, { file: file.file.path, path: [key, index] }, file, report)
        if (collected && SECTIONS[name].built) sections[name]?.push(collected)
      }
    }
  }
  return sections as CollectedSections
}

/** Section, its key as written, and its items. A misspelt section is read as the one that is near. */
function sectionsOf(file: YamlFile, report: Reporter): (readonly [Section, string, readonly unknown[]])[] {
  const origin: Origin = { file: file.file.path, path: [] }
  const { value } = file
  if (value === null || value === undefined) return []
  if (typeof value !== 'object' || Array.isArray(value)) {
    report.error('CDP2003', origin, `the file must be a mapping of sections, not ${describeValue(value)}`, {
      expected: oneOf(SECTION_NAMES),
    })
    return []
  }
  return Object.entries(value).flatMap(([key, items]) => {
    const place = at(origin, key)
    const section = sectionMeantBy(key)
    if (section !== key) {
      report.error('CDP2001', place, `unknown section ${JSON.stringify(key)}`, {
        which: 'key',
        expected: oneOf(SECTION_NAMES),
        hint: didYouMean(section),
      })
    }
    if (!section) return []
    if (!SECTIONS[section].built) report.notBuilt(place, `the section "${section}" is`)
    if (items === null || items === undefined) return []
    if (Array.isArray(items)) return [[section, key, items] as const]
    report.error('CDP2003', place, `"${section}" must be a list, not ${describeValue(items)}`, {
      hint: 'begin each item with "- "',
    })
    return []
  })
}

/** The section of this name, or the one that is near. */
export function sectionMeantBy(key: string): Section | undefined {
  const name = SECTION_NAMES.includes(key as Section) ? key : closest(key, SECTION_NAMES)
  return name as Section | undefined
}

function collectItem(
  section: Section,
  item: unknown,
  origin: Origin,
  file: YamlFile,
  report: Reporter,
): Collected<unknown> | undefined {
  const { schema, kind, built } = SECTIONS[section]
  const name = (item as { name?: unknown } | null)?.name
  if ((item as { enabled?: unknown } | null)?.enabled === false && typeof name === 'string') {
    report.disabled.add(kind, name)
    return undefined
  }
  const faults = file.faults
    .filter((path) => path[0] === origin.path[0] && path[1] === origin.path[1])
    .map((path) => path.slice(2))
  const { value, problems, lost, misspelt } = salvage(schema, item, faults)
  for (const { path, written } of misspelt) report.positions.misspelt(at(origin, ...path), written)
  for (const problem of problems)
    report.error(problem.code, at(origin, ...problem.path), problem.message, problem)
  for (const part of lost) report.broken.add(part.kind, part.name)
  if ((value === undefined || !built) && typeof name === 'string') report.broken.add(kind, name)
  return value === undefined ? undefined : { input: value, origin, incomplete: lost.length > 0 }
}
