import { unreachable } from '../diagnostics/errors.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import { isEventSource } from '../language/source.js'
import type { AggregateFunction, Trait, TraitDefinition } from '../language/trait.js'
import { ADDABLE_DIGITS, wholeDigits } from '../sql/logical-type.js'
import { checkCondition } from './check-condition.js'
import { checkLiteral } from './check-test.js'
import type { Checking } from './checking.js'
import { checkFragment } from './fragments.js'
import { profileNames } from './profile-names.js'
import { checkEventName, type RowsOf, resolveField, resolveSources, rowConditionScope } from './row-fields.js'
import { aType, isNumeric, isOrdered, isTime, typeOfRowField, typeOfTrait } from './types.js'

type Aggregate = Extract<TraitDefinition, { kind: 'aggregate' }>

/** Names that a trait uses, and the types of what it computes from. */
export function checkTrait(checking: Checking, trait: Trait): void {
  const { declarations, findings } = checking
  const { definition, origin } = trait
  const entity = declarations.entities.get(trait.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    findings.unknown(at(origin, 'entity'), { kind: 'entity', name: trait.entity, candidates })
    return
  }
  switch (definition.kind) {
    case 'aggregate':
      checkAggregate(checking, trait, definition)
      return
    case 'ratio':
      checkRatioPart(checking, trait, definition.numerator, 0)
      checkRatioPart(checking, trait, definition.denominator, 1)
      return
    case 'sql':
      checkFragment(checking, definition.sql, at(origin, 'sql'), {
        names: profileNames(declarations, entity),
        called: 'trait',
        sees: 'profile',
      })
      return
    default:
      unreachable(definition)
      return
  }
}

function checkRatioPart(checking: Checking, trait: Trait, name: string, index: number): void {
  const { declarations, findings } = checking
  const place = at(trait.origin, 'ratio', index)
  const part = declarations.traits.get(name)
  if (!part || part.entity !== trait.entity) {
    const candidates = declarations.traitsOf(trait.entity).map((t) => t.name)
    const hint = declarations.attributes(trait.entity).has(name)
      ? `${name} is an attribute: write the quotient as sql`
      : undefined
    findings.unknown(place, { kind: 'trait', name, candidates }, { hint })
    return
  }
  const type = typeOfTrait(part, declarations.project)
  if (isNumeric(type)) return
  findings.error('CDP4001', place, `${name} is ${aType(type)}`, { expected: 'a trait that is a number' })
}

function checkAggregate(checking: Checking, trait: Trait, definition: Aggregate): void {
  const { declarations, findings, edges } = checking
  const { origin, entity } = trait
  const { field, aggregate, event, where, time } = definition
  const rows = resolveSources(checking, entity, definition.from, at(origin, 'from'), event !== undefined)
  rows.sources.forEach((source, index) => {
    edges.add(`traits.${entity}`, `source.${source.name}`, at(origin, 'from', index))
  })
  const place = at(origin, aggregate)
  const type = field === undefined ? undefined : resolveField(checking, rows, field, place)
  if (type && field !== undefined) {
    const expected = expectedBy(aggregate, type)
    const message = `${aggregate} does not apply to ${field}, which is ${aType(type)}`
    const hint =
      type.kind === 'string' ? `declare its type where the property is declared: { type: number }` : undefined
    if (expected !== undefined) findings.error('CDP4001', place, message, { expected, hint })
    else if (aggregate === 'sum' || aggregate === 'avg') checkSummable(checking, rows, field, place, type)
  }
  if (event !== undefined) checkEventName(checking, rows, event, at(origin, 'event'))
  if (where) checkCondition(findings, rowConditionScope(checking, rows, 'the `where` of a trait'), where)
  if (time !== undefined) checkTime(checking, trait, rows, time)
  else checkWindow(checking, trait, definition, rows)
  const isTyped = field === undefined || type !== undefined
  if (definition.default !== undefined && isTyped) {
    const of = typeOfTrait(trait, declarations.project)
    checkLiteral(findings, at(origin, 'default'), trait.name, definition.default, of)
  }
}

/** What is added up needs room for its sum. */
function checkSummable(
  { declarations, findings }: Checking,
  { sources, entity }: RowsOf,
  field: string,
  place: Origin,
  type: LogicalType,
): void {
  const scale = type.kind === 'number' ? type.scale : type.kind === 'float' ? 9 : 0
  for (const source of sources) {
    const own = typeOfRowField(declarations.project, source, entity, field)
    if (!own || wholeDigits(own) + scale <= ADDABLE_DIGITS) continue
    const message = `${field} of ${source.name} has up to ${wholeDigits(own)} digits before the point and ${scale} after it: its sum may not fit`
    findings.error('CDP4001', place, message, {
      expected: `at most ${ADDABLE_DIGITS} digits, as number(${ADDABLE_DIGITS},${scale}) has them`,
    })
    return
  }
}

function expectedBy(aggregate: AggregateFunction, type: LogicalType): string | undefined {
  switch (aggregate) {
    case 'sum':
    case 'avg':
      return isNumeric(type) ? undefined : 'an integer, number or float'
    case 'min':
    case 'max':
      return isOrdered(type) ? undefined : 'a type with an order: number, date, timestamp, string'
    default:
      return undefined
  }
}

function checkTime(checking: Checking, trait: Trait, rows: RowsOf, time: string): void {
  const place = at(trait.origin, 'time')
  const type = resolveField(checking, rows, time, place)
  if (!type || isTime(type)) return
  checking.findings.error('CDP4001', place, `${time} is ${aType(type)}`, {
    expected: 'a date or timestamp',
    hint: type.kind === 'string' ? 'declare its type where it is declared: { type: timestamp }' : undefined,
  })
}

/** A window over rows without time never holds one. */
function checkWindow(checking: Checking, trait: Trait, definition: Aggregate, rows: RowsOf): void {
  const key = definition.within ? 'within' : definition.withinNext ? 'within_next' : undefined
  const undated = rows.sources.find((source) => !isEventSource(source) && !source.updatedAt)
  if (!key || !undated) return
  checking.findings.error('CDP3006', at(trait.origin, key), `the rows of ${undated.name} have no time`, {
    which: 'key',
    expected: `"time" here, or "updated_at" in ${undated.name}`,
  })
}
