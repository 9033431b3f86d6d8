import { namesIn } from '../graph/fragment-names.js'
import type { Entity } from '../language/entity.js'
import type { Project } from '../language/project.js'
import type { Source } from '../language/source.js'
import type { Trait } from '../language/trait.js'
import type { Lexicon } from '../sql/lexer.js'

/** Names whose values are personal data, by what they are names of. */
export interface PersonalNames {
  readonly identifiers: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  readonly traits: ReadonlySet<string>
  /** `source.property`. */
  readonly properties: ReadonlySet<string>
  /** Sources whose keys are such values. */
  readonly keys: ReadonlySet<string>
}

/**
 * What of an entity is personal: what its declaration or a source marks with `pii`, and what is made of that: attributes
 * collected from an identifier, traits that give a value back, keys that are an identifier.
 */
export function personalNames(project: Project, entity: Entity, lexicon: Lexicon): PersonalNames {
  const fields = project.sources.flatMap((source) => source.entities.filter((e) => e.entity === entity.name))
  const marked = (name: string, key: 'identifiers' | 'attributes'): boolean =>
    fields.some((about) => about[key].some((field) => field.name === name && field.pii !== undefined))
  const identifiers = new Set(
    entity.identifiers.filter((i) => i.pii !== undefined || marked(i.name, 'identifiers')).map((i) => i.name),
  )
  const attributes = new Set(
    entity.attributes
      .filter((a) => a.pii || marked(a.name, 'attributes') || (a.from && identifiers.has(a.from)))
      .map((a) => a.name),
  )
  const properties = new Set(
    project.sources.flatMap((source) =>
      source.properties
        .filter((p) => isPersonalProperty(p, source, identifiers))
        .map((p) => `${source.name}.${p.name}`),
    ),
  )
  const keys = new Set(
    project.sources.filter((s) => hasPersonalKey(s, entity, identifiers)).map((s) => s.name),
  )
  const known = { identifiers, attributes, properties, keys }
  return { ...known, traits: personalTraits(project, entity, lexicon, known) }
}

type Known = Omit<PersonalNames, 'traits'>

function isPersonalProperty(
  property: Source['properties'][number],
  source: Source,
  identifiers: ReadonlySet<string>,
): boolean {
  return property.pii !== undefined || isIdentifierColumn(property, source, identifiers)
}

function hasPersonalKey(source: Source, entity: Entity, identifiers: ReadonlySet<string>): boolean {
  return (
    source.entities.some((about) => about.entity === entity.name) &&
    source.key.some((part) => isIdentifierColumn(part, source, identifiers))
  )
}

/** Whether a field reads the very column or path that gives a personal identifier. */
function isIdentifierColumn(
  field: Source['key'][number],
  source: Source,
  identifiers: ReadonlySet<string>,
): boolean {
  const place = JSON.stringify(field.from).toLowerCase()
  return source.entities.some((about) =>
    about.identifiers.some(
      (other) => identifiers.has(other.name) && JSON.stringify(other.from).toLowerCase() === place,
    ),
  )
}

/** Aggregates that give back a value of the rows, and not a number about them. */
const GIVES_VALUE = new Set(['min', 'max', 'first', 'last', 'most_frequent', 'collect'])

function personalTraits(
  project: Project,
  entity: Entity,
  lexicon: Lexicon,
  known: Known,
): ReadonlySet<string> {
  const own = project.traits.filter((trait) => trait.entity === entity.name)
  const personal = new Set<string>()
  const isPersonal = ({ definition }: Trait): boolean => {
    switch (definition.kind) {
      case 'ratio':
        return personal.has(definition.numerator) || personal.has(definition.denominator)
      case 'sql':
        return namesIn(definition.sql, lexicon).some(({ name }) =>
          [known.identifiers, known.attributes, personal].some((names) => names.has(name.toLowerCase())),
        )
      case 'aggregate': {
        const { field } = definition
        if (field === undefined || !GIVES_VALUE.has(definition.aggregate)) return false
        return (
          known.attributes.has(field) ||
          definition.from.some((source) => known.properties.has(`${source}.${field}`))
        )
      }
    }
  }
  // A trait may read another: until nothing new is found.
  for (let before = -1; before !== personal.size; ) {
    before = personal.size
    for (const trait of own) if (isPersonal(trait)) personal.add(trait.name)
  }
  return personal
}

/** `a…@x.com`, `+…`: enough to recognise, not to contact. What is short, a number or a date is hidden whole. */
export function mask(text: string): string {
  const first = [...text][0] ?? ''
  const at = text.lastIndexOf('@')
  if (at > 0) return `${first}…${text.slice(at)}`
  const tells = text.length < 3 || /^(true|false|-?[0-9.]{1,10}|[0-9]{4}-[0-9]{2}-[0-9]{2}.*)$/i.test(text)
  return tells ? '…' : `${first}…`
}
