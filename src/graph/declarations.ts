import type { Purpose } from '../language/consent.js'
import type { Destination } from '../language/destination.js'
import type { Attribute, Entity } from '../language/entity.js'
import type { NamedField } from '../language/field.js'
import type { Model } from '../language/model.js'
import type { Project } from '../language/project.js'
import type { Segment } from '../language/segment.js'
import { isEventSource, type Source, type SourceEntity } from '../language/source.js'
import type { Sync } from '../language/sync.js'
import type { Trait } from '../language/trait.js'

/** The declarations of a project by name. Of two with one name the first counts. */
export class Declarations {
  readonly sources: ReadonlyMap<string, Source>
  readonly entities: ReadonlyMap<string, Entity>
  readonly models: ReadonlyMap<string, Model>
  readonly traits: ReadonlyMap<string, Trait>
  readonly segments: ReadonlyMap<string, Segment>
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly destinations: ReadonlyMap<string, Destination>
  readonly syncs: ReadonlyMap<string, Sync>
  /** Entity → names of its attributes, declared or only given by sources. */
  private readonly attributesOf = new Map<string, ReadonlyMap<string, Attribute>>()

  constructor(readonly project: Project) {
    this.sources = byName(project.sources)
    this.entities = byName(project.entities)
    this.models = byName(project.models)
    this.traits = byName(project.traits)
    this.segments = byName(project.segments)
    this.purposes = byName(project.purposes)
    this.destinations = byName(project.destinations)
    this.syncs = byName(project.syncs)
    for (const entity of project.entities) this.attributesOf.set(entity.name, byName(entity.attributes))
  }

  attributes(entity: string): ReadonlyMap<string, Attribute> {
    return this.attributesOf.get(entity) ?? new Map()
  }

  traitsOf(entity: string): readonly Trait[] {
    return [...this.traits.values()].filter((trait) => trait.entity === entity)
  }

  /** Sources whose rows are about the entity, in the order of their declaration. */
  sourcesOf(entity: string): readonly Source[] {
    return [...this.sources.values()].filter((source) => aboutEntity(source, entity) !== undefined)
  }

  eventSourcesOf(entity: string): readonly Source[] {
    return this.sourcesOf(entity).filter(isEventSource)
  }
}

export function aboutEntity(source: Source, entity: string): SourceEntity | undefined {
  return source.entities.find((about) => about.entity === entity)
}

/** What traits and conditions may read of a source's rows: its properties, then its attributes of the entity. */
export function rowFields(source: Source, entity: string): readonly NamedField[] {
  return [...source.properties, ...(aboutEntity(source, entity)?.attributes ?? [])]
}

/** The first of each name. */
function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>()
  for (const item of items) if (!map.has(item.name)) map.set(item.name, item)
  return map
}
