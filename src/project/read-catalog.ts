import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../sql/catalog.js'

/**
 * `target/catalog.json`: the columns of sources and synced models as the last run saw them. Undefined where no run has written it, and
 * where it cannot be read: it is a memory, not an input, and the next run writes it anew. Nor is it of use where that run was
 * on another engine, whose types are none of this one.
 */
export function readCatalog(folder: string, dialect: string): Catalog | undefined {
  try {
    const catalog: unknown = JSON.parse(readFileSync(join(folder, 'target', 'catalog.json'), 'utf8'))
    return isCatalog(catalog) && catalog.dialect === dialect ? catalog : undefined
  } catch {
    return undefined
  }
}

function isCatalog(value: unknown): value is Catalog {
  const { sources, csv = {}, models = {} } = (value ?? {}) as Readonly<Record<string, unknown>>
  return (
    areLists(sources, isColumn) &&
    areLists(models, isColumn) &&
    areLists(csv, (layout) => typeof layout?.delimiter === 'string' && Array.isArray(layout?.header))
  )
}

function isColumn(column: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return typeof column?.name === 'string' && typeof column?.type === 'string'
}

function areLists(
  value: unknown,
  isItem: (item: Readonly<Record<string, unknown>> | null | undefined) => boolean,
): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((list) => Array.isArray(list) && list.every(isItem))
  )
}
