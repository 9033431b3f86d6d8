import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Graph, GraphNode } from '../graph/graph.js'
import type { Entity } from '../language/entity.js'
import type { Project } from '../language/project.js'
import type { Source, SourceEntity } from '../language/source.js'
import type { Catalog } from '../sql/catalog.js'
import type { Scope } from './scope.js'

/** What compiling a node may look at, and where it leaves what it finds wrong. */
export interface Context {
  readonly project: Project
  readonly graph: Graph
  readonly catalog: Catalog
  readonly scope: Scope
  readonly projectDir: string
  readonly report: (diagnostic: Diagnostic) => void
}

export type NodeOf<K extends GraphNode['kind']> = Extract<GraphNode, { kind: K }>

/** The sources that say something about the entity, with what they say, in order of name. */
export function sourcesOf(
  project: Project,
  entity: string,
): readonly { source: Source; about: SourceEntity }[] {
  return [...project.sources]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((source) =>
      source.entities.filter((about) => about.entity === entity).map((about) => ({ source, about })),
    )
}

/** Identifier types and then match rules: the strength of a node is its place here, from 0. */
export function typesByStrength(entity: Entity): readonly string[] {
  return [...entity.identifiers.map((i) => i.name), ...entity.match.map((r) => r.name)]
}
