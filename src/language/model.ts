import { z } from 'zod'
import { aboutShape, type Declaration } from './declaration.js'
import { entityNameSchema, nameSchema } from './name.js'
import { flag, mapping, nonEmpty, words } from './shapes.js'

/** A SQL model: one SELECT with Handlebars. `file` is its path in the project. */
export interface Model extends Declaration {
  readonly file: string
  readonly sql: string
  readonly materialized: 'view' | 'table'
  readonly public: boolean
}

/** A Handlebars partial of `macros/`, usable from SQL models as `{{> name}}`. */
export interface Macro {
  readonly name: string
  readonly file: string
  readonly text: string
}

export const modelSchema = mapping({
  name: nameSchema.describe('The name of its file without `.sql`.'),
  materialized: words('view', 'table').optional().describe('A view (default), or a table.'),
  public: flag.optional().describe('`true`: in the public schema, for people; otherwise internal.'),
  entity: entityNameSchema
    .optional()
    .describe('The entity that its rows are about, so that traits can read it. Not built yet.'),
  id: nonEmpty.optional().describe('The column that holds the id of the entity. Not built yet.'),
  table: nonEmpty.optional().describe('An existing table in place of a SQL file. Not built yet.'),
  tests: z.array(z.unknown()).optional().describe('What must hold. Not built yet.'),
  ...aboutShape,
}).meta({ id: 'model', description: 'What is to be known of a SQL model besides its file.' })

export type ModelInput = z.output<typeof modelSchema>
