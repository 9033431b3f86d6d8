import Handlebars from 'handlebars'
import { closest } from '../diagnostics/closest.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile, Span } from '../diagnostics/span.js'
import { type Ast, type Call, parseTemplate, spanOf } from './template-ast.js'

/** A macro of the project: a partial that SQL models use as `{{> name column="email"}}`. */
export interface MacroText {
  readonly name: string
  readonly file: string
  readonly text: string
}

/** A name that a template gives to a helper, and where it stands. */
export interface TemplateUse {
  readonly name: string
  readonly span: Span
}

/** What a SQL model reads, found without rendering it: both branches of an `{{#if}}` count. */
export interface TemplateUses {
  readonly refs: readonly TemplateUse[]
  readonly sources: readonly TemplateUse[]
  readonly vars: readonly TemplateUse[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Helpers of SQL templates; the number of arguments each takes. */
const HELPERS: Readonly<Record<string, number>> = {
  ref: 1,
  source: 1,
  var: 1,
  raw: 1,
  literal: 1,
  as_of: 0,
  eq: 2,
  if: 1,
  unless: 1,
  each: 1,
}
const NAMING = ['ref', 'source', 'var'] as const

/** Walks a model's template and those of the macros that it uses. */
export function analyseTemplate(file: SourceFile, macros: readonly MacroText[]): TemplateUses {
  const walk = new Walk(macros)
  walk.file(file, undefined, [])
  return walk
}

class Walk implements TemplateUses {
  readonly refs: TemplateUse[] = []
  readonly sources: TemplateUse[] = []
  readonly vars: TemplateUse[] = []
  readonly diagnostics: Diagnostic[] = []

  constructor(readonly macros: readonly MacroText[]) {}

  /** `parameters`: names that may be looked up, those of a macro's caller; undefined in a model, which has none. */
  file(file: SourceFile, parameters: ReadonlySet<string> | undefined, trail: readonly string[]): void {
    const parsed = parseTemplate(file)
    if ('diagnostic' in parsed) {
      this.diagnostics.push(parsed.diagnostic)
      return
    }
    new TemplateVisitor(this, file, parameters, trail).accept(parsed.ast)
  }

  problem(
    code: Diagnostic['code'],
    message: string,
    span: Span,
    more: Pick<Diagnostic, 'expected' | 'hint'> = {},
  ): void {
    this.diagnostics.push({ code, severity: 'error', message, span, ...more })
  }
}

class TemplateVisitor extends Handlebars.Visitor {
  readonly #walk: Walk
  readonly #file: SourceFile
  readonly #parameters: ReadonlySet<string> | undefined
  readonly #trail: readonly string[]

  constructor(
    walk: Walk,
    file: SourceFile,
    parameters: ReadonlySet<string> | undefined,
    trail: readonly string[],
  ) {
    super()
    this.#walk = walk
    this.#file = file
    this.#parameters = parameters
    this.#trail = trail
  }

  override accept(node: hbs.AST.Node | Ast): void {
    super.accept(node as hbs.AST.Node)
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    this.#call(node)
    super.MustacheStatement(node)
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.#call(node)
    super.SubExpression(node)
  }

  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.#call(node)
    super.BlockStatement(node)
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.#partial(node)
    super.PartialStatement(node)
  }

  #call(node: Call): void {
    const name = (node.path as hbs.AST.PathExpression).original
    const span = spanOf(this.#file, node.loc)
    if (node.params.length === 0 && this.#parameters?.has(name)) return
    const wanted = HELPERS[name]
    if (wanted === undefined) {
      this.#unknown(name, span)
      return
    }
    if (node.params.length !== wanted || node.hash?.pairs.length) {
      this.#walk.problem(
        'CDP5001',
        `${name} takes ${wanted === 1 ? 'one argument' : `${wanted} arguments`}`,
        span,
        { expected: `{{${name}${' "name"'.repeat(wanted)}}}` },
      )
      return
    }
    for (const helper of NAMING) if (helper === name) this.#named(helper, node, span)
  }

  #named(helper: (typeof NAMING)[number], node: Call, span: Span): void {
    const [argument] = node.params
    if (argument?.type !== 'StringLiteral') {
      this.#walk.problem(
        'CDP5001',
        `${helper} takes a name in quotes, so that it is known before anything runs`,
        span,
        { expected: `{{${helper} "name"}}` },
      )
      return
    }
    const uses = { ref: this.#walk.refs, source: this.#walk.sources, var: this.#walk.vars }[helper]
    uses.push({ name: (argument as hbs.AST.StringLiteral).value, span: spanOf(this.#file, argument.loc) })
  }

  #unknown(name: string, span: Span): void {
    const known = [...Object.keys(HELPERS), ...(this.#parameters ?? [])]
    const near = closest(name, known)
    const macro = this.#walk.macros.some((m) => m.name === name)
    this.#walk.problem('CDP5002', `unknown helper "${name}"`, span, {
      expected: `one of ${known.join(', ')}`,
      ...(macro
        ? { hint: `a macro is written {{> ${name}}}` }
        : near
          ? { hint: `did you mean "${near}"?` }
          : {}),
    })
  }

  #partial(node: hbs.AST.PartialStatement): void {
    const name = (node.name as hbs.AST.PathExpression).original
    const span = spanOf(this.#file, node.loc)
    const macro = this.#walk.macros.find((m) => m.name === name)
    if (!macro) {
      const near = closest(
        name,
        this.#walk.macros.map((m) => m.name),
      )
      this.#walk.problem('CDP5002', `unknown macro "${name}"`, span, {
        expected: leaves(name)
          ? 'the path of a file below macros/, without its ending: macros lie inside the project'
          : `a file macros/${name}.hbs`,
        ...(near ? { hint: `did you mean "${near}"?` } : {}),
      })
      return
    }
    if (this.#trail.includes(name)) {
      this.#walk.problem(
        'CDP3003',
        `macros use each other in a circle: ${[...this.#trail, name].join(' → ')}`,
        span,
      )
      return
    }
    const given = new Set(node.hash?.pairs.map((pair) => pair.key) ?? [])
    this.#walk.file({ path: macro.file, text: macro.text }, given, [...this.#trail, name])
  }
}

/** Whether the name of a macro looks for it outside of `macros/`. */
function leaves(name: string): boolean {
  return /^[/\\~]|^[a-z]:|(^|[/\\])[.][.]([/\\]|$)/i.test(name)
}
