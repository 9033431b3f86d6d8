import type { z } from 'zod'
import type { NameKind } from './broken-names.js'
import { type Misspelt, mend } from './mend.js'
import type { Problem } from './problem.js'
import { problemsOf } from './problems.js'

type Path = readonly (string | number)[]

/** What could be kept of a declaration: nothing, or all but the parts that are wrong. */
export interface Salvaged<T> {
  readonly value: T | undefined
  readonly problems: readonly Problem[]
  /** Names of the parts left out. */
  readonly lost: readonly { readonly kind: NameKind; readonly name: string }[]
  /** Keys that were read as the words they are near to. */
  readonly misspelt: readonly Misspelt[]
}

/** Lists and mappings inside of declarations whose items have names and stand for themselves. */
const PARTS: Readonly<Record<string, NameKind>> = {
  identifiers: 'identifier',
  attributes: 'attribute',
  properties: 'property',
  match: 'match',
}

/**
 * Checks a declaration. What is nearly a word of the language is read as that. A part with a mistake (an attribute of an entity, a property of a source) is left out and the
 * rest is kept; a mistake elsewhere loses the declaration. `faults` are places of which something was said before.
 */
export function salvage<S extends z.ZodType>(
  schema: S,
  written: unknown,
  faults: readonly Path[],
): Salvaged<z.output<S>> {
  const first = schema.safeParse(written)
  if (first.success && faults.length === 0) return { value: first.data, problems: [], lost: [], misspelt: [] }
  const found = first.success ? [] : problemsOf(first.error.issues, written)
  const mended = faults.length === 0 ? mend(written, found) : undefined
  if (mended) {
    const rest = salvage(schema, mended.value, faults)
    return {
      ...rest,
      problems: [...mended.problems, ...rest.problems],
      misspelt: [...mended.misspelt, ...rest.misspelt],
    }
  }
  const problems = found.filter((problem) => !faults.some((fault) => startsWith(placeOf(problem), fault)))
  const parts = [...faults, ...found.map((problem) => problem.path)].map(partOf)
  const lost = parts.flatMap((path) => (path ? namesOf(written, path) : []))
  if (parts.some((path) => path === undefined)) return { value: undefined, problems, lost, misspelt: [] }
  const second = schema.safeParse(without(written, parts as Path[]))
  if (second.success) restoreHoles(second.data, parts as Path[])
  return { value: second.success ? second.data : undefined, problems, lost, misspelt: [] }
}

/** The items of a list that are there, each with its place as written. */
export function itemsOf<T>(items: readonly T[] | undefined): { readonly item: T; readonly index: number }[] {
  return (items ?? []).map((item, index) => ({ item, index })).filter(({ item }) => item !== undefined)
}

/** The path of the part that a place belongs to. */
function partOf(path: Path): Path | undefined {
  const container = path.findLastIndex(
    (part, index) => typeof part === 'string' && part in PARTS && index < path.length - 1,
  )
  return container === -1 ? undefined : path.slice(0, container + 2)
}

function namesOf(written: unknown, path: Path): { kind: NameKind; name: string }[] {
  const kind = PARTS[String(path.at(-2))]
  const key = path.at(-1)
  const value = path.reduce<unknown>(
    (current, part) => (current as Record<string | number, unknown> | undefined)?.[part],
    written,
  )
  const name =
    typeof key === 'string'
      ? key
      : typeof value === 'string'
        ? value
        : (value as { name?: unknown } | undefined)?.name
  return kind && typeof name === 'string' ? [{ kind, name }] : []
}

/** A copy without the values at some paths. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return HOLE
  if (typeof value !== 'object' || value === null || paths.length === 0) return value
  const below = (key: string | number): Path[] =>
    paths.filter((path) => path[0] === key).map((path) => path.slice(1))
  if (Array.isArray(value))
    return value.map((item, index) => without(item, below(index))).filter((item) => item !== HOLE)
  const entries = Object.entries(value).map(([key, item]) => [key, without(item, below(key))] as const)
  return Object.fromEntries(entries.filter(([, item]) => item !== HOLE))
}

const HOLE = Symbol('left out')

/** Puts `undefined` where items of lists were left out, so that an index is still the place in the file. */
function restoreHoles(value: unknown, paths: readonly Path[]): void {
  const places = paths
    .filter((path) => typeof path.at(-1) === 'number')
    .sort((a, b) => Number(a.at(-1)) - Number(b.at(-1)))
  const done = new Set<string>()
  for (const path of places) {
    const list = path
      .slice(0, -1)
      .reduce<unknown>(
        (current, part) => (current as Record<string | number, unknown> | undefined)?.[part],
        value,
      )
    if (!Array.isArray(list) || done.has(path.join('/'))) continue
    list.splice(Number(path.at(-1)), 0, undefined)
    done.add(path.join('/'))
  }
}

/** Where the mistake is: of a missing key, where it should be. */
export function placeOf({ path, missing }: Problem): Path {
  return missing === undefined ? path : [...path, missing]
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((part, index) => path[index] === part)
}
