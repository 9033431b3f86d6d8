import { type RawBuilder, sql as tag } from 'kysely'

/**
 * A piece of SQL that is not yet text: kysely's raw builder. Statements are written as templates, so that the source
 * reads like the SQL that it prints; values inside become literals and names go through `name`, never through text.
 */
export type Sql = RawBuilder<unknown>

/**
 * The template tag: sql`select ${name('id')} from ${relation}`. A plain value inside is printed as a literal.
 * The indentation that the template has in the source is taken off, so that only its own shape is printed.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  return tag(dedented(strings), ...values)
}

const dedentedOf = new WeakMap<TemplateStringsArray, TemplateStringsArray>()

function dedented(strings: TemplateStringsArray): TemplateStringsArray {
  const known = dedentedOf.get(strings)
  if (known) return known
  const indents = strings.flatMap((text) =>
    [...text.matchAll(/\n( *)(?=[^ \n])/g)].map((match) => match[1]?.length ?? 0),
  )
  // A line that begins with a value ends its string with the indentation alone.
  strings.slice(0, -1).forEach((text) => {
    const last = /\n( *)$/.exec(text)
    if (last) indents.push(last[1]?.length ?? 0)
  })
  const cut = `\n${' '.repeat(indents.length === 0 ? 0 : Math.min(...indents))}`
  const texts = strings.map((text) => text.replaceAll(cut, '\n'))
  // A line break that is written as `\n` is meant.
  if (strings.raw[0]?.startsWith('\n')) texts[0] = (texts[0] ?? '').replace(/^\n/, '')
  texts[texts.length - 1] = (texts.at(-1) ?? '').replace(/\n *$/, '')
  const result = Object.assign(texts, { raw: texts }) as unknown as TemplateStringsArray
  dedentedOf.set(strings, result)
  return result
}

/** A quoted identifier; several parts give a qualified one. Any text is allowed, nothing in it is interpreted. */
export function name(...parts: string[]): Sql {
  return tag.join(
    parts.map((part) => tag.id(part)),
    tag.raw('.'),
  )
}

/** Text of ours that is SQL already: a keyword, a type name. Its lines are indented like a template's. */
export function raw(text: string): Sql {
  return tag.raw(text)
}

/** SQL that a user wrote, printed to the letter: a line inside one of its literals must not move. */
export class Verbatim {
  constructor(readonly text: string) {}
}

export function verbatim(text: string): Sql {
  return tag`${tag.val(new Verbatim(text))}`
}

/** A text, number or boolean as a literal of the dialect. */
export function literal(value: string | number | bigint | boolean | null): Sql {
  return tag`${tag.val(value)}`
}

/** Fragments in one line: a, b, c. */
export function list(items: readonly Sql[], separator = ', '): Sql {
  return tag.join([...items], tag.raw(separator))
}

/** Fragments a line each, with `separator` at the end of each line but the last: the select list of a statement. */
export function lines(items: readonly Sql[], separator = ','): Sql {
  return tag.join([...items], tag.raw(`${separator}\n`))
}

/** Conditions joined by `and`, a line each; `true` where there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? tag.raw('true') : tag.join([...conditions], tag.raw('\n  and '))
}

/** Conditions joined by `or`, in brackets, a line each where there are more than two; `false` where there are none. */
export function anyOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return tag.raw('false')
  const [only] = conditions
  if (conditions.length === 1 && only) return only
  if (conditions.length === 2) return sql`(${list(conditions, ' or ')})`
  return sql`
    (
      ${list(conditions, '\nor ')}
    )
  `
}

/** That a value, itself not null, equals none of the others; a null equals nothing. */
export function equalsNone(value: Sql, others: readonly Sql[]): readonly Sql[] {
  return others.map((other) => sql`coalesce(${value} <> ${other}, true)`)
}

/** `expression as "name"`. */
export function as(expression: Sql, alias: string): Sql {
  return tag`${expression} as ${tag.id(alias)}`
}

/** A SELECT that those after it, and the last of all, read by its name. */
export interface Named {
  readonly name: string
  readonly select: Sql
}

/** `with "a" as (…), "b" as (…)`, and the SELECT that reads them. */
export function withNamed(named: readonly Named[], select: Sql): Sql {
  if (named.length === 0) return select
  const written = named.map(
    (one) => sql`
      ${tag.id(one.name)} as (
        ${one.select}
      )
    `,
  )
  return sql`
    with ${tag.join(written, tag.raw(', '))}
    ${select}
  `
}

/** SELECTs stacked by `union all`. At least one. */
export function unionAll(selects: readonly Sql[]): Sql {
  return tag.join([...selects], tag.raw('\nunion all\n'))
}

/** A SELECT of these columns, which read nothing, that gives no row: a filter needs something to filter. */
export function selectNothing(columns: Sql): Sql {
  return sql`
    select
      ${columns}
    from (select 1 as ${name('one')}) as ${name('one_row')}
    where false
  `
}

/** The WHERE clause of conditions, to stand below a FROM item; nothing where there are none. */
export function whereAll(conditions: readonly Sql[]): readonly Sql[] {
  return conditions.length === 0 ? [] : [sql`where ${allOf(conditions)}`]
}

/** A FROM item and its joins, a line each. */
export function joined(item: Sql, joins: readonly Sql[]): Sql {
  return tag.join([item, ...joins], tag.raw('\n'))
}

/** The first that is not null; a single one stands alone. */
export function coalesce(items: readonly Sql[]): Sql {
  const [only] = items
  return items.length === 1 && only ? only : tag`coalesce(${list(items)})`
}
