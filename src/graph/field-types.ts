import type { FieldSchema, FieldType } from '../connectors/description.js'
import type { LogicalType } from '../language/logical-type.js'

const FIELD_TYPES: Readonly<Record<LogicalType['kind'], FieldType>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  json: 'json',
}

/** How values of a type of the language leave the warehouse. */
export function fieldTypeOf(type: LogicalType): FieldType {
  return FIELD_TYPES[type.kind]
}

/** Integers are numbers, and days and moments have one way to be written as text. */
const ALSO: Partial<Readonly<Record<FieldType, readonly FieldType[]>>> = {
  integer: ['number'],
  date: ['string'],
  timestamp: ['string'],
}

export function fits(type: FieldType, schema: FieldSchema): boolean {
  return [type, ...(ALSO[type] ?? [])].some((one) => schema.types.includes(one))
}
