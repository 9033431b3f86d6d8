import { join } from 'node:path'
import { fingerprints } from '../graph/fingerprint.js'
import type { Graph } from '../graph/graph.js'
import type { Program } from '../program/program.js'
import type { Catalog, CatalogColumn } from '../sql/catalog.js'
import type { OwnRelation } from '../state/program-relations.js'
import { compiledSql, prepareSql, publishSql } from './compiled-sql.js'
import type { RunResult } from './result.js'
import { removeOthers, writeJson, writeWhole } from './target-folder.js'

/**
 * `target/compiled/<node>.sql` and `target/program.json`, as `cdp compile` and `cdp run` write them. Files of nodes that the
 * project no longer has are removed; those of nodes that are not selected stay. Throws a `WarehouseError` where the
 * folder cannot be written.
 */
export function writeCompiled(targetDir: string, graph: Graph, program: Program): void {
  for (const node of program.nodes) writeWhole(targetDir, `compiled/${node.id}.sql`, compiledSql(node))
  writeWhole(targetDir, 'compiled/prepare.sql', prepareSql(program))
  writeWhole(targetDir, 'compiled/publish.sql', publishSql(program))
  writeJson(targetDir, 'program.json', program)
  const current = new Set(['prepare.sql', 'publish.sql', ...graph.nodes.map((node) => `${node.id}.sql`)])
  removeOthers(targetDir, () => true)
  removeOthers(join(targetDir, 'compiled'), (name) => current.has(name) || !name.endsWith('.sql'))
}

/** `target/catalog.json`: the columns of sources, and of models that syncs read, as they were last seen. */
export function writeCatalog(targetDir: string, catalog: Catalog): void {
  writeJson(targetDir, 'catalog.json', catalog)
}

/** `target/run_results.json`. */
export function writeRunResults(targetDir: string, result: RunResult): void {
  writeJson(targetDir, 'run_results.json', result)
}

/** What `target/manifest.json` holds: the nodes of the whole project, and what a run made of them. */
export interface Manifest {
  readonly version: 1
  readonly cdp_version: string
  readonly project: string
  readonly target: string
  readonly dialect: string
  readonly nodes: readonly ManifestNode[]
  readonly relations: readonly ManifestRelation[]
}

export interface ManifestNode {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly inputs: readonly string[]
  /** Of everything that determines its data, what it reads included. */
  readonly fingerprint: string
  /** Relative to the project. */
  readonly compiled: string
}

export interface ManifestRelation extends OwnRelation {
  /** In order; only of relations that exist, and only where a run has looked. */
  readonly columns?: readonly CatalogColumn[]
}

export interface ManifestInput {
  readonly cdpVersion: string
  readonly graph: Graph
  readonly program: Program
  readonly relations: readonly ManifestRelation[]
}

export function writeManifest(targetDir: string, input: ManifestInput): void {
  writeJson(targetDir, 'manifest.json', manifestOf(input))
}

function manifestOf({ cdpVersion, graph, program, relations }: ManifestInput): Manifest {
  const prints = fingerprints(graph)
  const nodes = graph.nodes.map(({ id, kind, name, description, tags, inputs }) => ({
    id,
    kind,
    name,
    ...(description === undefined ? {} : { description }),
    tags,
    inputs,
    fingerprint: prints.get(id) ?? '',
    compiled: `target/compiled/${id}.sql`,
  }))
  const { project, target, dialect } = program
  return { version: 1, cdp_version: cdpVersion, project, target, dialect, nodes, relations }
}
