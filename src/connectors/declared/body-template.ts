import {
  evaluateLeaf,
  LeafFault,
  type LeafScope,
  type LeafTemplate,
  OMITTED,
  parseLeaf,
} from '../../template/leaf-template.js'

/** A row of a batch as templates see it, and where it stands in the batch. */
export interface ScopedRow {
  readonly index: number
  readonly scope: Readonly<Record<string, unknown>>
}

/** A body, or another tree of templates, with its values; and the rows for which it could not be made, with the reason. */
export interface RenderedTree {
  readonly value: unknown
  readonly faults: ReadonlyMap<number, string>
}

/**
 * Evaluates a tree whose leaves are templates. Its shape comes from the connector alone. `rows` is what `$each` goes
 * through; a row that lacks what a template needs is left out everywhere, and named in `faults`.
 */
export function renderTree(tree: unknown, scope: LeafScope, rows: readonly ScopedRow[]): RenderedTree {
  const first = new TreeRenderer(rows)
  const value = first.render(tree, scope)
  if (first.faults.size === 0) return { value, faults: first.faults }
  const whole = rows.filter(({ index }) => !first.faults.has(index))
  return { value: new TreeRenderer(whole).render(tree, scope), faults: first.faults }
}

/** What `$each` makes of one row, of all its places in the tree. */
export function renderOfRow(tree: unknown, scope: LeafScope, row: ScopedRow): readonly unknown[] {
  const renderer = new TreeRenderer([row])
  return partsForRows(tree).map((part) => renderer.render(part, { ...scope, row: row.scope }))
}

const templates = new Map<string, LeafTemplate>()

/** A leaf by its text. The connector's templates were checked when it was read. */
export function leafOf(text: string): LeafTemplate {
  const known = templates.get(text)
  if (known) return known
  const { template } = parseLeaf(text)
  templates.set(text, template)
  return template
}

class TreeRenderer {
  readonly faults = new Map<number, string>()

  constructor(readonly rows: readonly ScopedRow[]) {}

  render(tree: unknown, scope: LeafScope): unknown {
    if (typeof tree === 'string') return evaluateLeaf(leafOf(tree), scope)
    if (Array.isArray(tree))
      return tree.map((item) => this.render(item, scope)).filter((item) => item !== OMITTED)
    if (typeof tree !== 'object' || tree === null) return tree // `OMITTED` too
    const {
      $each,
      $do,
      $merge,
      $if,
      $then,
      $else = OMITTED,
      ...members
    } = tree as Readonly<Record<string, unknown>>
    if ($each !== undefined) return this.each($do, scope)
    if (Array.isArray($merge)) return this.merged($merge, scope)
    if ($if !== undefined) return this.render(this.holds($if, scope) ? $then : $else, scope)
    const entries = Object.entries(members).map(([key, item]) => [key, this.render(item, scope)] as const)
    return Object.fromEntries(entries.filter(([, item]) => item !== OMITTED))
  }

  private each(template: unknown, scope: LeafScope): unknown[] {
    return this.rows.flatMap(({ index, scope: row }) => {
      try {
        const item = this.render(template, { ...scope, row })
        return item === OMITTED ? [] : [item]
      } catch (error) {
        if (!(error instanceof LeafFault)) throw error
        this.faults.set(index, error.message)
        return []
      }
    })
  }

  /** What is not there does not hold. */
  private holds(condition: unknown, scope: LeafScope): boolean {
    try {
      const value = this.render(condition, scope)
      return value !== OMITTED && value !== null && value !== false && value !== ''
    } catch (error) {
      if (error instanceof LeafFault) return false
      throw error
    }
  }

  /** One mapping of several; of the same key the last one counts. */
  private merged(parts: readonly unknown[], scope: LeafScope): unknown {
    const entries = parts
      .map((part) => this.render(part, scope))
      .flatMap((part) => (typeof part === 'object' && part !== null ? Object.entries(part) : []))
    return Object.fromEntries(entries)
  }
}

function partsForRows(tree: unknown): unknown[] {
  if (typeof tree !== 'object' || tree === null) return []
  if ('$each' in tree) return [(tree as { $do?: unknown }).$do]
  return Object.values(tree).flatMap(partsForRows)
}
