import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Span } from '../diagnostics/span.js'
import type { WrittenFragment } from '../graph/graph.js'
import type { Model } from '../language/model.js'
import type { Positions } from '../language/positions.js'
import type { Project } from '../language/project.js'
import type { Lexicon } from '../sql/lexer.js'
import { identifiersIn } from '../sql/user-fragment.js'
import type { RefusedStatement } from './failure.js'
import type { RunError } from './result.js'
import type { CompiledRun } from './run-options.js'

/** An engine may point at the cast around an expression: so many characters before it. */
const AROUND = 80

/** SQL of the project that the engine refused (CDP6006), at its place: a model, or the expression of YAML that it points at. */
export function faultOfSql(
  { graph, dialect, options }: CompiledRun,
  error: RunError,
  refused: RefusedStatement | undefined,
): readonly Diagnostic[] {
  if (!refused || error.exit_code !== 1 || error.code !== undefined) return []
  const model = modelOf(graph.project, error)
  const spans = model
    ? [spanInModel(model, error)]
    : fragmentsAt(graph.fragments, refused, dialect.lexicon).map((meant) => spanOf(options.positions, meant))
  const [span, ...others] = spans
  if (!span) return []
  return [
    {
      code: 'CDP6006',
      severity: 'error',
      message: error.message.replace(SHOWN_LINE, ''),
      span,
      ...(others.length > 0 && {
        hint: 'the engine does not say which expression of the statement it is: this one, or another below',
        related: others.map((other) => ({ span: other, message: 'or this expression' })),
      }),
    },
  ]
}

/** An expression, and the character of it that is meant, where that is known. */
interface Meant {
  readonly fragment: WrittenFragment
  readonly offset?: number
}

/** The word of the expression at which the engine points, else all of it. */
function spanOf(positions: Positions, { fragment, offset }: Meant): Span {
  if (offset === undefined) return positions.span(fragment.place)
  const word = /^(?:"[^"]*"|'[^']*'|\w+|.)/s.exec(fragment.sql.slice(offset))?.[0] ?? ''
  return positions.inside(fragment.place, offset, offset + word.length)
}

/** The expressions of which the engine means one: that at which it points, else all of the statement. */
function fragmentsAt(
  fragments: readonly WrittenFragment[],
  { sql, offset }: RefusedStatement,
  lexicon: Lexicon,
): readonly Meant[] {
  const there = fragments.flatMap((fragment) =>
    rangesOf(sql, fragment.sql, lexicon).map((range) => ({ fragment, ...range })),
  )
  if (offset === undefined)
    return [...new Set(there.map(({ fragment }) => fragment))].map((fragment) => ({ fragment }))
  const within = there.find(({ from, to }) => from <= offset && offset < to)
  if (!within) {
    const next = there.find(({ from }) => from > offset && from - offset <= AROUND)
    return next ? [{ fragment: next.fragment }] : []
  }
  const { fragment, from, to } = within
  const isToTheLetter = sql.slice(from, to) === fragment.sql.trim()
  const before = fragment.sql.length - fragment.sql.trimStart().length
  return [{ fragment, ...(isToTheLetter && { offset: before + offset - from }) }]
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Where a statement holds an expression. In the place of its names may stand columns, in a normaliser whole expressions. */
function rangesOf(statement: string, fragment: string, lexicon: Lexicon): readonly Range[] {
  const pieces = withoutNames(fragment.trim(), lexicon)
  const patternWith = (name: string, of: readonly string[]) =>
    new RegExp(of.map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join(name), 'g')
  const rangesWith = (pattern: RegExp) =>
    [...statement.matchAll(pattern)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }))
  const found = rangesWith(patternWith('[\\w".]+', pieces))
  const said = pieces.filter((piece) => piece.trim() !== '')
  return found.length > 0 || said.length === 0 ? found : rangesWith(patternWith('[^;]{1,500}?', said))
}

/** The text between the names that an expression uses. */
function withoutNames(text: string, lexicon: Lexicon): readonly string[] {
  const pieces: string[] = []
  let copied = 0
  for (const { offset, name, quoted } of identifiersIn(text, lexicon)) {
    pieces.push(text.slice(copied, offset))
    copied = offset + name.length + (quoted ? 2 : 0)
  }
  return [...pieces, text.slice(copied)]
}

/** How the message of an engine ends that shows the line it means. */
const SHOWN_LINE = / \(line \d+: (.+)\)$/s

function modelOf(project: Project, error: RunError): Model | undefined {
  return project.models.find(({ name }) => error.node === `model.${name}`)
}

/** The compiled text of a model has names filled in: the line is looked for by its text. Undefined without a single match. */
function lineInModel(model: Model, error: RunError): number | undefined {
  const shown = SHOWN_LINE.exec(error.message)?.[1]?.replace(/^\.\.\.|\.\.\.$/g, '')
  if (shown === undefined) return undefined
  const found = model.sql.split('\n').flatMap((line, i) => (line.includes(shown) ? [i] : []))
  return found.length === 1 ? found[0] : undefined
}

function spanInModel(model: Model, error: RunError): Span {
  const lines = model.sql.split('\n')
  const line = lineInModel(model, error) ?? 0
  const text = lines[line] ?? ''
  const start = lines
    .slice(0, line)
    .reduce((sum, one) => sum + one.length + 1, text.length - text.trimStart().length)
  return { file: model.file, start, end: start + text.trim().length }
}

/** The file of a failing SQL model, with the line that the engine complains about where it is known: `models/a.sql:3`. */
export function placeInModel(project: Project, error: RunError): string | undefined {
  const model = modelOf(project, error)
  if (!model || error.exit_code !== 1) return undefined
  const line = lineInModel(model, error)
  return line === undefined ? model.file : `${model.file}:${line + 1}`
}
