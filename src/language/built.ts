import type { NameKind } from './broken-names.js'
import type { Collected } from './collect.js'
import type { Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import { unique } from './unique.js'

/** Builds the items of a section; each name once. The names of those that cannot be built are remembered as broken. */
export function built<
  I extends { name: string },
  T extends { readonly name: string; readonly origin: Origin },
>(
  items: readonly Collected<I>[],
  kind: NameKind,
  report: Reporter,
  build: (item: Collected<I>) => T | undefined,
): T[] {
  const distinct = unique(
    items.map((item) => ({ ...item, name: item.input.name })),
    kind,
    report,
  )
  return distinct.flatMap((item) => {
    const result = build(item)
    if (!result) report.broken.add(kind, item.name)
    return result ? [result] : []
  })
}
