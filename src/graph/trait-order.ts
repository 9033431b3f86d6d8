import { unreachable } from '../diagnostics/errors.js'
import type { Trait } from '../language/trait.js'
import type { Lexicon } from '../sql/lexer.js'
import { identifiersIn } from '../sql/user-fragment.js'
import { levelsOf } from './levels.js'

/** Names that a trait's definition uses and that may be other traits: a ratio's two, or those of its expression. */
export function traitInputs(trait: Trait, lexicon: Lexicon): readonly string[] {
  const { definition } = trait
  switch (definition.kind) {
    case 'aggregate':
      return []
    case 'ratio':
      return [definition.numerator, definition.denominator]
    case 'sql':
      return [...new Set(identifiersIn(definition.sql, lexicon).map((used) => used.name.toLowerCase()))]
    default:
      return unreachable(definition)
  }
}

/**
 * Traits of one entity in the order in which they can be computed: the first level reads attributes and sources alone,
 * each other one also traits of the levels before it. Within a level in the order given.
 */
export function traitLevels(traits: readonly Trait[], lexicon: Lexicon): readonly (readonly Trait[])[] {
  const byName = new Map(traits.map((trait) => [trait.name, trait]))
  const inputsOf = (name: string): readonly string[] => {
    const trait = byName.get(name)
    return trait ? traitInputs(trait, lexicon).filter((input) => byName.has(input)) : []
  }
  return levelsOf([...byName.keys()], inputsOf).map((level) => {
    const names = new Set(level)
    return traits.filter((trait) => names.has(trait.name))
  })
}
