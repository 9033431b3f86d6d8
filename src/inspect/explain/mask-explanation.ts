import type { Entity } from '../../language/entity.js'
import { mask, type PersonalNames } from '../personal.js'
import type {
  Apart,
  Asked,
  CommonValue,
  Explanation,
  Hop,
  JoinedIdentifier,
  Point,
  RowName,
  Ruling,
  Story,
  StoryChange,
  Together,
} from './explanation.js'

/** The explanation with its personal values masked: what files, pipes and logs may hold. */
export function maskExplanation(
  explanation: Explanation,
  entity: Entity,
  personal: PersonalNames,
): Explanation {
  const masks = new Masks(entity, personal)
  switch (explanation.kind) {
    case 'together':
      return masks.together(explanation)
    case 'apart':
      return masks.apart(explanation)
    case 'story':
      return masks.story(explanation)
  }
}

class Masks {
  constructor(
    readonly entity: Entity,
    readonly personal: PersonalNames,
  ) {}

  together(one: Together): Together {
    const chains = one.chains.map((chain) => ({ ...chain, hops: chain.hops.map((hop) => this.hop(hop)) }))
    return { ...one, from: this.asked(one.from), to: this.asked(one.to), chains }
  }

  apart(one: Apart): Apart {
    const common = (value: CommonValue): CommonValue => ({
      ...value,
      value: this.value(value.identifier, value.value),
      from: this.row(value.from),
      to: this.row(value.to),
      override: this.ruling(value.override),
    })
    return {
      ...one,
      from: this.asked(one.from),
      to: this.asked(one.to),
      refused: one.refused.map((link) => ({
        ...link,
        from: this.point(link.from),
        to: this.point(link.to),
        record_key: this.key(link.source, link.record_key),
      })),
      overrides: one.overrides.map((ruling) => this.ruling(ruling)),
      set_aside: one.set_aside.map(common),
      rejected: one.rejected.map(common),
    }
  }

  story(one: Story): Story {
    const joined = (identifier: JoinedIdentifier): JoinedIdentifier => ({
      ...identifier,
      value: this.value(identifier.identifier, identifier.value),
      joined_by: identifier.joined_by && this.hop(identifier.joined_by),
    })
    const change = (event: StoryChange): StoryChange => ({
      ...event,
      value:
        event.value === null || event.identifier === null
          ? event.value
          : this.value(event.identifier, event.value),
      record_key: this.key(event.source, event.record_key),
    })
    return {
      ...one,
      asked: this.place(one.asked),
      identifiers: one.identifiers.map(joined),
      changes: one.changes.map(change),
    }
  }

  hop(hop: Hop): Hop {
    return {
      ...hop,
      from: this.point(hop.from),
      to: this.point(hop.to),
      value: this.value(hop.rule, hop.value),
      record_key: this.key(hop.source, hop.record_key),
      override: this.ruling(hop.override),
    }
  }

  asked(one: Asked): Asked {
    return { ...one, asked: this.place(one.asked) }
  }

  place(place: Asked['asked']): Asked['asked'] {
    return place.kind === 'customer' ? place : this.point(place)
  }

  point(point: Point): Point {
    return point.kind === 'row'
      ? this.row(point)
      : { ...point, value: this.value(point.identifier, point.value) }
  }

  row<T extends RowName>(row: T): T {
    return { ...row, record_key: this.key(row.source, row.record_key) }
  }

  key<T extends string | null>(source: string | null, key: T): T | string {
    return key !== null && source !== null && this.personal.keys.has(source) ? mask(key) : key
  }

  ruling<T extends Ruling | null>(ruling: T): T {
    if (ruling === null) return ruling
    const identifiers = ruling.identifiers.map((one) => ({
      ...one,
      value: this.value(one.identifier, one.value),
    }))
    return { ...ruling, identifiers }
  }

  /** A match rule's value is a JSON array of its parts, of which those are masked that are personal. */
  value(type: string, value: string): string {
    const rule = this.entity.match.find((one) => one.name === type)
    if (!rule) return this.personal.identifiers.has(type) ? mask(value) : value
    const parts = JSON.parse(value) as readonly string[]
    return JSON.stringify(
      parts.map((part, i) => (this.personal.attributes.has(rule.on[i]?.attribute ?? '') ? mask(part) : part)),
    )
  }
}
