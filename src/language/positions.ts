import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import type { SourceFile, Span } from '../diagnostics/span.js'
import type { Origin } from './origin.js'
import { inScalar } from './scalar-offsets.js'

/** Turns origins into ranges of the text, when something is to be said about them. */
export interface Positions {
  /**
   * The range of a value (default) or of the key before it; of what is not there, the nearest that is.
   * An item of a list has no key: its own range. A file that is not YAML: its first character.
   */
  span(origin: Origin, which?: 'key' | 'value'): Span
  /** The range of the characters `[from, to)` of a text value, as far as its spelling in YAML allows; else the whole value. */
  inside(origin: Origin, from: number, to: number): Span
  /** From now on the value of a misspelt key is found by its right name, with which the origin ends. */
  misspelt(origin: Origin, written: string): void
}

/** A parsed YAML file, for positions. */
export interface PositionedFile {
  readonly file: SourceFile
  readonly document: Document
}

interface Found {
  readonly node: Node | undefined
  readonly key: Node | undefined
}

export function createPositions(files: readonly PositionedFile[]): Positions {
  const byPath = new Map(files.map((entry) => [entry.file.path, entry]))
  const spellings = new Map<string, string>()
  const keyOf = (file: string, path: readonly (string | number)[]) => JSON.stringify([file, ...path])
  const asWritten = ({ file, path }: Origin): readonly (string | number)[] =>
    spellings.size === 0
      ? path
      : path.map((part, index) => spellings.get(keyOf(file, path.slice(0, index + 1))) ?? part)
  const span = (origin: Origin, which: 'key' | 'value' = 'value'): Span => {
    const entry = byPath.get(origin.file)
    if (!entry) return { file: origin.file, start: 0, end: 0 }
    const { node, key } = find(entry.document, asWritten(origin))
    const value = nonEmpty(node) ? node?.range : (key?.range ?? node?.range)
    const range = (which === 'key' && key ? key.range : value) ?? [0, 0, 0]
    return { file: origin.file, start: range[0], end: range[1] }
  }
  const inside = (origin: Origin, from: number, to: number): Span => {
    const entry = byPath.get(origin.file)
    const node = entry && find(entry.document, asWritten(origin)).node
    const range = isScalar(node) && entry ? inScalar(node, entry.file.text, from, to) : undefined
    return range ? { file: origin.file, ...range } : span(origin)
  }
  const misspelt = ({ file, path }: Origin, written: string): void => {
    const key = keyOf(file, path)
    if (!spellings.has(key)) spellings.set(key, written)
  }
  return { span, inside, misspelt }
}

function nonEmpty(node: Node | undefined): boolean {
  return node?.range ? node.range[1] > node.range[0] : false
}

/** The node at a path, or the deepest one on the way to it. */
function find(document: Document, path: readonly (string | number)[]): Found {
  let found: Found = { node: document.contents ?? undefined, key: undefined }
  for (const part of path) {
    const container = isAlias(found.node) ? found.node.resolve(document) : found.node
    const next = step(container, part)
    if (!next) return found
    found = next
  }
  return found
}

function step(container: Node | undefined, part: string | number): Found | undefined {
  if (isSeq(container) && typeof part === 'number') {
    const node = container.items[part] as Node | undefined
    return node && { node, key: undefined }
  }
  if (!isMap(container)) return undefined
  const pair = (container.items as Pair<Node, Node | null>[]).findLast(
    (item) => keyText(item.key) === String(part),
  )
  return pair && { node: pair.value ?? undefined, key: pair.key }
}

/** A key as text, as it is written: `01` stays `01`. Undefined for keys that are lists or mappings. */
export function keyText(key: Node | null): string | undefined {
  if (key === null) return ''
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}
