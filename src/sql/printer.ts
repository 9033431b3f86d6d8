import { createQueryId, DefaultQueryCompiler, type RawNode } from 'kysely'
import { InternalError } from '../diagnostics/errors.js'
import { type Sql, Verbatim } from './fragment.js'

/** How an engine writes names and text literals: the whole of what the printer needs to know of it. */
export interface Quoting {
  readonly identifier: (name: string) => string
  readonly text: (value: string) => string
}

/**
 * Prints fragments as statements. Two things differ from kysely's own compiler: every value is a literal of the engine
 * (an artefact has no parameters), and a fragment of several lines is indented to the line that it is put into, so that
 * what is composed of small pieces reads as if written by hand. Text inside literals is never re-indented.
 */
class Printer extends DefaultQueryCompiler {
  readonly #quoting: Quoting
  #text = ''
  #indent = ''
  /** White space that the current line began with; a newline inside a literal begins no line of ours. */
  #line = ''

  constructor(quoting: Quoting) {
    super()
    this.#quoting = quoting
  }

  print(fragment: Sql): string {
    this.#text = ''
    this.#indent = ''
    this.#line = ''
    this.compileQuery(fragment.toOperationNode() as RawNode, createQueryId())
    return this.#text
  }

  protected override append(text: string): void {
    this.#text += text
  }

  protected override visitRaw(node: RawNode): void {
    const outer = this.#indent
    // Of the last line that this node itself began: what a child leaves behind is the child's own matter.
    let line = this.#line
    node.sqlFragments.forEach((text, i) => {
      this.#line = line
      this.#layOut(text)
      line = this.#line
      const child = node.parameters[i]
      if (child === undefined) return
      this.#indent = line
      this.visitNode(child)
      this.#indent = outer
    })
    this.#line = line
  }

  /** Text of a template: its lines begin where the line began that the template was put into. */
  #layOut(text: string): void {
    const lastLine = text.lastIndexOf('\n')
    if (lastLine < 0) {
      this.#text += text
      return
    }
    this.#text += this.#indent === '' ? text : text.replaceAll('\n', `\n${this.#indent}`)
    this.#line = this.#indent + (/^ */.exec(text.slice(lastLine + 1))?.[0] ?? '')
  }

  protected override appendValue(value: unknown): void {
    this.appendImmediateValue(value)
  }

  protected override appendImmediateValue(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#text += this.#quoting.text(value)
        return
      case 'boolean':
      case 'bigint':
        this.#text += String(value)
        return
      case 'number':
        if (!Number.isFinite(value)) break
        this.#text += String(value)
        return
      default:
        if (value !== null && !(value instanceof Verbatim)) break
        this.#text += value?.text ?? 'null'
        return
    }
    throw new InternalError(`no SQL literal for ${typeof value} ${String(value)}`)
  }

  protected override visitIdentifier(node: { readonly name: string }): void {
    this.#text += this.#quoting.identifier(node.name)
  }
}

/** Prints one statement in the engine's text, without a closing semicolon. */
export function print(fragment: Sql, quoting: Quoting): string {
  return new Printer(quoting).print(fragment)
}
