import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { Entity, Identifier } from '../language/entity.js'
import type { Project } from '../language/project.js'
import type { Source } from '../language/source.js'

/** What somebody asks for, as it was written: `type:value`, `source/key`, or an id. */
export type Wanted =
  | {
      readonly kind: 'identifier'
      readonly entity: Entity
      readonly identifier: Identifier
      readonly value: string
    }
  | { readonly kind: 'row'; readonly entity: Entity; readonly source: Source; readonly key: string }
  | { readonly kind: 'id'; readonly entities: readonly Entity[]; readonly id: string }

/**
 * Reads what was written. A known type before the first colon or a known source before the first slash decides; what
 * has neither is an id. Throws a `UsageError` that names the nearest type or source.
 */
export function readWanted(project: Project, written: string, entityName?: string): Wanted {
  const entities = chosenEntities(project, entityName)
  const text = written.trim()
  const sign = /[:/]/.exec(text)
  if (!sign) return idOf(text, entities)
  const [before, after] = [text.slice(0, sign.index), text.slice(sign.index + 1)]
  if (after === '') throw new UsageError(`"${text}" has nothing after "${sign[0]}"`, FORMS)
  return sign[0] === ':' ? identifierOf(before, after, entities) : rowOf(before, after, entities, project)
}

const FORMS = 'Write a type and a value (email:ann@example.com), a source and a key (orders/1001), or an id.'

/** All, or the one of the name; throws a `UsageError` that names the nearest where there is none. */
export function chosenEntities({ entities }: Project, wanted: string | undefined): readonly Entity[] {
  if (wanted === undefined) return entities
  const found = entities.filter((entity) => entity.name === wanted)
  if (found.length > 0) return found
  const names = entities.map(({ name }) => name)
  throw new UsageError(`there is no entity "${wanted}"`, didYouMean(wanted, names, 'entities'))
}

function idOf(id: string, entities: readonly Entity[]): Wanted {
  if (id === '') throw new UsageError('there is nothing to look for', FORMS)
  if (!id.includes('@')) return { kind: 'id', entities, id }
  const type = entities.flatMap((e) => e.identifiers).find((i) => i.cleaning.normalize?.kind === 'email')
  throw new UsageError(
    `"${id}" is no customer's id`,
    type ? `Say of which type it is: ${type.name}:${id}` : FORMS,
  )
}

function identifierOf(type: string, value: string, entities: readonly Entity[]): Wanted {
  const found = entities.flatMap((entity) => {
    const identifier = entity.identifiers.find(({ name }) => name === type.toLowerCase())
    return identifier ? [{ entity, identifier }] : []
  })
  const names = [...new Set(entities.flatMap((entity) => entity.identifiers.map(({ name }) => name)))]
  if (found.length === 0)
    throw new UsageError(`there is no identifier type "${type}"`, didYouMean(type, names, 'identifier types'))
  const { entity, identifier } = onlyOne(found, `the identifier type ${type}`)
  return { kind: 'identifier', entity, identifier, value }
}

function rowOf(name: string, key: string, entities: readonly Entity[], project: Project): Wanted {
  const source = project.sources.find((one) => one.name === name)
  if (!source) {
    const names = project.sources.filter((one) => one.entities.length > 0).map((one) => one.name)
    throw new UsageError(`there is no source "${name}"`, didYouMean(name, names, 'sources'))
  }
  const about = entities.filter((entity) => source.entities.some((part) => part.entity === entity.name))
  if (about.length === 0)
    throw new UsageError(
      `rows of the source ${name} belong to nobody`,
      'It declares no identifiers: SQL models read it.',
    )
  const { entity } = onlyOne(
    about.map((one) => ({ entity: one })),
    `rows of the source ${name}`,
  )
  return { kind: 'row', entity, source, key }
}

function onlyOne<T extends { readonly entity: Entity }>(found: readonly T[], what: string): T {
  const [first, ...others] = found
  if (first && others.length === 0) return first
  const names = found.map(({ entity }) => entity.name)
  throw new UsageError(`${what} can mean ${names.join(' or ')}`, `Say which: --entity ${names[0]}`)
}

function didYouMean(written: string, names: readonly string[], what: string): string {
  const near = closest(written, names)
  if (near !== undefined) return `Did you mean "${near}"?`
  return names.length === 0 ? `The project has no ${what}.` : `The ${what} are ${names.join(', ')}.`
}
