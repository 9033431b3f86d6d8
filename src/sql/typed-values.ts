import type { DialectFunctions, TimeFormat } from './dialect.js'
import { raw, type Sql, sql } from './fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType } from './logical-type.js'
import { FALSE, TRUE } from './value-forms.js'

/** What engines write differently of reading text as a value. All are null where the text does not read. */
export interface Reading {
  readonly trim: (text: Sql) => Sql
  readonly integer: (text: Sql) => Sql
  /** Half away from zero; too large is null. */
  readonly decimal: (text: Sql, precision: number, scale: number) => Sql
  /** The engine's type of decimals. */
  readonly decimalType: (precision: number, scale: number) => string
  readonly float: (text: Sql) => Sql
  readonly timestamp: (text: Sql, format: TimeFormat) => Sql
  /** Whether the text is a day and nothing more. */
  readonly isDay: (text: Sql) => Sql
  /** Such a text as a date. */
  readonly day: (text: Sql) => Sql
  /** The day of a timestamp; a cast unless given. */
  readonly dayOf?: (timestamp: Sql) => Sql
}

/** Text → value of the type by the rules of the language, null where it does not read. White space around it does not count. */
export function parser(reading: Reading): DialectFunctions['parse'] {
  return (text, type, format = {}) => {
    switch (type.kind) {
      case 'string':
      case 'json':
        return text
      case 'integer':
        return reading.integer(text)
      case 'number':
        return isPlainNumber(type)
          ? sql`cast(${reading.decimal(text, ADDABLE_DIGITS, type.scale)} as ${raw(reading.decimalType(38, type.scale))})`
          : reading.decimal(text, type.precision, type.scale)
      case 'float':
        return reading.float(text)
      case 'boolean': {
        const isOneOf = (words: readonly string[]) =>
          sql`lower(${reading.trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
        return sql`case when ${isOneOf(TRUE)} then true when ${isOneOf(FALSE)} then false end`
      }
      case 'date':
        return date(reading, text, format)
      case 'timestamp':
        return reading.timestamp(text, format)
    }
  }
}

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function date(
  { timestamp, isDay, day, dayOf = castToDate }: Reading,
  text: Sql,
  { format }: TimeFormat,
): Sql {
  const recipe = dayOf(timestamp(text, format ? { format } : {}))
  return format ? recipe : sql`case when ${isDay(text)} then ${day(text)} else ${recipe} end`
}

const castToDate = (timestamp: Sql): Sql => sql`cast(${timestamp} as date)`

/** What engines write differently of writing a value as text. */
export interface Writing {
  readonly timestamp: (value: Sql) => Sql
  /** Without trailing zeros. */
  readonly number: (value: Sql) => Sql
  readonly float: (value: Sql) => Sql
  /** As `other` unless given. */
  readonly date?: (value: Sql) => Sql
  /** A whole number, a boolean or a date. */
  readonly other: (value: Sql) => Sql
}

/** A typed value as canonical text. */
export function displayer(writing: Writing): (value: Sql, type: LogicalType) => Sql {
  return (value, type) => {
    switch (type.kind) {
      case 'string':
      case 'json':
        return value
      case 'timestamp':
        return writing.timestamp(value)
      case 'number':
        return writing.number(value)
      case 'float':
        return writing.float(value)
      case 'date':
        return (writing.date ?? writing.other)(value)
      default:
        return writing.other(value)
    }
  }
}
