import { columnsIn } from '../graph/source-fields.js'
import type { Field } from '../language/field.js'
import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import { cast, current, modelTable, type Place, type Scope } from '../program/scope.js'
import type { CatalogColumn } from '../sql/catalog.js'
import { allOf, name, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { from, relation } from '../sql/relation.js'
import { bracketed, substituteNames } from '../sql/user-fragment.js'
import type { LayeredSelect } from './layers.js'
import { inRange, takenFrom } from './native-values.js'
import { parsedValue } from './parsed-value.js'
import { rawColumn } from './rows.js'
import { fileInput, isLoaded, loadedTable } from './source-file.js'

/**
 * A column of the source itself. `isText`: certainly text, as in a CSV file; `canBeEmpty`: text that may be empty, which CSV
 * files give as null; `native`: of a type of the language that is known; `engineType`: as the engine calls it.
 */
export interface InputColumn {
  readonly name: string
  readonly isText: boolean
  readonly canBeEmpty: boolean
  readonly native?: LogicalType
  readonly engineType?: string
}

/** Columns of the source: as described where the catalog knows them, else those that the declaration names. */
export function sourceColumns(context: Context, source: Source): readonly InputColumn[] {
  const described = context.catalog.sources[`source.${source.name}`]
  const isCsv = source.input.kind === 'file' && source.input.format === 'csv'
  const isText = source.input.kind === 'file' && source.input.format !== 'parquet'
  if (!described)
    return declaredColumns(source).map((column) => ({ name: column, isText, canBeEmpty: isText && !isCsv }))
  return spelledOnce(described).map((column) => {
    const native = isText ? undefined : context.scope.dialect.readType(column.type)
    const holdsText = isText || native?.kind === 'string' || native?.kind === 'json'
    return {
      name: column.name,
      isText: holdsText,
      canBeEmpty: !isCsv && (isText || native?.kind === 'string'),
      ...(native && { native }),
      ...(!isText && { engineType: column.type }),
    }
  })
}

/** JSON can spell a key in several ways, as `id` and `ID`: one column. */
function spelledOnce(columns: readonly CatalogColumn[]): readonly CatalogColumn[] {
  const seen = new Set<string>()
  return columns.filter(({ name }) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
}

function declaredColumns(source: Source): readonly string[] {
  const about = source.entities.flatMap((e) => [
    ...e.identifiers,
    ...e.attributes,
    ...(e.partition ? [e.partition] : []),
    ...e.identifiers.flatMap((f) => (f.regionColumn ? [columnField(f, f.regionColumn)] : [])),
  ])
  const times = [
    source.createdAt,
    source.updatedAt,
    source.loadedAt?.field,
    source.deleted,
    source.event,
    source.timestamp,
  ]
  const fields = [...source.key, ...about, ...source.properties, ...times.filter((f) => f !== undefined)]
  const found = new Map<string, string>()
  const note = (column: string | undefined): void => {
    if (column !== undefined && !found.has(column.toLowerCase())) found.set(column.toLowerCase(), column)
  }
  for (const field of fields) {
    const column = field.from.kind === 'column' || field.from.kind === 'path' ? field.from.column : undefined
    note(column)
  }
  if (source.where) for (const { column } of columnsIn(source.where)) note(column)
  return [...found.values()]
}

function columnField(like: Field, column: string): Field {
  return { from: { kind: 'column', column, exact: false }, origin: like.origin }
}

/** The rows of a source as they are, for a FROM clause, without alias: its file, its table, or the model that it reads. */
export function sourceItem(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
  place: Place = current,
): Sql {
  const { input } = source
  const { dialect } = context.scope
  if (isLoaded(context.scope, source)) return from(place(context.scope, loadedTable(source.name)))
  switch (input.kind) {
    case 'table':
      return from(relation(...input.parts))
    case 'model':
      return from(current(context.scope, modelTable(input.model)))
    case 'file': {
      const id = `source.${source.name}`
      const file = fileInput(input, context.projectDir, context.catalog.csv?.[id])
      const all = context.catalog.sources[id] ?? columns
      return dialect.statements.readFile(
        file,
        all.map((column) => column.name),
      )
    }
  }
}

/** The value of a column of text, over the columns of the source themselves: the empty string is null everywhere. */
export function filledText(column: InputColumn): Sql {
  const value = name(column.name)
  return column.canBeEmpty ? sql`nullif(${value}, '')` : value
}

/** The source's own column of a name, without regard to case unless exact. */
function columnNamed(columns: readonly InputColumn[], wanted: string, exact = false): InputColumn {
  const found =
    columns.find((c) => c.name === wanted) ??
    (exact ? undefined : columns.find((c) => c.name.toLowerCase() === wanted.toLowerCase()))
  return found ?? { name: wanted, isText: false, canBeEmpty: false }
}

/** How the text of a field is written: over the columns of the source themselves, or where layers have them. */
interface TextPlace {
  readonly columns: readonly InputColumn[]
  readonly column: (name: string) => Sql
  readonly fragment: (text: string) => Sql
}

/** The value as text, null where it is empty. */
function textOf({ scope }: Context, place: TextPlace, field: Field): Sql {
  const { functions } = scope.dialect
  switch (field.from.kind) {
    case 'column': {
      const column = columnNamed(place.columns, field.from.column, field.from.exact)
      const value = place.column(column.name)
      return sql`nullif(${column.isText ? value : functions.nativeText(value, column.native, column.engineType)}, '')`
    }
    case 'path': {
      const column = columnNamed(place.columns, field.from.column)
      return sql`nullif(${functions.jsonPath(place.column(column.name), field.from.keys)}, '')`
    }
    case 'sql':
      return sql`nullif(${functions.nativeText(place.fragment(field.from.sql))}, '')`
    case 'value':
      return cast(scope, sql`${String(field.from.value)}`, 'string')
  }
}

/** The value as a type: taken as it is where the column has that type already, else read from its text. */
function typedOf(context: Context, place: TextPlace, field: Field, type: LogicalType): Sql {
  if (type.kind === 'string' || type.kind === 'json') return textOf(context, place, field)
  const holdsMoment = isMoment(context, place, field)
  const isLocal = field.timezone !== undefined && !(holdsMoment && type.kind === 'timestamp')
  if (field.from.kind === 'column' && !isLocal && !field.format) {
    const column = columnNamed(place.columns, field.from.column, field.from.exact)
    const taken = takenFrom(column.native, type)
    const value = place.column(column.name)
    if (taken === 'as they are') return cast(context.scope, value, type)
    if (taken === 'in range') return inRange(value, cast(context.scope, value, type))
  }
  const text = textOf(context, place, field)
  return parsedValue(context.scope, holdsMoment ? withOffset(text) : text, field, type)
}

/** Whether a `timezone` says nothing of what the field holds: its column tells moments. */
function isMoment({ scope }: Context, { columns }: TextPlace, { from: place, timezone }: Field): boolean {
  if (timezone === undefined || place.kind !== 'column') return false
  return holdsMoments(scope, columnNamed(columns, place.column, place.exact))
}

export function holdsMoments({ dialect }: Scope, { engineType = '' }: InputColumn): boolean {
  return dialect.facts.momentTypes?.includes(engineType) ?? false
}

/** The text of a time in UTC, for who would read it in another zone. */
export function withOffset(text: Sql): Sql {
  return sql`${text} || '+00'`
}

/** A user's expression, in which columns are spelled without regard to case, as in the rest of the language. */
function overColumns({ scope }: Context, columns: readonly InputColumn[], text: string): Sql {
  const meaning = (written: string): Sql | undefined => {
    const column = columnNamed(columns, written)
    return columns.includes(column) && column.name !== written ? name(column.name) : undefined
  }
  return bracketed(text, substituteNames(text, scope.dialect.lexicon, meaning))
}

/** Where the columns of the source have their own names. */
function inSource(context: Context, columns: readonly InputColumn[]): TextPlace {
  return {
    columns,
    column: (column) => name(column),
    fragment: (text) => overColumns(context, columns, text),
  }
}

/** When a row of the source was loaded, over its own columns; undefined where it has no cursor. */
export function sourceCursor(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
): Sql | undefined {
  return (
    source.loadedAt &&
    typedOf(context, inSource(context, columns), source.loadedAt.field, { kind: 'timestamp' })
  )
}

/** The key of a row of the source, over its own columns. */
export function sourceKey(context: Context, source: Source, columns: readonly InputColumn[]): Sql {
  const place = inSource(context, columns)
  return recordKey(
    context,
    source.key.map((field) => textOf(context, place, field)),
  )
}

/** The key as text; a composite one is the JSON array of its parts, null when a part is missing. */
export function recordKey({ scope }: Context, parts: readonly Sql[]): Sql {
  const [only] = parts
  if (parts.length === 1 && only) return only
  const complete = allOf(parts.map((part) => sql`${part} is not null`))
  return sql`case when ${complete} then ${scope.dialect.functions.jsonArray(parts)} end`
}

/** Reads fields of one source: their raw text, and their values as a type. */
export class FieldReader {
  readonly #columns: readonly InputColumn[]
  readonly #layers: TextPlace
  readonly #fragments = new Map<string, string>()

  constructor(
    readonly context: Context,
    readonly select: LayeredSelect,
    columns: readonly InputColumn[],
  ) {
    this.#columns = columns
    this.#layers = {
      columns,
      column: (column) => name(rawColumn(column)),
      fragment: (text) => this.#fragment(text),
    }
  }

  column(wanted: string, exact = false): InputColumn {
    return columnNamed(this.#columns, wanted, exact)
  }

  /** The value as text, null where it is empty; readable in the layer `read`. */
  text(field: Field): Sql {
    return textOf(this.context, this.#layers, field)
  }

  /** The value as a type, readable where its text is. */
  typed(field: Field, type: LogicalType): Sql {
    return typedOf(this.context, this.#layers, field, type)
  }

  /** True where the field cannot fail to be read: text, or a column of the very type. */
  alwaysReads(field: Field, type: LogicalType): boolean {
    if (type.kind === 'string' || type.kind === 'json') return true
    if (field.from.kind !== 'column') return false
    return takenFrom(this.column(field.from.column, field.from.exact).native, type) === 'as they are'
  }

  /** True where the row has something there, whether or not it reads. */
  isGiven(field: Field): Sql {
    const column = field.from.kind === 'column' ? this.column(field.from.column, field.from.exact) : undefined
    if (!column?.native || column.isText) return sql`${this.text(field)} is not null`
    return sql`${this.#layers.column(column.name)} is not null`
  }

  /** The name of the column in which a user's expression is computed. */
  fragmentColumn(text: string): string {
    this.#fragment(text)
    return this.#fragments.get(text) ?? ''
  }

  /** A user's expression sees the source's columns by their own names: it is computed where they still have them. */
  #fragment(text: string): Sql {
    const known = this.#fragments.get(text)
    if (known) return name(known)
    const column = `sql__${this.#fragments.size + 1}`
    this.#fragments.set(text, column)
    return this.select.result('source', column, overColumns(this.context, this.#columns, text))
  }
}
