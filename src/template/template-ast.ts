import Handlebars from 'handlebars'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile, Span } from '../diagnostics/span.js'

/** What Handlebars' parser gives; it has the place of every node. */
export type Ast = hbs.AST.Program
export type Call = hbs.AST.MustacheStatement | hbs.AST.SubExpression | hbs.AST.BlockStatement

/** The offset of a line (from 1) and column (from 0) of Handlebars in the text. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1
  return start + column
}

export function spanOf(file: SourceFile, loc: hbs.AST.SourceLocation): Span {
  return {
    file: file.path,
    start: offsetOf(file.text, loc.start.line, loc.start.column),
    end: offsetOf(file.text, loc.end.line, loc.end.column),
  }
}

/** The parsed template, or the syntax error as a diagnostic. */
export function parseTemplate(file: SourceFile): { readonly ast: Ast } | { readonly diagnostic: Diagnostic } {
  try {
    return { ast: Handlebars.parse(file.text) }
  } catch (error) {
    return { diagnostic: syntaxDiagnostic(file, error instanceof Error ? error.message : String(error)) }
  }
}

/** Handlebars says `Parse error on line 2:` and then draws; only the line can be relied on. */
function syntaxDiagnostic(file: SourceFile, message: string): Diagnostic {
  const line = Number(/line (\d+)/.exec(message)?.[1] ?? /- (\d+):\d+$/.exec(message)?.[1] ?? 1)
  const start = offsetOf(file.text, line, 0)
  const end = file.text.indexOf('\n', start)
  const expected = /Expecting (.+), got '(.+)'/.exec(message)
  return {
    code: 'CDP5001',
    severity: 'error',
    message: expected
      ? `the template cannot be read here: unexpected ${readable(expected[2] ?? '')}`
      : firstLine(message),
    span: { file: file.path, start, end: end < 0 ? file.text.length : end },
    expected:
      'helpers and macros as {{name "argument"}}; write {{ }} for templates only, and a space before a third }',
  }
}

function readable(token: string): string {
  const words: Record<string, string> = {
    EOF: 'end of the file',
    INVALID: 'character',
    CLOSE: '}}',
    OPEN: '{{',
  }
  return words[token] ?? token.toLowerCase()
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ - \d+:\d+$/, '') ?? message
}
