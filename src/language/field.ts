import { z } from 'zod'
import { type Pii, piiSchema, type Scalar } from './declaration.js'
import { type LogicalType, typeSchema } from './logical-type.js'
import { nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { dictionary, list, mapping, nonEmpty, scalar, text, words } from './shapes.js'
import { timezoneSchema } from './timezone.js'

/**
 * Where the value of one field of a row comes from. `column` is matched without regard to case unless `exact`
 * (written with quotes inside, `'"Id"'`). `path` starts at a JSON or struct column. `sql` is one expression over the row's columns.
 */
export type FieldSource =
  | { readonly kind: 'column'; readonly column: string; readonly exact: boolean }
  | {
      readonly kind: 'path'
      readonly column: string
      readonly keys: readonly string[]
      readonly exact?: boolean
    }
  | { readonly kind: 'sql'; readonly sql: string }
  | { readonly kind: 'value'; readonly value: Scalar }

/** One value of a row: an identifier, attribute or property occurrence, a key part, a time. */
export interface Field {
  readonly from: FieldSource
  readonly origin: Origin
  /** Declared type; absent means "as the entity declares it, else string". */
  readonly type?: LogicalType
  /** Of timestamps without an offset; an IANA zone. */
  readonly timezone?: string
  readonly format?: 'epoch_s' | 'epoch_ms'
  /** Of phones: the column that holds the row's region (`US`). */
  readonly regionColumn?: string
}

export interface NamedField extends Field {
  readonly name: string
  readonly description?: string
  readonly pii?: Pii
}

const columnText = nonEmpty.describe(
  'A column, or a dotted path into a JSON or struct column. Matched without regard to case; `\'"Id"\'` matches exactly.',
)

const FIELD = 'a column, or a mapping with column, path, sql, value or type'

export const fieldMapping = mapping({
  column: nonEmpty.optional().describe('A column; a dot in it is part of its name.'),
  path: nonEmpty.optional().describe('A dotted path that starts at a JSON or struct column.'),
  sql: nonEmpty.optional().describe('One SQL expression over the columns of the row.'),
  value: scalar.optional().describe('The same value for every row.'),
  type: typeSchema.optional(),
  timezone: timezoneSchema.optional().describe('Of timestamps that are written without an offset.'),
  format: words('epoch_s', 'epoch_ms')
    .optional()
    .describe('Of timestamps that are numbers: seconds or milliseconds since 1970.'),
  region_column: nonEmpty
    .optional()
    .describe('Of phone numbers: the column with the region of the row, such as `US`.'),
  description: text.optional().describe('What it is, for people.'),
  pii: piiSchema.optional(),
}).meta({
  id: 'field',
  description:
    'Where a value of the row comes from: at most one of column, path, sql and value. With none of them it is the column that has the name of the field.',
  examples: [
    { column: 'sold_at', timezone: 'America/New_York' },
    { path: 'properties.amount', type: 'number(12,2)' },
    { value: 'store' },
  ],
})

/** A field that stands for itself: a key part, a time, an event name. */
export const fieldSchema = z.union([columnText, fieldMapping], { error: FIELD })

/** Fields by name; a list where columns have the names that are meant. */
export const namedFieldsSchema = z
  .union([dictionary(nameSchema, fieldSchema), list(nameSchema)], {
    error: 'a mapping of names to columns, or a list of columns',
  })
  .meta({
    id: 'fields',
    description:
      'Names and the columns they come from; a list where the columns have the names that are meant.',
    examples: [{ postcode: 'zip', birth_date: { column: 'dob', type: 'date' } }, ['city', 'country']],
  })

/** Occurrences of identifier types: a type may come from several columns of a row. */
export const identifierFieldsSchema = z
  .union(
    [
      dictionary(
        nameSchema,
        z.union([columnText, list(fieldSchema), fieldMapping], { error: `${FIELD}, or a list of them` }),
      ),
      list(nameSchema),
    ],
    { error: 'a mapping of identifier types to columns, or a list of columns' },
  )
  .meta({
    id: 'identifier_fields',
    description: 'Identifier types and the columns they come from; several columns give several values.',
    examples: [
      { shop_id: 'id', email: ['email', 'billing_email'] },
      { phone: { column: 'phone', region_column: 'country' } },
    ],
  })

export type FieldInput = z.output<typeof fieldSchema>
export type FieldMappingInput = z.output<typeof fieldMapping>
