import { z } from 'zod'
import { type Condition, conditionSchema } from './condition.js'
import { aboutShape, type Declaration, type Scalar } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import {
  type Field,
  fieldMapping,
  fieldSchema,
  identifierFieldsSchema,
  type NamedField,
  namedFieldsSchema,
} from './field.js'
import { entityNameSchema, nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { count, dictionary, flag, list, mapping, nonEmpty, words } from './shapes.js'
import { shareSchema } from './share.js'

/** Where the rows are. `table` parts are [schema, name] or [database, schema, name]; `file` may be a glob or a URL. */
export type SourceInput =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly format: 'csv' | 'json' | 'jsonl' | 'parquet'
      /** CSV only; absent: the engine detects it. */
      readonly delimiter?: string
      /** CSV only: whether the first line holds the names of the columns; absent means that it does. */
      readonly header?: boolean
      /** CSV only: lines at the beginning of the file that are neither header nor rows. */
      readonly skip?: number
      readonly origin: Origin
    }
  | { readonly kind: 'table'; readonly parts: readonly string[]; readonly origin: Origin }
  | { readonly kind: 'model'; readonly model: string; readonly origin: Origin }

export type Party = 'first' | 'second' | 'third'

/** What a row says about one entity. A source without any is a reference table for SQL models. */
export interface SourceEntity {
  readonly entity: string
  readonly origin: Origin
  /** One entry an occurrence: a type may come from several columns of a row, in the order written. */
  readonly identifiers: readonly NamedField[]
  readonly attributes: readonly NamedField[]
  readonly partition?: Field
}

export interface Source extends Declaration {
  readonly input: SourceInput
  readonly key: readonly Field[]
  readonly versions: 'latest' | 'all'
  readonly entities: readonly SourceEntity[]
  readonly properties: readonly NamedField[]
  readonly where?: Condition
  readonly createdAt?: Field
  readonly updatedAt?: Field
  readonly loadedAt?: { readonly field: Field; readonly lookback?: Duration }
  readonly deleted?: Field
  readonly party: Party
  readonly identity: 'join' | 'attach'
  /** Both present on an event source, both absent on a record source. */
  readonly event?: Field
  readonly timestamp?: Field
  /** Share of rejected rows, 0 to 1, above which the run fails. */
  readonly maxRejected: number
}

export function isEventSource(source: Source): boolean {
  return source.event !== undefined
}

/** A constant `{ value: … }` of a field, if it is one. */
export function constantOf(field: Field): Scalar | undefined {
  return field.from.kind === 'value' ? field.from.value : undefined
}

const tableSchema = z.union(
  [
    nonEmpty,
    mapping({
      database: nonEmpty.optional().describe('The database; that of the target by default.'),
      schema: nonEmpty.describe('The schema.'),
      name: nonEmpty.describe('The table.'),
    }),
  ],
  { error: '"schema.table", or { database, schema, name }' },
)

const keySchema = z.union([nonEmpty, list(fieldSchema), fieldMapping], {
  error: 'a column, or a list of columns',
})

const entityPartShape = {
  identifiers: identifierFieldsSchema
    .optional()
    .describe('Identifier type → column, or several; a dotted word is a path into a JSON column.'),
  attributes: namedFieldsSchema.optional().describe('Attribute → column.'),
  partition: fieldSchema.optional().describe('The partition of the row, where the entity has partitions.'),
}

export const sourceSchema = mapping({
  name: nameSchema.describe('Names the view `enriched_<name>`.'),
  file: nonEmpty
    .optional()
    .describe(
      'A file, a glob or a URL: CSV, JSON, JSON lines or Parquet. Exactly one of file, table, model.',
    ),
  format: words('csv', 'json', 'jsonl', 'parquet')
    .optional()
    .describe(
      'Of `file`; follows from its name where that ends in .csv, .tsv, .txt, .json, .jsonl, .ndjson or .parquet (and .gz).',
    ),
  delimiter: z
    .string({ error: 'text' })
    .refine((value) => /^[^"\r\n]{1,4}$/.test(value), {
      error: 'one to four characters, none of them a quote or a line break',
    })
    .optional()
    .describe('Of a CSV file: what stands between values; found out if not given.'),
  header: flag
    .optional()
    .describe('Of a CSV file: whether its first line names the columns; `true` by default.'),
  skip: count()
    .optional()
    .describe('Of a CSV file: lines before its header, or before its first row, that are neither.'),
  table: tableSchema.optional().describe("A table of the warehouse. `{{var 'name'}}` may stand in it."),
  model: nameSchema.optional().describe('A SQL model of this project.'),
  key: keySchema.describe('The primary key of a row; a list for a composite one.'),
  versions: words('latest', 'all')
    .optional()
    .describe(
      '`all`: the rows of one key are a history, of which the latest gives attributes and all give identifiers.',
    ),
  entity: entityNameSchema
    .optional()
    .describe('What a row is about; may be left out where the project has one entity.'),
  ...entityPartShape,
  entities: dictionary(entityNameSchema, mapping(entityPartShape))
    .optional()
    .describe('The long form of entity, identifiers and attributes, for rows about several entities.'),
  properties: namedFieldsSchema
    .optional()
    .describe('Columns for traits and conditions that are no attributes of the profile.'),
  where: conditionSchema.optional().describe('Rows that do not match are not read.'),
  created_at: fieldSchema.optional().describe('When the thing was first seen.'),
  updated_at: fieldSchema.optional().describe('When the row was last true: orders merges.'),
  loaded_at: z
    .union(
      [
        nonEmpty,
        mapping({
          ...fieldMapping.shape,
          lookback: durationSchema.optional().describe('How far a load may be late.'),
        }),
      ],
      { error: 'a column, or { column, lookback }' },
    )
    .optional()
    .describe('When the row was loaded: the cursor of incremental runs.'),
  deleted: fieldSchema.optional().describe('Rows where it is true count as gone.'),
  party: words('first', 'second', 'third').optional().describe('Whose data it is; `first` by default.'),
  identity: words('join', 'attach')
    .optional()
    .describe(
      '`join`: rows make profiles and links. `attach`: they only look up existing ones; the default of second and third parties.',
    ),
  event: fieldSchema
    .optional()
    .describe('The column with the name of the event, or { value: … }: makes it an event source.'),
  timestamp: fieldSchema.optional().describe('When the event happened.'),
  belongs_to: mapping({
    source: nameSchema.describe('The other source.'),
    on: dictionary(nonEmpty, nonEmpty).describe('Column of this source → column of the other one.'),
  })
    .optional()
    .describe('The source to whose rows these rows belong. Not built yet.'),
  max_rejected: shareSchema
    .optional()
    .describe('Share of rejected rows above which the run fails; 50 % by default.'),
  ...aboutShape,
}).meta({ id: 'source', description: 'Where rows come from, what identifies them and what they say.' })

export type SourceDeclaration = z.output<typeof sourceSchema>
