import type { CsvLayout } from './dialect.js'

/** A column as the warehouse or a file has it. `type` is the engine's own name of it. */
export interface CatalogColumn {
  readonly name: string
  readonly type: string
}

/**
 * What is known of the inputs: node id of a source → columns of its table or file, in order.
 * Described at the start of a run and kept in `target/catalog.json`; an absent source means "nothing is known".
 */
export interface Catalog {
  /** Of the engine whose types its columns have. */
  readonly dialect?: string
  readonly sources: Readonly<Record<string, readonly CatalogColumn[]>>
  /** Node id of a source → layouts of its CSV files, one for each header. */
  readonly csv?: Readonly<Record<string, readonly CsvLayout[]>>
  /** Node id of a model that syncs read → its columns, after a run that built it. */
  readonly models?: Readonly<Record<string, readonly CatalogColumn[]>>
}
