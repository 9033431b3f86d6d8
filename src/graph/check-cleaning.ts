import type { Cleaning, Normalizer } from '../language/cleaning.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import { checkPattern } from './check-pattern.js'
import { checkLiteral } from './check-test.js'
import type { Checking } from './checking.js'
import { checkFragment } from './fragments.js'
import { isAbove } from './literals.js'
import { aType, isOrdered } from './types.js'

/** Patterns, fragments and bounds of an identifier type or attribute whose values are of a type. */
export function checkCleaning(
  checking: Checking,
  cleaning: Cleaning,
  type: LogicalType,
  origin: Origin,
): void {
  const { findings } = checking
  const { normalize, accept, reject, values } = cleaning
  if (normalize) {
    checkNormalizer(checking, normalize, at(origin, 'normalize'))
    if (type.kind !== 'string' && normalize.kind !== 'none' && normalize.kind !== 'sql') {
      const message = `the normaliser ${normalize.kind} reads text, this is ${aType(type)}`
      findings.error('CDP4001', at(origin, 'normalize'), message, { expected: 'none, or { sql: … }' })
    }
  }
  if (accept !== undefined) checkPattern(findings, at(origin, 'accept'), accept)
  reject.forEach((rule, index) => {
    if (rule.kind === 'pattern') checkPattern(findings, at(origin, 'reject', index, 'pattern'), rule.pattern)
  })
  if (values && type.kind !== 'string') {
    findings.error('CDP4001', at(origin, 'values'), `spellings are of text, this is ${aType(type)}`, {
      which: 'key',
      expected: 'a string',
    })
  }
  checkBounds(checking, cleaning, type, origin)
}

function checkBounds(checking: Checking, cleaning: Cleaning, type: LogicalType, origin: Origin): void {
  const { findings } = checking
  const { min, max } = cleaning
  const [first] = (['min', 'max'] as const).filter((key) => cleaning[key] !== undefined)
  if (first === undefined) return
  if (!isOrdered(type) || type.kind === 'string') {
    findings.error('CDP4001', at(origin, first), `${first} does not apply to ${aType(type)}`, {
      which: 'key',
      expected: 'a number, date or timestamp',
      hint: type.kind === 'string' ? 'declare its type, such as type: number' : undefined,
    })
    return
  }
  const fits = (['min', 'max'] as const).map(
    (key) =>
      cleaning[key] === undefined ||
      checkLiteral(findings, at(origin, key), 'the attribute', cleaning[key], type),
  )
  if (fits.every(Boolean) && min !== undefined && max !== undefined && isAbove(min, max, type)) {
    findings.error('CDP4001', at(origin, 'min'), `no value is at least ${min} and at most ${max}`)
  }
}

/** A user's normaliser is one expression over `value`. */
export function checkNormalizer(checking: Checking, normalizer: Normalizer, origin: Origin): void {
  if (normalizer.kind !== 'sql') return
  checkFragment(checking, normalizer.sql, at(origin, 'sql'), { names: ['value'], called: 'normaliser' })
}
