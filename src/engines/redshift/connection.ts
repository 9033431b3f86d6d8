import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import type { Relation } from '../../sql/relation.js'
import type { Connection, ExistingRelation, FileDescription, RowBatch, Tell } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { relationsOf } from '../postgres/catalogue.js'
import { Server } from '../postgres/server.js'
import { ServerConnection } from '../postgres/server-connection.js'
import { columnsOfSchema, columnsOfTable, namesOfTables } from './catalogue.js'
import { redshift } from './dialect.js'
import { insertRows } from './insert-rows.js'
import { redshiftServer } from './redshift-server.js'
import type { RedshiftTarget } from './target.js'

export { engineVersion } from '../postgres/connection.js'

/** Connects. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
  tell: Tell = () => {},
): Promise<Connection> {
  const server = new Server(redshiftServer(options as unknown as RedshiftTarget, projectDir), tell)
  return new RedshiftConnection(server, await server.open(), true)
}

class RedshiftConnection extends ServerConnection implements Connection {
  readonly engine = `Redshift ${this.server.version}`

  async fork(): Promise<Connection> {
    return new RedshiftConnection(this.server, await this.server.open(), false)
  }

  describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    return columnsOfTable(this, table)
  }

  describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    return columnsOfSchema(this, schema)
  }

  tableNames(): Promise<readonly string[]> {
    return namesOfTables(this)
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, redshift)
  }

  relations(schema: string): Promise<readonly ExistingRelation[]> {
    return relationsOf(this, schema)
  }

  insertRows = (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => insertRows(table, columns, batches, (statement) => this.execute(statement))
}
