import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import { unstorable } from '../sql/storable-text.js'
import type { Draft } from './draft.js'
import { keyText } from './positions.js'

/** How much a file may contain, aliases expanded: far above what people write, far below what hurts. */
const MAX_VALUES = 200_000
const MAX_ALIASES = 100
const MAX_DEPTH = 60

type Path = readonly (string | number)[]

export interface YamlReading {
  readonly value: unknown
  readonly drafts: readonly Draft[]
  /** Where a value was left out because something was said about it: the declarations around need no second complaint. */
  readonly faults: readonly Path[]
}

/**
 * Plain data from YAML nodes. Nothing that was written gets lost: a number whose digits are not its canonical form
 * (`0123`, `17.10`, 20 digits) becomes the text as written. `templates` says at which paths `{{ … }}` may stand.
 */
export function yamlValue(document: Document, templates: (path: Path) => boolean): YamlReading {
  const reader = new ValueReader(document, templates)
  const value = reader.read(document.contents ?? undefined)
  return { value, drafts: reader.drafts, faults: reader.faults }
}

class ValueReader {
  readonly drafts: Draft[] = []
  readonly faults: Path[] = []
  private readonly path: (string | number)[] = []
  private values = 0
  private aliases = 0
  private saidDeep = false
  private readonly resolving: Node[] = []

  constructor(
    private readonly document: Document,
    private readonly templates: (path: Path) => boolean,
  ) {}

  read(node: Node | undefined): unknown {
    if (!node) return null
    if (++this.values > MAX_VALUES || this.path.length > MAX_DEPTH) return this.tooMuch(node)
    if (isAlias(node)) return this.alias(node)
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      const before = node.tag.length + 1
      return this.refuse(node, 'CDP1006', `the YAML tag "${node.tag}" is not allowed`, { before })
    }
    if (isSeq(node)) return node.items.map((item, index) => this.at(index, () => this.read(item as Node)))
    if (isMap(node)) return this.mapping(node.items as Pair<Node, Node | null>[], node)
    return isScalar(node) ? this.scalar(node.value, node.source, node) : null
  }

  /** Said once for the number of values, and for the first value that is too deep. */
  private tooMuch(node: Node): undefined {
    const first = this.values === MAX_VALUES + 1 || (this.values <= MAX_VALUES && !this.saidDeep)
    if (this.values <= MAX_VALUES) this.saidDeep = true
    const hint = 'aliases that contain aliases multiply'
    if (first)
      this.refuse(node, 'CDP1006', 'the file has too many values, or they are nested too deeply', { hint })
    return undefined
  }

  private at<T>(part: string | number, work: () => T): T {
    this.path.push(part)
    const result = work()
    this.path.pop()
    return result
  }

  private alias(node: Node & { source: string; resolve(document: Document): Node | undefined }): unknown {
    if (++this.aliases > MAX_ALIASES) {
      if (this.aliases === MAX_ALIASES + 1)
        this.refuse(node, 'CDP1006', `more than ${MAX_ALIASES} aliases are used`)
      return undefined
    }
    const target = node.resolve(this.document)
    if (!target || this.resolving.includes(target))
      return this.refuse(node, 'CDP1006', `the alias "${node.source}" refers to itself or to nothing`)
    this.resolving.push(target)
    const value = this.read(target)
    this.resolving.pop()
    return value
  }

  private mapping(pairs: readonly Pair<Node, Node | null>[], node: Node): unknown {
    const [only] = pairs
    if (only && pairs.length === 1 && isMap(only.key) && only.key.flow) {
      return this.refuse(node, 'CDP1005', 'the template is not quoted, so YAML reads it as a mapping', {
        hint: 'quote the template: "{{ … }}"',
      })
    }
    const result: Record<string, unknown> = Object.create(null)
    for (const pair of pairs) {
      const key = keyText(pair.key)
      if (key === undefined) this.refuse(pair.key, 'CDP1006', 'a key must be text')
      else if (key === '<<')
        this.refuse(pair.key, 'CDP1006', 'merge keys ("<<") are not allowed', { hint: 'write the keys out' })
      else if (key.includes('{{')) this.refuse(pair.key, 'CDP5003', 'templates are not allowed in keys')
      else if (unstorable(key)) this.refuseText(key, pair.key)
      else result[key] = this.at(key, () => this.read(pair.value ?? undefined))
    }
    return result
  }

  private scalar(value: unknown, source: string | undefined, node: Node): unknown {
    if (typeof value === 'number') return source === undefined || String(value) === source ? value : source
    if (typeof value === 'bigint') return source ?? String(value)
    if (typeof value !== 'string') return value
    if (unstorable(value)) return this.refuseText(value, node)
    if (value.includes('{{') && !this.templates(this.path)) {
      return this.refuse(node, 'CDP5003', 'templates are not allowed here', {
        expected: 'templates only in "file", "table" and "config", in profiles.yml and in .sql files',
      })
    }
    return value
  }

  private refuseText(text: string, node: Node): undefined {
    return this.refuse(node, 'CDP1006', `no text of a database can hold ${unstorable(text)}`, {
      hint: 'take it out; a backslash is written twice in double quotes, and once in single ones',
    })
  }

  private refuse(
    node: Node,
    code: Draft['code'],
    message: string,
    { before = 0, ...more }: Pick<Draft, 'expected' | 'hint'> & { before?: number } = {},
  ): undefined {
    const [start, end] = node.range ?? [0, 0]
    this.drafts.push({ code, message, start: Math.max(0, start - before), end, ...more })
    this.faults.push([...this.path])
    return undefined
  }
}
