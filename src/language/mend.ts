import type { Problem } from './problem.js'

type Path = readonly (string | number)[]

/** A key by its right name, and how it is written. */
export interface Misspelt {
  readonly path: Path
  readonly written: string
}

/**
 * A declaration as it was meant: what is misspelt and near a word of the language is read as that word. The mistake is
 * reported all the same; but nothing that depends on the declaration is missing because of it, and whatever else is
 * wrong with it is found at once.
 */
export interface Mended {
  readonly value: unknown
  readonly misspelt: readonly Misspelt[]
  /** Those that are mended; the others are found again in `value`, if they are not consequences of these. */
  readonly problems: readonly Problem[]
}

/** Undefined where nothing can be mended. */
export function mend(written: unknown, problems: readonly Problem[]): Mended | undefined {
  const misspelt: Misspelt[] = []
  const mended: Problem[] = []
  let value = written
  for (const problem of problems) {
    const { path, near, code } = problem
    if (near === undefined) continue
    mended.push(problem)
    if (code !== 'CDP2001') {
      value = changed(value, path, () => near)
      continue
    }
    const key = String(path.at(-1))
    const mapping = path.slice(0, -1)
    value = changed(value, mapping, (held) => renamed(held, key, near))
    misspelt.push({ path: [...mapping, near], written: key })
  }
  return mended.length === 0 ? undefined : { value, misspelt, problems: mended }
}

/** A copy with another value at a path. */
function changed(value: unknown, path: Path, change: (held: unknown) => unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return change(value)
  if (Array.isArray(value))
    return value.map((item, index) => (index === first ? changed(item, rest, change) : item))
  if (typeof value !== 'object' || value === null) return value
  return mapped(value, ([key, item]) => [key, key === first ? changed(item, rest, change) : item])
}

/** Where two keys were meant to be the same one, the first counts. */
function renamed(mapping: unknown, from: string, to: string): unknown {
  const taken = Object.hasOwn(Object(mapping), to)
  return mapped(Object(mapping), ([key, item]) =>
    key !== from ? [key, item] : taken ? undefined : [to, item],
  )
}

/** Without a prototype, like all that is read from YAML: `__proto__` is a key like any other. */
function mapped(
  mapping: object,
  change: (entry: [string, unknown]) => [string, unknown] | undefined,
): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null)
  for (const entry of Object.entries(mapping)) {
    const after = change(entry)
    if (after) result[after[0]] = after[1]
  }
  return result
}
