import type { Pattern } from './pattern.js'

/** What differs between engines in writing a pattern. */
export interface PatternFlavour {
  /** The end of the text, and never the place before a last newline. */
  readonly end: string
}

export const RE2: PatternFlavour = { end: '\\z' }
export const ARE: PatternFlavour = { end: '\\Z' }
export const JAVA: PatternFlavour = { end: '\\z' }

const SPECIAL = new Set('\\^$.|?*+()[]{}')

export function printPattern(pattern: Pattern, flavour: PatternFlavour): string {
  switch (pattern.kind) {
    case 'alternation':
      return pattern.branches.map((branch) => printPattern(branch, flavour)).join('|')
    case 'sequence':
      return pattern.items.map((item) => printPattern(item, flavour)).join('')
    case 'repeat':
      return `${printPattern(pattern.item, flavour)}${quantifier(pattern.min, pattern.max)}${pattern.lazy ? '?' : ''}`
    case 'group':
      return `(${pattern.capturing ? '' : '?:'}${printPattern(pattern.item, flavour)})`
    case 'set':
      return `[${pattern.negated ? '^' : ''}${pattern.ranges.map(printRange).join('')}]`
    case 'character':
      return printCharacter(pattern.character)
    case 'any':
      return '[^\\n]'
    case 'start':
      return '^'
    case 'end':
      return flavour.end
  }
}

function quantifier(min: number, max: number | undefined): string {
  if (min === 0 && max === undefined) return '*'
  if (min === 1 && max === undefined) return '+'
  if (min === 0 && max === 1) return '?'
  return max === undefined ? `{${min},}` : min === max ? `{${min}}` : `{${min},${max}}`
}

function printCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  if (character === '\f') return '\\f'
  if (character === '\v') return '\\x0b'
  return SPECIAL.has(character) ? `\\${character}` : character
}

function printRange([low, high]: readonly [string, string]): string {
  const inSet = (c: string) => (/[\]\\^[&-]/.test(c) ? `\\${c}` : printCharacterInSet(c))
  return low === high ? inSet(low) : `${inSet(low)}-${inSet(high)}`
}

function printCharacterInSet(character: string): string {
  return SPECIAL.has(character) ? character : printCharacter(character)
}
