import type { Sql } from './fragment.js'
import type { Lexicon } from './lexer.js'
import type { LogicalType } from './logical-type.js'
import type { Pattern } from './pattern.js'
import type { Quoting } from './printer.js'
import type { Relation } from './relation.js'

/** How text is read as a time: the zone of those without an offset, or the unit of numbers. */
export interface TimeFormat {
  readonly timezone?: string
  readonly format?: 'epoch_s' | 'epoch_ms'
}

/** A file of rows, as an engine reads it: every column as text where the format has no types of its own. */
export interface FileInput {
  /** Absolute path, glob, or URL. */
  readonly path: string
  /** The same as the project writes it, wherever the project is; absent: as above. */
  readonly written?: string
  readonly format: 'csv' | 'json' | 'jsonl' | 'parquet'
  /** CSV only; absent: the engine detects it. */
  readonly delimiter?: string
  /** CSV only; false: the first line is a row, and columns are called `column1`, `column2`, … */
  readonly header?: boolean
  /** CSV only: lines at the beginning of the file that are neither header nor rows. */
  readonly skip?: number
  /** CSV only, once the files were described, one for each header: read to the letter, bad lines set aside, nothing guessed. */
  readonly csv?: readonly CsvLayout[]
}

/** What describing a CSV file finds out: its delimiter, its columns in their order, and what is unusual about it. */
export interface CsvLayout {
  readonly delimiter: string
  readonly header: readonly string[]
  /** There is no header line: the names are made up. */
  readonly headerless?: true
  /** Lines before the header, or before the first row where there is none. */
  readonly skip?: number
  /** Some rows end early: the columns that they do not have are null. */
  readonly ragged?: true
  /** Lines end with CR LF, and the first line break of the file is another one, in a name of the header. */
  readonly crlf?: true
  /** Lines end in several ways; quotes are not used. */
  readonly lenient?: true
  /** Those with this layout, where others have another; absent: all. */
  readonly files?: readonly string[]
}

/** What an engine is and can do, as data: consulted by the compiler, never by name. */
export interface DialectFacts {
  readonly maxIdentifierBytes: number
  /** DDL of several statements becomes visible at one moment. */
  readonly transactionalDdl: boolean
  /**
   * Syncs run from here: sessions take turns, within transactions, or within statements that are whole by themselves and of
   * which one fails where two change the same rows.
   */
  readonly leases?: 'transactions' | 'statements'
  /** A view can be replaced only by one that has its columns, in their order and of their types, and more at its end. */
  readonly viewsKeepColumns?: true
  /** The word between `as` and a WITH subquery with which it is computed once, however often it is named. */
  readonly computedOnce?: string
  /**
   * What a subquery ends with so that its columns are computed once, where the engine would else copy their expressions
   * to every place that reads them.
   */
  readonly fence?: string
  /** The engine reads project files itself, by `readFile`; otherwise they are loaded into the internal schema first. */
  readonly readsFiles: boolean
  /** A statement takes a tenth of a second or more, whatever it does: those are not sent that would do nothing. */
  readonly costlyStatements?: true
  /** Types of columns, read as `timestamp`, that hold moments: a zone that the declaration names does not change them. */
  readonly momentTypes?: readonly string[]
  /** A database of its own, in memory and new in every run, where the tables live that no run leaves behind. */
  readonly scratchDatabase?: string
}

/** Expressions that engines write differently. All take and give SQL; null in gives null out unless said otherwise. */
export interface DialectFunctions {
  /** Lower case, alike on every engine (İ and Σ included). */
  readonly lower: (text: Sql) => Sql
  /** Both ends stripped of white space of any kind, no-break and zero-width spaces included. */
  readonly trim: (text: Sql) => Sql
  /** True where the pattern is found anywhere in the text. */
  readonly matches: (text: Sql, pattern: Pattern) => Sql
  /** All matches replaced; `\1` in the replacement is the first group. */
  readonly replaceAll: (text: Sql, pattern: Pattern, replacement: string) => Sql
  /** Where the part begins in the text, from 1; 0 where it is not in it. */
  readonly position: (part: Sql, text: Sql) => Sql
  /** Whether two values differ, where null is a value of its own: never null. */
  readonly isDistinct: (one: Sql, other: Sql) => Sql
  /** What the first match of the pattern covers, without regard to groups; null where nothing matches or the match is empty. */
  readonly extract: (text: Sql, pattern: Pattern) => Sql
  readonly md5: (text: Sql) => Sql
  /** Signed 64-bit number from the first 16 hex digits of md5: the same on every engine. */
  readonly fingerprint: (text: Sql) => Sql
  /** Hash of several values of any type, nulls among them: quick, and the same within one version of the engine only. */
  readonly rowHash: (values: readonly Sql[]) => Sql
  /** Text that a table of somebody else holds, as cdp compares and orders it: by its bytes, on every engine. */
  readonly text: (text: Sql) => Sql
  /**
   * Text read as a type by the rules of the language; null where it does not read, as a `float` or a plain `number` of 1e20
   * or more does not. `string` and `json` pass.
   */
  readonly parse: (text: Sql, type: LogicalType, format?: TimeFormat) => Sql
  /**
   * A value of a native type as text, before `parse`: a boolean as `true`, `17.0` of a numeric column as `17`, a time in
   * ISO form, nested values as JSON. `type`: what `readType` said of the column, where it is one; absent: found at run time,
   * or by `engineType`, the engine's own name of it, where that is known.
   */
  readonly nativeText: (value: Sql, type?: LogicalType, engineType?: string) => Sql
  /** A typed value as canonical text: ISO dates and times, plain decimals without trailing zeros. Strings pass. */
  readonly display: (value: Sql, type: LogicalType) => Sql
  /**
   * A typed literal of the language from its source text: `date '2025-01-01'`, `cast(… as decimal(38,9))`. Moments that
   * are written without an offset, and days that stand for their first moment, are of the zone; UTC if not given.
   */
  readonly typedLiteral: (text: string, type: LogicalType, timezone?: string) => Sql
  /** Scalar under a path of keys in JSON text or a struct, as text; nested values as JSON text; missing gives null. */
  readonly jsonPath: (json: Sql, keys: readonly string[]) => Sql
  /** First moment, in UTC, of a calendar day in a zone. */
  readonly startOfDay: (date: Sql, timezone: string) => Sql
  /** Calendar day of a UTC timestamp in a zone. */
  readonly dayIn: (timestamp: Sql, timezone: string) => Sql
  /** The timestamp so many seconds later; negative for earlier. */
  readonly addSeconds: (timestamp: Sql, seconds: number) => Sql
  /**
   * Aggregate: the value, of the type given, of the row with the least rank among rows where `present` is not null. Ranks
   * are whole numbers from 1.
   */
  readonly firstByRank: (value: Sql, rank: Sql, present: Sql, type: LogicalType) => Sql
  /** Aggregate: JSON array text of texts in rank order, nulls left out, at most `limit`; null where there is none. */
  readonly collectJson: (text: Sql, rank: Sql, limit: number) => Sql
  /**
   * Exact quotient as decimal(38,6), half away from zero; null on division by zero, and where a side is 1e20 or more. Both
   * sides exact numbers or integers.
   */
  readonly divide: (dividend: Sql, divisor: Sql) => Sql
  /** Milliseconds since 1970 by the clock of the engine, as an integer. Read for leases alone, which several machines share. */
  readonly clock: Sql
  /** JSON array text of texts, nulls as null: the key of several columns. */
  readonly jsonArray: (texts: readonly Sql[]) => Sql
}

/** Statements that engines write differently. */
export interface DialectStatements {
  /** What the other statements rely on, before all of them in every run: `scratchDatabase` made anew, a function. Often none. */
  readonly prepare: (internalSchema: string) => readonly Sql[]
  readonly createSchema: (schema: string) => Sql
  readonly createTable: (table: Relation, select: Sql) => Sql
  /** Makes a table that is there anew, in one statement, from a query that may read it as it was; absent where there is none. */
  readonly rebuildTable?: (table: Relation, select: Sql) => Sql
  /** `description`: what readers are told of a view that stays, where `comment` tells them not. */
  readonly createView: (view: Relation, select: Sql, description?: string) => Sql
  readonly createEmptyTable: (table: Relation, columns: readonly { name: string; type: LogicalType }[]) => Sql
  readonly dropTable: (table: Relation) => Sql
  readonly dropView: (view: Relation) => Sql
  /** Drops those that are there, in as few statements as the engine lets; views may read each other. None for none. */
  readonly dropAll: (kind: 'table' | 'view', relations: readonly Relation[]) => readonly Sql[]
  /** Lets a role read views that have the rights of their owner, and name what is in their schema; absent where that is not built. */
  readonly grantRead?: {
    readonly schema: (schema: string, to: string) => Sql
    readonly views: (views: readonly Relation[], to: string) => Sql
  }
  /** A SELECT of the statements, `statement`, that grant anew the rights that others have on views; where `viewsKeepColumns`. */
  readonly rightsOn?: (views: readonly Relation[]) => Sql
  /** A published table gives way to another of its schema, which takes its name; views over it read the new one from then on. */
  readonly replacePublished: (old: Relation, by: Relation) => readonly Sql[]
  /** Within the schema. */
  readonly renameTable: (table: Relation, to: string) => Sql
  /** Undefined of what takes no comment once it is made; absent where nothing does. */
  readonly comment?: (
    kind: 'table' | 'view',
    on: Relation,
    column: string | undefined,
    text: string,
  ) => Sql | undefined
  /**
   * Rows in a JSON text, an array of arrays of texts and nulls, as a query that has them as text under these names. One text
   * for many rows is tens of times as quick as literals, which engines analyse one by one. Absent where no such query is known.
   */
  readonly jsonRows?: (json: string, columns: readonly string[]) => Sql
  /**
   * The FROM item of a file, without alias: columns named as in the file, all of them text but for Parquet. `columns` are
   * those that the statement reads: top-level keys of JSON objects, in any order and null where missing, several spellings of
   * one as one column; CSV and Parquet
   * give all of theirs, whatever is asked.
   */
  readonly readFile: (file: FileInput, columns: readonly string[]) => Sql
  /**
   * A SELECT of the lines that could not be read: `place` (file and, where it is known, line), `value`, `message`. To be executed after a
   * statement that read the file, on the same connection. Undefined where a bad line stops the statement itself.
   */
  readonly malformedLines: (file: FileInput) => Sql | undefined
}

/** An engine's SQL, complete: data and few functions, no connection. */
export interface Dialect extends Quoting {
  readonly name: string
  readonly facts: DialectFacts
  /** How the lexer of user fragments reads the engine's quotes and comments. */
  readonly lexicon: Lexicon
  readonly type: (type: LogicalType) => string
  /** The type of the language that a column of the engine holds (`TIMESTAMP` → timestamp); undefined for others. */
  readonly readType: (engineType: string) => LogicalType | undefined
  readonly functions: DialectFunctions
  readonly statements: DialectStatements
}
