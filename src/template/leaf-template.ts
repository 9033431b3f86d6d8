import Handlebars from 'handlebars'
import { closest } from '../diagnostics/closest.js'
import { callLeafHelper, LEAF_HELPERS, type LeafHelper } from './leaf-helpers.js'
import type { TemplateProblem } from './value-template.js'

/**
 * The template of one leaf of a connector's request: text with `{{row.email}}` or `{{default row.phone ''}}`. It is
 * evaluated on the syntax tree and never rendered into text that is parsed again: a leaf that is exactly one expression
 * gives that value with its type, and nothing in the data can become structure.
 */
export interface LeafTemplate {
  readonly text: string
  readonly parts: readonly LeafPart[]
}

export type LeafPart = { readonly kind: 'text'; readonly text: string } | LeafExpression

type LeafExpression =
  | { readonly kind: 'path'; readonly parts: readonly string[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly helper: LeafHelper; readonly args: readonly LeafExpression[] }

/** A path that a template reads, and where it stands in the text of the leaf. */
export interface LeafPath {
  readonly parts: readonly string[]
  readonly from: number
  readonly to: number
}

export interface ParsedLeaf {
  readonly template: LeafTemplate
  readonly paths: readonly LeafPath[]
  readonly problems: readonly TemplateProblem[]
}

/** What `{{optional …}}` gives where nothing is there: the key that would hold it is left out. */
export const OMITTED: unique symbol = Symbol('omitted')

/** The data lacks what a template needs, or holds what it cannot use. Says which path, never a value. */
export class LeafFault extends Error {
  override readonly name = 'LeafFault'
}

/** The parts of Handlebars' tree that are looked at; everything else is refused. */
interface Node {
  readonly type: string
  readonly loc: { readonly start: Position; readonly end: Position }
  readonly value?: unknown
  readonly depth?: number
  readonly data?: boolean
  readonly original?: unknown
  readonly parts?: readonly string[]
  readonly path?: Node
  readonly params?: readonly Node[]
  readonly hash?: { readonly pairs: readonly unknown[] } | undefined
}

interface Position {
  readonly line: number
  readonly column: number
}

const handlebars = Handlebars.create()

/** Reads a leaf. Where something is wrong with it, `template` is not to be used. */
export function parseLeaf(text: string): ParsedLeaf {
  if (!text.includes('{{'))
    return { template: { text, parts: [{ kind: 'text', text }] }, paths: [], problems: [] }
  const reader = new LeafReader(text)
  return { template: { text, parts: reader.read() }, paths: reader.paths, problems: reader.problems }
}

class LeafReader {
  readonly paths: LeafPath[] = []
  readonly problems: TemplateProblem[] = []

  constructor(readonly text: string) {}

  read(): LeafPart[] {
    let nodes: readonly Node[]
    try {
      nodes = handlebars.parseWithoutProcessing(this.text).body as unknown as readonly Node[]
    } catch {
      this.problems.push({
        code: 'CDP5001',
        message: 'the template cannot be read',
        from: this.text.indexOf('{{'),
        to: this.text.length,
        expected: '{{row.field}} or {{helper argument …}}',
      })
      return []
    }
    return nodes.flatMap((node) => this.part(node) ?? [])
  }

  private part(node: Node): LeafPart | undefined {
    if (node.type === 'ContentStatement') return { kind: 'text', text: String(node.value) }
    if (node.type === 'CommentStatement') return { kind: 'text', text: '' }
    if (node.type === 'MustacheStatement') return this.call(node)
    return this.wrong(node, 'CDP5002', 'blocks and partials are not possible in a leaf', {
      expected: '{{if condition value other}} for a choice',
    })
  }

  /** `{{path}}` or `{{helper a b}}`; in parentheses, a call. */
  private call(node: Node): LeafExpression | undefined {
    const name = node.path
    const params = node.params ?? []
    if (!name) return undefined
    if ((node.hash?.pairs.length ?? 0) > 0)
      return this.wrong(node, 'CDP5001', 'named arguments are not possible in a leaf')
    if (params.length === 0 && !Object.hasOwn(LEAF_HELPERS, String(name.original)))
      return this.expression(name)
    const helper = String(name.original)
    if (!Object.hasOwn(LEAF_HELPERS, helper)) {
      const near = closest(helper, Object.keys(LEAF_HELPERS))
      return this.wrong(name, 'CDP5002', `unknown helper "${helper}"`, {
        expected: `one of ${Object.keys(LEAF_HELPERS).join(', ')}`,
        ...(near && { hint: `did you mean "${near}"?` }),
      })
    }
    const { takes } = LEAF_HELPERS[helper as LeafHelper]
    if (params.length < takes[0] || params.length > takes[1])
      return this.wrong(node, 'CDP5001', `"${helper}" takes ${arity(takes)}, not ${params.length}`)
    const args = params.flatMap((param) => this.expression(param) ?? [])
    return args.length === params.length ? { kind: 'call', helper: helper as LeafHelper, args } : undefined
  }

  private expression(node: Node): LeafExpression | undefined {
    switch (node.type) {
      case 'StringLiteral':
      case 'NumberLiteral':
      case 'BooleanLiteral':
        return { kind: 'literal', value: node.value as string | number | boolean }
      case 'NullLiteral':
        return { kind: 'literal', value: null }
      case 'SubExpression':
        return this.call(node)
      case 'PathExpression':
        return this.path(node)
      default:
        return this.wrong(node, 'CDP5001', 'this is not possible in a leaf')
    }
  }

  private path(node: Node): LeafExpression | undefined {
    const parts = node.parts ?? []
    if (node.depth !== 0 || node.data || parts.length === 0)
      return this.wrong(node, 'CDP5001', `${JSON.stringify(node.original)} is not a path of a leaf`, {
        expected: 'row.<field>, config.<field> …',
      })
    this.paths.push({ parts, from: this.offset(node.loc.start), to: this.offset(node.loc.end) })
    return { kind: 'path', parts }
  }

  private wrong(
    node: Node,
    code: TemplateProblem['code'],
    message: string,
    more: Pick<TemplateProblem, 'expected' | 'hint'> = {},
  ): undefined {
    const { start, end } = node.loc
    this.problems.push({ code, message, from: this.offset(start), to: this.offset(end), ...more })
    return undefined
  }

  private offset({ line, column }: Position): number {
    let start = 0
    for (let i = 1; i < line; i++) start = this.text.indexOf('\n', start) + 1
    return start + column
  }
}

function arity([least, most]: readonly [number, number]): string {
  const word = least === 1 && most === 1 ? 'argument' : 'arguments'
  if (least === most) return `${least} ${word}`
  return most === Number.POSITIVE_INFINITY ? `${least} or more arguments` : `${least} to ${most} arguments`
}

export type LeafScope = Readonly<Record<string, unknown>>

/**
 * The value of a leaf. A leaf that is exactly one expression keeps its type; otherwise it is text. `OMITTED` where it says
 * `optional` and nothing is there. Throws a `LeafFault` where it yields nothing without saying so.
 */
export function evaluateLeaf({ parts }: LeafTemplate, scope: LeafScope): unknown {
  const [only] = parts
  if (only && parts.length === 1) {
    if (only.kind === 'text') return only.text
    const value = evaluate(only, scope)
    if (value === undefined) throw new LeafFault(`${nameOf(only)} yields nothing`)
    return value
  }
  return parts.map((part) => (part.kind === 'text' ? part.text : inText(part, scope))).join('')
}

/** The value of an expression between other text, which may not change the meaning of the text by not being there. */
export function inText(part: LeafExpression, scope: LeafScope): string {
  const value = evaluate(part, scope)
  if (value === OMITTED) return ''
  if (value === undefined || value === null) throw new LeafFault(`${nameOf(part)} yields nothing`)
  if (typeof value === 'object') throw new LeafFault(`${nameOf(part)} is no text, and stands in a text`)
  return String(value)
}

function evaluate(expression: LeafExpression, scope: LeafScope): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'path':
      return lookUp(scope, expression.parts)
    case 'call': {
      const args = expression.args
        .map((arg) => evaluate(arg, scope))
        .map((arg) => (arg === OMITTED ? undefined : arg))
      return expression.helper === 'optional' && (args[0] === undefined || args[0] === null)
        ? OMITTED
        : callLeafHelper(expression.helper, args)
    }
  }
}

/** Only own members are seen, so that no path reaches a prototype. */
export function lookUp(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined
    current = (current as Readonly<Record<string, unknown>>)[part]
  }
  return current
}

function nameOf(expression: LeafExpression): string {
  if (expression.kind === 'path') return expression.parts.join('.')
  if (expression.kind === 'literal') return JSON.stringify(expression.value)
  return `(${[expression.helper, ...expression.args.map(nameOf)].join(' ')})`
}
