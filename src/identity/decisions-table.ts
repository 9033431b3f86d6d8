import { typesByStrength } from '../program/context.js'
import type { CheckStep } from '../program/program.js'
import { cast, nullOf, type Scope } from '../program/scope.js'
import { check } from '../program/steps.js'
import { as, lines, list, name, type Sql, sql } from '../sql/fragment.js'
import { normalize } from '../sql/normalizers.js'
import { from, relation } from '../sql/relation.js'
import { masked } from '../staging/personal.js'
import type { IdentityInput } from './graph-tables.js'
import { personalTypes } from './personal-types.js'

/** Columns of the table that `overrides_from` names: all text but for `expires`, which may be a date. */
export const DECISION_COLUMNS = ['kind', 'identifier', 'other_identifier', 'reason', 'by', 'expires'] as const
const [KIND, FIRST, SECOND, , , EXPIRES] = DECISION_COLUMNS
/** Whatever else two rows say, they decide the same. */
const ORDER = list([KIND, FIRST, SECOND, EXPIRES].map((column) => name('d', column)))
const KINDS = ['link', 'unlink', 'block'] as const

/**
 * The decisions of the table of an entity, after those of the project, in the columns of `writtenOverrides`: `kind` is link,
 * unlink or block, `identifier` and `other_identifier` are written `type:value`.
 */
export function decisionsOfTable(scope: Scope, input: IdentityInput, moment: Sql): readonly Sql[] {
  const { overridesFrom } = input.entity
  if (!overridesFrom) return []
  const { functions } = scope.dialect
  const expires = cast(scope, name('d', EXPIRES), 'date')
  const isBlock = sql`${kindOf()} = 'block'`
  const columns = [
    as(sql`${input.overrides.length - 1} + row_number() over (order by ${ORDER})`, 'position'),
    as(kindOf(), 'kind'),
    ...sideOf(scope, input, FIRST, '', sql`true`),
    ...sideOf(scope, input, SECOND, 'other_', sql`not (${isBlock})`),
    as(expires, 'expires'),
    as(sql`coalesce(${functions.dayIn(moment, input.timezone)} < ${expires}, true)`, 'holds'),
    as(described(scope, input), 'override'),
    as(cast(scope, sql`${overridesFrom.join('.')}`, 'string'), 'place'),
  ]
  return [
    sql`
      select
        ${lines(columns)}
      from ${from(relation(...overridesFrom))} as ${name('d')}
      where ${isDecision(scope)}
    `,
  ]
}

/** The same rows as they are written, in the same order: kind, identifier, other_identifier, reason, by, expires. */
export function writtenInTable(scope: Scope, { entity }: IdentityInput): Sql | undefined {
  if (!entity.overridesFrom) return undefined
  return sql`
    select
      ${lines([as(kindOf(), KIND), ...DECISION_COLUMNS.slice(1).map((column) => name('d', column))])}
    from ${from(relation(...entity.overridesFrom))} as ${name('d')}
    where ${isDecision(scope)}
    order by ${ORDER}
  `
}

/** Rows of the table that are none are told: a decision that silently does nothing is worse than none. */
export function undecidedRows(scope: Scope, { entity }: IdentityInput): readonly CheckStep[] {
  if (!entity.overridesFrom) return []
  const rows = sql`
    select ${list([KIND, EXPIRES].map((column) => name('d', column)))}
    from ${from(relation(...entity.overridesFrom))} as ${name('d')}
    where not coalesce(${isDecision(scope)}, false)
    order by ${name('d', KIND)}
  `
  return [
    check(scope, 'Rows that decide nothing.', rows, {
      message: `Rows of ${entity.overridesFrom.join('.')} are no overrides.`,
      remedy: `Their kind must be ${KINDS.join(', ')}, their identifiers written as email:ann@x.com.`,
      severity: 'warning',
    }),
  ]
}

const kindOf = (): Sql => sql`lower(trim(${name('d', KIND)}))`

function isDecision(scope: Scope): Sql {
  const isWritten = (column: string) => sql`coalesce(${colonIn(scope, column)} > 1, false)`
  return sql`
    ${kindOf()} in (${list(KINDS.map((kind) => sql`${kind}`))})
    and ${isWritten(FIRST)}
    and (${kindOf()} = 'block' or ${isWritten(SECOND)})
  `
}

const colonIn = (scope: Scope, column: string): Sql =>
  scope.dialect.functions.position(sql`':'`, name('d', column))
const typeIn = (scope: Scope, column: string): Sql =>
  sql`trim(substring(${name('d', column)}, 1, ${colonIn(scope, column)} - 1))`
const valueIn = (scope: Scope, column: string): Sql =>
  sql`substring(${name('d', column)}, ${colonIn(scope, column)} + 1)`

/** `strength` and `value` of one identifier; null where there is no such type, or it refuses the value. */
function sideOf(
  scope: Scope,
  { entity }: IdentityInput,
  column: string,
  prefix: string,
  isThere: Sql,
): readonly Sql[] {
  const types = typesByStrength(entity)
  const ofType = (result: (type: (typeof entity.identifiers)[number]) => Sql, none: Sql) => sql`
    case
      when not (${isThere}) then ${none}
      ${list(
        entity.identifiers.map(
          (type) => sql`when ${typeIn(scope, column)} = ${type.name} then ${result(type)}`,
        ),
        '\n',
      )}
    end
  `
  const strength = ofType(
    (type) => cast(scope, sql`${types.indexOf(type.name)}`, 'integer'),
    nullOf(scope, 'integer'),
  )
  const value = ofType(
    (type) => normalize(scope.dialect, valueIn(scope, column), type.cleaning.normalize ?? { kind: 'trim' }),
    nullOf(scope, 'string'),
  )
  return [as(strength, `${prefix}strength`), as(value, `${prefix}value`)]
}

/** `link email:a…@x.com, shop_id:7`. */
function described(scope: Scope, input: IdentityInput): Sql {
  const personal = [...personalTypes(input)].map((type) => sql`${type}`)
  const shown = (column: string) => {
    const value = sql`trim(${valueIn(scope, column)})`
    const safe =
      personal.length === 0
        ? value
        : sql`case when ${typeIn(scope, column)} in (${list(personal)}) then ${masked(scope.dialect, value)} else ${value} end`
    return sql`${typeIn(scope, column)} || ':' || ${safe}`
  }
  return sql`${kindOf()} || ' ' || ${shown(FIRST)} || case when ${kindOf()} = 'block' then '' else ', ' || ${shown(SECOND)} end`
}
