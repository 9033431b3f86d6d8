import type { Entity } from '../language/entity.js'
import type { SourceEntity } from '../language/source.js'
import { typesByStrength } from '../program/context.js'
import { idColumn, nodeColumn } from './rows.js'

/** A node column of a source's rows, with the strength of its type. */
export interface NodeColumn {
  /** The column of the number. */
  readonly column: string
  /** The column of the text. */
  readonly value: string
  readonly type: string
  readonly n: number
  readonly strength: number
}

/** Node columns of a source about an entity, the strongest first; a match rule counts where the row has all its parts. */
export function nodeColumns(entity: Entity, about: SourceEntity): readonly NodeColumn[] {
  return typesByStrength(entity).flatMap((type, strength) => {
    const occurrences = about.identifiers.filter((field) => field.name === type).length
    const rule = entity.match.find((r) => r.name === type)
    const complete = rule?.on.every((part) => about.attributes.some((field) => field.name === part.attribute))
    const count = rule ? (complete ? 1 : 0) : occurrences
    return Array.from({ length: count }, (_, i) => ({
      column: nodeColumn(entity.name, type, i + 1),
      value: idColumn(entity.name, type, i + 1),
      type,
      n: i + 1,
      strength,
    }))
  })
}
