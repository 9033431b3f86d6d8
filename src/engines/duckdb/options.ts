import { z } from 'zod'
import { settings, text } from '../option-fields.js'

/**
 * What a target of `type: duckdb` may say besides what every target says. As in `language/`, the text given as `error`
 * says what is expected; the language makes the sentence.
 */
export const duckdbOptions = {
  fields: {
    path: text('the path of a database file, or :memory:').meta({
      description:
        'The database file, relative to the project; made where it is missing. `:memory:` keeps nothing.',
      examples: ['target/dev.duckdb'],
    }),
    threads: z
      .int({ error: 'a whole number' })
      .min(1, { error: 'a whole number of at least 1' })
      .optional()
      .describe('Processor cores to use; all by default.'),
    memory_limit: z
      .string({ error: 'an amount such as 4GB' })
      .transform((written, context) => {
        if (/^\d+(\.\d+)?\s*(B|[KMGT]i?B|%)$/i.test(written)) return written
        context.addIssue({ code: 'custom', message: 'an amount of memory such as 4GB' })
        return z.NEVER
      })
      .optional()
      .meta({
        description: 'Most memory that the engine uses; of syncs 512MB by default.',
        examples: ['4GB'],
      }),
    temp_directory: z
      .string({ error: 'a folder' })
      .optional()
      .describe('Where what does not fit into memory is spilled; beside the database file by default.'),
    settings: settings().optional().describe("DuckDB's own settings, set on every connection."),
  },
  secrets: [] as readonly string[],
} as const
