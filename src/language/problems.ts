import type { z } from 'zod'
import { closest } from '../diagnostics/closest.js'
import { suggestedName } from './name.js'
import { describeValue, didYouMean, oneOf, type Problem, shortened } from './problem.js'
import { KEYS } from './shapes.js'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]

/** What zod found in a value, in the words of the language; `value` is what was checked. */
export function problemsOf(issues: readonly Issue[], value: unknown): Problem[] {
  return withoutMisspelt(
    issues.flatMap((issue) => problemsOfIssue(issue, value, [])),
    value,
  )
}

function problemsOfIssue(issue: Issue, value: unknown, base: Path): Problem[] {
  const path = [...base, ...(issue.path as (string | number)[])]
  const found = valueAt(value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, issue.message, found, path))
    case 'invalid_union':
      return unionProblems(issue, value, path)
    case 'invalid_value':
      return [notAmong(issue.values.map(String), found, path)]
    case 'invalid_key':
      return [{ ...invalidName(String(path.at(-1)), path, issue.issues[0]?.message), which: 'key' }]
    case 'invalid_format':
      return [invalidName(String(found), path, issue.message)]
    case 'too_small':
    case 'too_big':
      return [
        {
          code: 'CDP2004',
          path,
          message: `${subject(path)} may not be ${Array.isArray(found) ? listOf(found) : describeValue(found)}`,
          expected: issue.message,
        },
      ]
    case 'custom':
      return [customProblem(issue, found, path)]
    default:
      return [wrongType(issue.message, found, path)]
  }
}

function listOf(found: readonly unknown[]): string {
  return found.length === 0 ? 'an empty list' : `a list of ${found.length}`
}

function wrongType(expected: string, found: unknown, path: Path): Problem {
  const key = path.at(-1)
  if (found === undefined && typeof key === 'string') {
    const message = `the key ${JSON.stringify(key)} is missing`
    return { code: 'CDP2002', path: path.slice(0, -1), missing: key, message, expected }
  }
  return {
    code: 'CDP2003',
    path,
    message: `${subject(path)} must be ${expected}, not ${describeValue(found)}`,
    ...(expected === 'a mapping' && isBareName(found, path) && { hint: `write { name: ${found} }` }),
  }
}

/** Sources list names alone; an entity has more to say of them. */
function isBareName(found: unknown, path: Path): found is string {
  const [key, item] = [path.at(-2), path.at(-1)]
  const isNamed = typeof item === 'number' && (key === 'identifiers' || key === 'attributes')
  return isNamed && typeof found === 'string' && /^[a-z]\w*$/.test(found)
}

function unknownKey(key: string, message: string, found: unknown, path: Path): Problem {
  const known = message.startsWith(KEYS) ? message.slice(KEYS.length).split(' ') : []
  const written = typeof found === 'object' && found !== null ? Object.keys(found) : []
  const near = closest(
    key,
    known.filter((name) => !written.includes(name)),
  )
  const hint = didYouMean(near)
  return {
    code: 'CDP2001',
    path: [...path, key],
    which: 'key',
    message: `unknown key ${shortened(key)}`,
    expected: oneOf(near === undefined ? known : [near, ...known.filter((name) => name !== near)]),
    ...(hint && { hint }),
    ...(near !== undefined && { near }),
  }
}

function notAmong(values: readonly string[], found: unknown, path: Path): Problem {
  const expected = oneOf(values)
  if (found === undefined || typeof found === 'object') return wrongType(expected, found, path)
  const near = closest(String(found), values)
  const hint = didYouMean(near)
  return {
    code: 'CDP2004',
    path,
    message: `${shortened(String(found))} is not a value of ${subject(path)}`,
    expected,
    ...(hint && { hint }),
    ...(near !== undefined && { near }),
  }
}

function invalidName(name: string, path: Path, rule = ''): Problem {
  const message = `${shortened(name)} is not a valid name`
  return { code: 'CDP2005', path, message, expected: rule, ...suggestedHint(name) }
}

function suggestedHint(name: string): { hint?: string } {
  const suggestion = suggestedName(name)
  return suggestion === undefined ? {} : { hint: `for example ${JSON.stringify(suggestion)}` }
}

function customProblem(issue: Extract<Issue, { code: 'custom' }>, found: unknown, path: Path): Problem {
  const problem = issue.params as Partial<Problem> | undefined
  if (problem?.code !== undefined && problem.message !== undefined) return { ...(problem as Problem), path }
  return {
    code: 'CDP2004',
    path,
    message: `${subject(path)} must be ${issue.message}, not ${describeValue(found)}`,
  }
}

/** Of the alternatives, only the one is spoken of that the value is meant to be: the one whose kind of value and keys fit. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  path: Path,
): Problem[] {
  const found = valueAt(value, path)
  const branches = issue.errors
    .filter((errors) => !errors.some((inner) => rejectsKind(inner, found)))
    .map((errors) => errors.flatMap((inner) => problemsOfIssue(inner, value, path)))
  const [best] = branches.sort((a, b) => a.length - b.length)
  return best ?? [wrongType(issue.message, found, path)]
}

/** True where the alternative wants another kind of value altogether. */
function rejectsKind(issue: Issue, found: unknown): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_type') return true
  if (issue.code === 'invalid_value') return typeof found === 'object'
  return (
    issue.code === 'invalid_union' &&
    issue.errors.every((errors) => errors.some((inner) => rejectsKind(inner, found)))
  )
}

/**
 * A misspelt key is unknown, and the right one is missing: one typo, one error. The same where a mapping has nothing but
 * unknown keys.
 */
function withoutMisspelt(problems: readonly Problem[], value: unknown): Problem[] {
  const unknown = problems.filter((problem) => problem.code === 'CDP2001')
  return problems.filter(({ missing, path }) => {
    if (missing === undefined) return true
    const here = unknown.filter((problem) => problem.path.slice(0, -1).join('/') === path.join('/'))
    if (here.length > 0 && here.length === Object.keys(Object(valueAt(value, path))).length) return false
    return !here.some((problem) => problem.hint === didYouMean(missing))
  })
}

/** The key that a value belongs to; an item of a list is called by its list. */
function subject(path: Path): string {
  const key = path.findLast((part) => typeof part === 'string')
  if (key === undefined) return 'this'
  return typeof path.at(-1) === 'number' ? `an item of "${key}"` : `"${key}"`
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string | number, unknown>)[part]
  }
  return current
}
