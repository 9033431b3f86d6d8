import type { ConnectorDescription } from '../connectors/description.js'
import type { Destination } from '../language/destination.js'
import type { Entity } from '../language/entity.js'
import type { Model } from '../language/model.js'
import type { Origin } from '../language/origin.js'
import type { Project } from '../language/project.js'
import type { Segment } from '../language/segment.js'
import type { Source } from '../language/source.js'
import type { Sync } from '../language/sync.js'
import type { Trait } from '../language/trait.js'

/**
 * The project as a graph: what is built from what. Ids are `kind.name`: `source.orders`, `model.stg_orders`,
 * `identity.customer`, `profile.customer` (golden values), `traits.customer` (traits and the wide table), `segment.vip`, `sync.vips_to_crm`.
 *
 * Edges: source → the model that it reads; model → models, sources and public tables that its SQL names;
 * identity(e) → every source with e; profile(e) → identity(e); traits(e) → profile(e) and the sources that its traits read;
 * segment → traits(e), the event sources and segments that its conditions name. A model that reads a public table depends on
 * the node that makes it: records, events, identifiers → identity(e); attributes, provenance → profile(e). A sync reads what is
 * published: its edges say what must have been built before.
 */
export interface Graph {
  readonly project: Project
  /** Each after everything that it reads; among equals by id. */
  readonly nodes: readonly GraphNode[]
  /** Every SQL expression of the project's YAML. */
  readonly fragments: readonly WrittenFragment[]
}

/** A SQL expression, and the text value in which it stands. */
export interface WrittenFragment {
  readonly sql: string
  readonly place: Origin
}

interface NodeBase {
  readonly id: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly tags: readonly string[]
  readonly description?: string
}

export type GraphNode =
  | (NodeBase & { readonly kind: 'source'; readonly source: Source })
  | (NodeBase & { readonly kind: 'model'; readonly model: Model })
  | (NodeBase & { readonly kind: 'identity'; readonly entity: Entity })
  | (NodeBase & { readonly kind: 'health'; readonly entity: Entity })
  | (NodeBase & { readonly kind: 'profile'; readonly entity: Entity })
  | (NodeBase & { readonly kind: 'traits'; readonly entity: Entity; readonly traits: readonly Trait[] })
  | (NodeBase & { readonly kind: 'segment'; readonly segment: Segment })
  | (NodeBase & {
      readonly kind: 'sync'
      readonly sync: Sync
      /** Both absent only where they are not there, which is an error of the project. */
      readonly destination?: Destination
      readonly connector?: ConnectorDescription
    })

/** Nodes that a run builds; syncs come after it. */
export type BuiltNode = Exclude<GraphNode, { kind: 'sync' }>
export type SyncNode = Extract<GraphNode, { kind: 'sync' }>

export function isBuilt(node: GraphNode): node is BuiltNode {
  return node.kind !== 'sync'
}

/** Names under which SQL models may read what cdp makes of an entity, and the kind of node that makes it. */
export function readableTables(entity: string): ReadonlyMap<string, 'identity' | 'profile'> {
  return new Map([
    [`${entity}_records`, 'identity'],
    [`${entity}_events`, 'identity'],
    [`${entity}_identifiers`, 'identity'],
    [`${entity}_attributes`, 'profile'],
    [`${entity}_provenance`, 'profile'],
  ])
}
