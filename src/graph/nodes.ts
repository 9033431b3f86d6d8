import type { Declaration } from '../language/declaration.js'
import type { Entity } from '../language/entity.js'
import { at } from '../language/origin.js'
import type { Checking } from './checking.js'
import { aboutEntity } from './declarations.js'
import type { GraphNode } from './graph.js'

/** Edges that follow from the kinds of nodes alone: identity → sources, health and profile → identity, traits → profile, segment → traits. */
export function structuralEdges({ declarations, edges }: Checking): void {
  for (const entity of declarations.entities.values()) {
    for (const source of declarations.sourcesOf(entity.name)) {
      const place = aboutEntity(source, entity.name)?.origin ?? source.origin
      edges.add(`identity.${entity.name}`, `source.${source.name}`, place)
    }
    edges.add(`health.${entity.name}`, `identity.${entity.name}`, entity.origin)
    edges.add(`profile.${entity.name}`, `identity.${entity.name}`, entity.origin)
    edges.add(`traits.${entity.name}`, `profile.${entity.name}`, entity.origin)
  }
  for (const segment of declarations.segments.values()) {
    if (!declarations.entities.has(segment.entity)) continue
    edges.add(`segment.${segment.name}`, `traits.${segment.entity}`, at(segment.origin, 'entity'))
  }
}

/** A node for each declaration, and four for each entity; the first of each name. */
export function graphNodes(checking: Checking): readonly GraphNode[] {
  const { declarations } = checking
  return [
    ...[...declarations.sources.values()].map((source) => ({
      ...base(checking, 'source', source),
      kind: 'source' as const,
      source,
    })),
    ...[...declarations.models.values()].map((model) => ({
      ...base(checking, 'model', model),
      kind: 'model' as const,
      model,
    })),
    ...[...declarations.entities.values()].flatMap((entity) => entityNodes(checking, entity)),
    ...[...declarations.segments.values()].map((segment) => ({
      ...base(checking, 'segment', segment),
      kind: 'segment' as const,
      segment,
    })),
    ...[...declarations.syncs.values()].map((sync) => {
      const destination = declarations.destinations.get(sync.to)
      const connector = destination && checking.connectors.get(destination.connector)
      return {
        ...base(checking, 'sync', sync),
        kind: 'sync' as const,
        sync,
        ...(destination && { destination }),
        ...(connector && { connector }),
      }
    }),
  ]
}

function entityNodes(checking: Checking, entity: Entity): readonly GraphNode[] {
  const traits = checking.declarations.traitsOf(entity.name)
  const tags = [...new Set([...entity.tags, ...traits.flatMap((trait) => trait.tags)])]
  return [
    { ...base(checking, 'identity', entity), kind: 'identity', entity },
    { ...base(checking, 'health', entity), kind: 'health', entity },
    { ...base(checking, 'profile', entity), kind: 'profile', entity },
    { ...base(checking, 'traits', entity), kind: 'traits', entity, traits, tags },
  ]
}

function base({ edges }: Checking, kind: GraphNode['kind'], declaration: Declaration) {
  const { name, tags, description } = declaration
  const id = `${kind}.${name}`
  const inputs = [...edges.inputsOf(id)].sort()
  return { id, name, inputs, tags, ...(description !== undefined && { description }) }
}
