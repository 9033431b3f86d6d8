import { InternalError } from '../diagnostics/errors.js'
import { literal, raw, type Sql, sql } from './fragment.js'
import type { LogicalType } from './logical-type.js'
import { plainDecimal } from './plain-decimal.js'
import { DECIMAL, FLOAT, INTEGER, TRUE } from './value-forms.js'

/** What differs between engines in writing a literal of a type. */
export interface LiteralWriter {
  readonly type: (type: LogicalType) => string
  /** A timestamp literal whose text is local time of a zone, as UTC. */
  readonly inZone: (timestamp: Sql, timezone: string) => Sql
}

/** A literal of YAML as a literal of the type; what does not read as the type was reported before. */
export function writeLiteral(writer: LiteralWriter, text: string, type: LogicalType, timezone = 'UTC'): Sql {
  const written = castableText(text, type)
  switch (type.kind) {
    case 'string':
    case 'json':
      return literal(text)
    case 'boolean':
      return raw(written)
    case 'integer':
    case 'number':
    case 'float':
      return sql`cast('${raw(written)}' as ${raw(writer.type(type))})`
    case 'date':
      return sql`date ${written}`
    case 'timestamp': {
      const isOfZone = timezone !== 'UTC' && !hasOffset(text)
      return isOfZone ? writer.inZone(sql`timestamp ${written}`, timezone) : sql`timestamp ${written}`
    }
  }
}

/** The text of a literal as every engine casts it to the type; moments in UTC. */
export function castableText(text: string, type: LogicalType): string {
  const written = text.trim()
  switch (type.kind) {
    case 'string':
    case 'json':
      return text
    case 'boolean':
      return TRUE.includes(written.toLowerCase()) ? 'true' : 'false'
    case 'integer':
      return checked(plainDecimal(written), INTEGER)
    case 'number':
      return checked(plainDecimal(written), DECIMAL)
    case 'float':
      return checked(written, FLOAT)
    case 'date':
      return written.slice(0, 10)
    case 'timestamp':
      return momentOf(written)
  }
}

const hasOffset = (moment: string): boolean => MOMENT.exec(moment.trim())?.[4] !== undefined

/** A moment with an offset is written in UTC; another one stays as it is. */
function momentOf(written: string): string {
  const match = MOMENT.exec(written)
  if (!match) throw new InternalError(`no moment: ${written}`)
  const [, day = '', minute = '00:00', rest = ':00', offset] = match
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset ?? '') ?? []
  const ahead = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  const utc = new Date(Date.parse(`${day}T${minute}:00Z`) - ahead * 60_000)
  return `${utc.toISOString().slice(0, 16).replace('T', ' ')}${rest}`
}

const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:[.]\d{1,9})?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

function checked(text: string, gate: string): string {
  if (!new RegExp(`^(?:${gate})$`).test(text)) throw new InternalError(`no number: ${text}`)
  return text
}
