import { modelTable, published, scopeOf } from '../program/scope.js'
import type { CatalogColumn } from '../sql/catalog.js'
import { readRegistry } from '../state/registry.js'
import { type ManifestRelation, writeCatalog, writeManifest } from './artefacts.js'
import type { CompiledRun } from './run-options.js'

/** `target/manifest.json` after a run that was published: with the columns that its public relations now have. */
export async function writeRunManifest(targetDir: string, run: CompiledRun): Promise<void> {
  const { graph, program, connection, dialect, options } = run
  const { schema: publicSchema, internalSchema } = graph.project.settings.target
  const own = await readRegistry({ connection, dialect, publicSchema, internalSchema })
  const described = await connection.describeSchema(publicSchema)
  const relations = own.map(({ schema, name, kind, node }): ManifestRelation => {
    const columns = schema === publicSchema ? described.get(name) : undefined
    return { schema, name, kind, node, ...(columns && { columns }) }
  })
  writeManifest(targetDir, { cdpVersion: options.cdpVersion, graph, program, relations })
}

/** `target/catalog.json` after a run that was published: with the columns of the models that syncs read. */
export async function writeRunCatalog(targetDir: string, run: CompiledRun): Promise<void> {
  const { graph, catalog, connection, dialect } = run
  const { settings, syncs } = graph.project
  const scope = scopeOf(settings, dialect)
  const models: Record<string, readonly CatalogColumn[]> = {}
  for (const { from } of syncs) {
    if (from.kind !== 'model') continue
    const columns = await connection.describeTable(published(scope, modelTable(from.model)))
    if (columns) models[`model.${from.model}`] = columns
  }
  writeCatalog(targetDir, { ...catalog, models })
}
