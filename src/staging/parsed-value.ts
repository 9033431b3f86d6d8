import type { Field } from '../language/field.js'
import type { Scope } from '../program/scope.js'
import { type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { portable } from '../sql/portable.js'

const HAS_OFFSET = portable(':.*(?:[+Zz-]|UTC)')
const HAS_TIME = portable(':')

/**
 * The text of a field as a value of the type, null where it does not read. A date alone is the day that is written; of a
 * moment it is the day in the timezone of the project, where a time without an offset is, unless the field names another.
 */
export function parsedValue(
  { dialect: { functions }, timezone: calendar }: Scope,
  text: Sql,
  { timezone, format }: Pick<Field, 'timezone' | 'format'>,
  type: LogicalType,
): Sql {
  const read = (as: LogicalType) =>
    functions.parse(text, as, { ...(timezone && { timezone }), ...(format && { format }) })
  const isElsewhere = timezone !== undefined && timezone !== calendar
  if (type.kind !== 'date' || (calendar === 'UTC' && !isElsewhere)) return read(type)
  const day = functions.dayIn(read({ kind: 'timestamp' }), calendar)
  if (format) return day
  // Else the day that is written is the day of the project.
  const isMoment = functions.matches(text, isElsewhere ? HAS_TIME : HAS_OFFSET)
  return sql`case when ${isMoment} then ${day} else ${read(type)} end`
}
