import Handlebars from 'handlebars'
import { closest } from '../diagnostics/closest.js'
import type { Code } from '../diagnostics/codes.js'

export type TemplateValue = string | number | boolean

/** What a value template sees. `env` is absent where the environment must not be read. */
export interface ValueTemplateScope {
  readonly vars: Readonly<Record<string, TemplateValue>>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A mistake in a template: `from` and `to` are offsets in its text. */
export interface TemplateProblem {
  readonly code: Code
  readonly message: string
  readonly from: number
  readonly to: number
  readonly expected?: string
  readonly hint?: string
}

export interface RenderedValue {
  readonly text: string
  readonly problems: readonly TemplateProblem[]
}

const handlebars = Handlebars.create()

/** The parts of Handlebars' tree that are looked at; everything else is refused. */
interface Node {
  readonly type: string
  readonly loc: { readonly start: Position; readonly end: Position }
  readonly value?: string
  readonly path?: { readonly type: string; readonly original?: string }
  readonly params?: readonly { readonly type: string; readonly value?: unknown }[]
  readonly hash?: { readonly pairs: readonly unknown[] } | undefined
}

interface Position {
  readonly line: number
  readonly column: number
}

/**
 * Renders the template of a value of YAML: text with `{{env 'NAME'}}` and `{{var 'name'}}`, which give bare text, and
 * nothing else. It is evaluated on the syntax tree, so that nothing in a value can become a template.
 */
export function renderValueTemplate(text: string, scope: ValueTemplateScope): RenderedValue {
  if (!text.includes('{{')) return { text, problems: [] }
  let nodes: readonly Node[]
  try {
    nodes = handlebars.parseWithoutProcessing(text).body as unknown as readonly Node[]
  } catch (error) {
    return { text, problems: [syntaxProblem(error as Error, text)] }
  }
  const problems: TemplateProblem[] = []
  const parts = nodes.map((node) => {
    const result = evaluate(node, scope)
    if (typeof result === 'string') return result
    problems.push({ from: offsetOf(text, node.loc.start), to: offsetOf(text, node.loc.end), ...result })
    return ''
  })
  return { text: parts.join(''), problems }
}

/** Names of the environment variables that a template reads, whether it is rendered or not. */
export function environmentNames(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\{?~?\s*env\s+(["'])([^"']*)\1/g)].map((match) => match[2] ?? '')
}

type Fault = Omit<TemplateProblem, 'from' | 'to'>
const HELPERS = ['env', 'var']

function evaluate(node: Node, scope: ValueTemplateScope): string | Fault {
  if (node.type === 'ContentStatement') return node.value ?? ''
  if (node.type === 'CommentStatement') return ''
  if (node.type !== 'MustacheStatement') {
    return {
      code: 'CDP5002',
      message: 'blocks and partials are not possible in a value',
      expected: "{{env 'NAME'}} or {{var 'name'}}",
    }
  }
  const helper = node.path?.original ?? ''
  if (!HELPERS.includes(helper)) {
    const near = closest(helper, HELPERS)
    const hint = near ? `did you mean "${near}"?` : `write {{var '${helper}'}} for a variable`
    return {
      code: 'CDP5002',
      message: `unknown helper "${helper}"`,
      expected: "{{env 'NAME'}} or {{var 'name'}}",
      hint,
    }
  }
  const [name] = node.params ?? []
  if (node.params?.length !== 1 || name?.type !== 'StringLiteral' || (node.hash?.pairs.length ?? 0) > 0) {
    return {
      code: 'CDP5001',
      message: `"${helper}" takes one name in quotes`,
      expected: `{{${helper} 'name'}}`,
    }
  }
  return helper === 'env' ? environment(String(name.value), scope) : variable(String(name.value), scope)
}

function environment(name: string, scope: ValueTemplateScope): string | Fault {
  if (!scope.env)
    return {
      code: 'CDP5002',
      message: '"env" is known only in profiles.yml and "config"',
      hint: 'make it a variable in profiles.yml',
    }
  const value = scope.env[name]
  if (value !== undefined && value !== '') return value
  return {
    code: 'CDP2009',
    message: `the environment variable "${name}" is not set`,
    hint: `set it: export ${name}=…`,
  }
}

function variable(name: string, scope: ValueTemplateScope): string | Fault {
  if (Object.hasOwn(scope.vars, name)) return String(scope.vars[name])
  const near = closest(name, Object.keys(scope.vars))
  return {
    code: 'CDP2009',
    message: `the variable "${name}" is not set`,
    hint: near ? `did you mean "${near}"?` : `set it below "vars" in profiles.yml, or by --vars`,
  }
}

/** Handlebars tells the line and draws an arrow below the column. */
function syntaxProblem(error: Error, text: string): TemplateProblem {
  const line = Number(/^Parse error on line (\d+)/.exec(error.message)?.[1] ?? 1)
  const from = Math.max(text.indexOf('{{'), offsetOf(text, { line, column: 0 }))
  return {
    code: 'CDP5001',
    message: 'the template cannot be read',
    from,
    to: text.length,
    expected: "{{env 'NAME'}} or {{var 'name'}}",
  }
}

function offsetOf(text: string, position: Position): number {
  let offset = 0
  for (let line = 1; line < position.line; line++) {
    const end = text.indexOf('\n', offset)
    if (end === -1) break
    offset = end + 1
  }
  return offset + position.column
}
