import { z } from 'zod'
import type { Problem } from './problem.js'

/**
 * The few shapes of which the schemas of all declarations are made. Messages of a schema are never printed as they are:
 * the text given as `error` says in a few words what is expected, and `problems.ts` makes the sentence.
 */

/** A mapping with these keys and no others. */
export function mapping<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const keys = KEYS + Object.keys(shape).join(' ')
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : 'a mapping'),
  })
}

/** Marks the message of unknown keys; the known ones follow, with spaces between. */
export const KEYS = 'keys: '

/** Text. A number or `true` is read as its text, so that nobody has to quote `007`. */
export const text = z.union([z.string(), z.number(), z.boolean()], { error: 'text' }).transform(String)

/** Text with at least one character. */
export const nonEmpty = text.refine((value) => value.trim() !== '', { error: 'text that is not empty' })

/** A value: text, number, true or false. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()], {
    error: 'text, a number, true or false',
  })
  .meta({ title: 'value' })

export const flag = z.boolean({ error: 'true or false' })

/** A whole number of at least `least`. */
export function count(least = 0) {
  return z
    .int({ error: 'a whole number' })
    .min(least, { error: least === 0 ? 'a whole number' : `a whole number of at least ${least}` })
}

/** One of these words. */
export function words<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: values.join(', ') })
}

/** A list of one or more. */
export function list<T extends z.ZodType>(item: T, expected = 'a list') {
  return z.array(item, { error: expected }).min(1, { error: 'at least one item' })
}

/** One, or a list of them; read as a list. */
export function oneOrMany<T extends z.ZodType>(item: T, expected: string) {
  return z
    .union([item, list(item)], { error: expected })
    .transform((value): z.output<T>[] => (Array.isArray(value) ? value : [value]) as z.output<T>[])
}

/** A mapping with keys that the user chooses. */
export function dictionary<K extends z.ZodType<string>, V extends z.ZodType>(
  key: K,
  value: V,
  expected = 'a mapping',
) {
  return z.record(key as unknown as z.ZodString, value, { error: expected })
}

/** Text with a grammar of its own: `read` gives its meaning, or what is wrong with it. */
export function spelled<T>(
  read: (written: string) => { readonly value: T } | Omit<Problem, 'path'>,
  expected: string,
  input: z.ZodType<string> = text,
) {
  return input.transform((written, context): T => {
    const result = read(written)
    if ('value' in result) return result.value
    context.addIssue({ code: 'custom', message: result.message, params: { expected, ...result } })
    return z.NEVER
  })
}
