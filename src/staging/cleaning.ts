import type { Cleaning, RejectRule } from '../language/cleaning.js'
import type { Scalar } from '../language/declaration.js'
import type { Dialect } from '../sql/dialect.js'
import { anyOf, list, literal, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { isDefaultReject, normalize } from '../sql/normalizers.js'
import { operand } from '../sql/operand.js'
import { type Pattern, parsePattern } from '../sql/pattern.js'

/** A reason to refuse a value: the rule's name, as the tables of rejected values show it, and when it applies. */
export interface Refusal {
  readonly rule: string
  readonly when: Sql
}

/** A value that can be refused, and the source's column that people will look for. */
export interface RefusableValue {
  readonly column: string
  readonly label: string
  /** Over the staged rows, as over the source. */
  readonly raw: Sql
  readonly pii: boolean
}

/** Refusals in the order of the language: what the lists say, then what `accept` demands. Over the normal form. */
export function listRefusals(
  dialect: Dialect,
  cleaning: Cleaning,
  normal: Sql,
  type: LogicalType = { kind: 'string' },
): readonly Refusal[] {
  const literals = cleaning.reject.filter((rule) => rule.kind === 'literal')
  const patterns = cleaning.reject.filter((rule) => rule.kind === 'pattern')
  const refusals: Refusal[] = []
  if (literals.length > 0) {
    refusals.push({
      rule: 'reject',
      when: sql`${normal} in (${list(literals.map((r) => normalLiteral(dialect, cleaning, r, type)))})`,
    })
  }
  if (patterns.length > 0) {
    const found = patterns.map((r) => dialect.functions.matches(normal, patternOf(r.pattern)))
    refusals.push({ rule: 'reject', when: anyOf(found) })
  }
  if (cleaning.accept !== undefined) {
    const accepted = dialect.functions.matches(normal, patternOf(cleaning.accept))
    refusals.push({ rule: 'accept', when: sql`not ${accepted}` })
  }
  return refusals
}

/** Literals are read and normalised like the values; one that has no normal form is compared as written. */
function normalLiteral(
  dialect: Dialect,
  cleaning: Cleaning,
  rule: Extract<RejectRule, { kind: 'literal' }>,
  type: LogicalType,
): Sql {
  const written = literal(rule.value)
  if (type.kind !== 'string') {
    const { display, parse } = dialect.functions
    return sql`coalesce(${display(parse(written, type), type)}, ${written})`
  }
  if (!cleaning.normalize || cleaning.normalize.kind === 'none') return written
  return sql`coalesce(${normalize(dialect, written, cleaning.normalize)}, ${written})`
}

/** Bounds of a typed value. */
export function boundRefusals(
  dialect: Dialect,
  cleaning: Cleaning,
  value: Sql,
  type: LogicalType,
  timezone: string,
): readonly Refusal[] {
  const bound = (limit: Scalar) => operand(dialect, limit, type, timezone)
  return [
    ...(cleaning.min === undefined ? [] : [{ rule: 'min', when: sql`${value} < ${bound(cleaning.min)}` }]),
    ...(cleaning.max === undefined ? [] : [{ rule: 'max', when: sql`${value} > ${bound(cleaning.max)}` }]),
  ]
}

export function defaultRefusal(dialect: Dialect, trimmed: Sql): Refusal {
  return { rule: 'default', when: isDefaultReject(dialect, dialect.functions.lower(trimmed)) }
}

/** `case when … then 'accept' … end`: the first rule that refuses, null where none does. */
export function firstRefusal(refusals: readonly Refusal[]): Sql {
  const whens = refusals.map((r) => sql`when ${r.when} then ${r.rule}`)
  return sql`
    case
      ${list(whens, '\n')}
    end
  `
}

/** The pattern of a checked project; one that does not parse was reported before. */
function patternOf(text: string): Pattern {
  const parsed = parsePattern(text)
  return 'pattern' in parsed ? parsed.pattern : { kind: 'sequence', items: [] }
}
