import { defined } from './defined.js'
import type { Field, FieldInput, FieldMappingInput, FieldSource, NamedField } from './field.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'
import { itemsOf } from './salvage.js'

/** A field from its short or long form; `name` is the column where the long form names none. */
export function buildField(
  input: FieldInput,
  origin: Origin,
  report: Reporter,
  name?: string,
): Field | undefined {
  if (typeof input === 'string') {
    const from = dotted(input, origin, report)
    return from && { from, origin }
  }
  const from = fieldSource(input, origin, report, name)
  if (!from) return undefined
  const { type, timezone, format, region_column: regionColumn } = input
  return defined({
    from,
    origin,
    type,
    timezone,
    format,
    regionColumn: regionColumn && unquoted(regionColumn).column,
  })
}

/** Fields by name, in the order written. A field that could not be read is left out, and its name remembered. */
export function buildNamedFields(
  input: Readonly<Record<string, FieldInput | readonly FieldInput[]>> | readonly string[] | undefined,
  origin: Origin,
  report: Reporter,
  kind: 'identifier' | 'attribute' | 'property',
): NamedField[] {
  if (Array.isArray(input)) return listed(input as readonly string[], origin, report, kind)
  return Object.entries((input ?? {}) as Record<string, FieldInput | FieldInput[]>).flatMap(
    ([name, field]) =>
      Array.isArray(field)
        ? field.flatMap((one, index) => named(name, one, at(origin, name, index), report, kind))
        : named(name, field, at(origin, name), report, kind),
  )
}

/** Names that are those of their columns: each once. */
function listed(
  names: readonly string[],
  origin: Origin,
  report: Reporter,
  kind: 'identifier' | 'attribute' | 'property',
): NamedField[] {
  const first = new Map<string, Origin>()
  return itemsOf(names).flatMap(({ item, index }) => {
    const place = at(origin, index)
    const before = first.get(item)
    if (before) {
      report.error('CDP3002', place, `the ${kind} "${item}" is listed twice`, {
        related: [{ origin: before, message: 'first listed here' }],
      })
      return []
    }
    first.set(item, place)
    return named(item, item, place, report, kind)
  })
}

function named(
  name: string,
  input: FieldInput,
  origin: Origin,
  report: Reporter,
  kind: 'identifier' | 'attribute' | 'property',
): NamedField[] {
  const field = buildField(input, origin, report, name)
  if (!field) {
    report.broken.add(kind, name)
    return []
  }
  const { description, pii } = typeof input === 'string' ? {} : input
  return [{ ...field, ...defined({ name, description, pii }) }]
}

function fieldSource(
  input: FieldMappingInput,
  origin: Origin,
  report: Reporter,
  name: string | undefined,
): FieldSource | undefined {
  const given = (['column', 'path', 'sql', 'value'] as const).filter((key) => input[key] !== undefined)
  const [first, second] = given
  if (first && second) {
    return report.error('CDP2006', at(origin, second), `"${second}" excludes "${first}"`, {
      which: 'key',
      expected: 'one of column, path, sql, value',
    })
  }
  if (input.sql !== undefined) return { kind: 'sql', sql: input.sql }
  if (input.value !== undefined) return { kind: 'value', value: input.value }
  if (input.path !== undefined) return dotted(input.path, at(origin, 'path'), report)
  const column = input.column ?? name
  if (column !== undefined) return { kind: 'column', ...unquoted(column) }
  return report.error('CDP2002', origin, 'the field names no column', {
    expected: 'one of column, path, sql, value',
  })
}

/** `a` is a column, `a.b.c` a path; in quotes (`"a.b".c`) a dot belongs to the name. */
function dotted(written: string, origin: Origin, report: Reporter): FieldSource | undefined {
  const parts: readonly string[] = written.match(/"(?:[^"]|"")*"|[^."]+|\.(?=\.|$)|^\./g) ?? []
  if (parts.join('.') !== written || parts.includes('.')) {
    return report.error('CDP2004', origin, `${JSON.stringify(written)} is not a column or path`, {
      expected: 'column, column.key.key, or { column: "a.b" } for a column with a dot or quotes in its name',
    })
  }
  const [first = '', ...rest] = parts
  const { column, exact } = unquoted(first)
  if (rest.length === 0) return { kind: 'column', column, exact }
  return { kind: 'path', column, keys: rest.map((key) => unquoted(key).column), ...(exact && { exact }) }
}

/** A name with quotes inside is meant to the letter. */
export function unquoted(written: string): { readonly column: string; readonly exact: boolean } {
  const inner = /^"((?:[^"]|"")+)"$/.exec(written)?.[1]
  return inner === undefined
    ? { column: written, exact: false }
    : { column: inner.replaceAll('""', '"'), exact: true }
}
