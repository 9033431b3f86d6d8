/** Statements of Redshift as the Postgres reads them that stands in for it, with the functions of `redshift.sql`. */
export function inPostgres(statement: string): string {
  const refused = UNSUPPORTED.find((pattern) => pattern.test(withoutTexts(statement)))
  if (refused) return `select redshift.unsupported($text$${refused.source}$text$)`
  const [, view, query] =
    /^create or replace view (\S+) as\n([\s\S]*)\nwith no schema binding$/.exec(statement) ?? []
  if (view !== undefined && query !== undefined)
    return `select redshift.create_view(${literal(view)}, ${literal(expressions(query))})`
  const [, dropped] = /^drop view if exists (\S+)$/.exec(statement) ?? []
  if (dropped !== undefined) return `select redshift.drop_view(${literal(dropped)})`
  const [, old, next] = /^alter table (\S+) rename to (\S+)$/.exec(statement) ?? []
  if (old !== undefined && next !== undefined)
    return `select redshift.rename_table(${literal(old)}, ${literal(next)})`
  const isDrop = /^drop table /.test(statement)
  return `${expressions(statement)}${isDrop ? ' cascade' : ''}`
}

/** What the documentation says Redshift does not have, or has on its leader node only. */
const UNSUPPORTED = [
  /\bis (?:not )?distinct from\b/,
  /\b(?:array_agg|string_agg|to_json|jsonb?_\w+|unnest|generate_series|clock_timestamp|now|substr|hashtextextended|pg_advisory\w*|div)\(/,
  /\bfilter \(where\b/,
  /\blateral\b/,
  /\bon conflict\b/,
  /\breturning\b/,
  /\brange between\b/,
  /\bas materialized\b/,
  /\boffset 0\b/,
  /\bcollate\b/,
  /\bunlogged\b/,
  /\b(?:from|join) \(values\b/,
  /^do \$/,
  /\bas text\b/,
]
  .map((pattern) => new RegExp(pattern.source, 'm'))
  .filter((pattern) => pattern.source !== '')

const OWN = new Set([
  'json_serialize',
  'json_extract_path_text',
  'json_extract_array_element_text',
  'json_typeof',
  'json_parse',
])

function withoutTexts(statement: string): string {
  return statement
    .replaceAll(/'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"/g, "''")
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/\bjson_\w+(?=\()/g, (name) => (OWN.has(name) ? 'own' : name))
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

const FUNCTIONS = /\b(regexp_instr|regexp_replace|regexp_substr|json_serialize|version|set_config)\(/g

function expressions(statement: string): string {
  const makesTable = /^create table \S+ as\n/.test(statement)
  const parts = aggregates(statement).split(/('(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*")/)
  return parts
    .map((part, i) => {
      // A column that is made of a text is as long as that text.
      if (i % 2 === 1)
        return makesTable &&
          part.startsWith("'") &&
          parts[i + 1] === ' as ' &&
          !/\b(?:date|timestamp) $/.test(parts[i - 1] ?? '')
          ? `cast(${part} as varchar(${Math.max(part.length - 2, 1)}))`
          : part
      return part
        .replaceAll(FUNCTIONS, 'redshift.$1(')
        .replaceAll(/\barray\(/g, 'redshift.super_array(')
        .replaceAll(/\bdateadd\((\w+),/g, "redshift.dateadd('$1',")
    })
    .join('')
}

/** `listagg(x) within group (order by y)` is an aggregate of Postgres under another name. */
function aggregates(statement: string): string {
  const start = statement.search(/\blistagg\(/)
  if (start < 0) return statement
  const open = start + 'listagg('.length
  const close = closing(statement, open)
  const within = ' within group (order by '
  const order = close + 1 + within.length
  if (statement.slice(close + 1, order) !== within) throw new Error('listagg without an order')
  const end = closing(statement, order)
  const text = `string_agg(${statement.slice(open, close)}, '' order by ${statement.slice(order, end)})`
  return `${statement.slice(0, start)}${text}${aggregates(statement.slice(end + 1))}`
}

/** Where the bracket closes that was opened before `from`. */
function closing(statement: string, from: number): number {
  let depth = 0
  const tokens = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|[()]/g
  tokens.lastIndex = from
  for (let token = tokens.exec(statement); token; token = tokens.exec(statement)) {
    if (token[0] === '(') depth += 1
    if (token[0] === ')') depth -= 1
    if (depth < 0) return token.index
  }
  throw new Error('a bracket that does not close')
}
