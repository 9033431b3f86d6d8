import type { Pattern } from './pattern.js'

/** What differs between engines in writing a pattern. */
export interface PatternFlavour {
  /** The end of the text, and never the place before a last newline. */
  readonly end: string
  readonly verticalTab: string
  /** Whether groups capture, where the engine has but one kind, or a function wants none that does; else as written. */
  readonly capturing?: boolean
}

export const RE2: PatternFlavour = { end: '\\z', verticalTab: '\\x0b' }
/** Behind `\x` any number of hex digits counts. */
export const ARE: PatternFlavour = { end: '\\Z', verticalTab: '\\u000b' }
export const JAVA: PatternFlavour = { end: '\\z', verticalTab: '\\x0b' }

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
      return `(${(flavour.capturing ?? pattern.capturing) ? '' : '?:'}${printPattern(pattern.item, flavour)})`
    case 'set':
      return `[${pattern.negated ? '^' : ''}${pattern.ranges.map((range) => printRange(range, flavour)).join('')}]`
    case 'character':
      return printCharacter(pattern.character, flavour)
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

function printCharacter(character: string, flavour: PatternFlavour): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  if (character === '\f') return '\\f'
  if (character === '\v') return flavour.verticalTab
  return SPECIAL.has(character) ? `\\${character}` : character
}

function printRange([low, high]: readonly [string, string], flavour: PatternFlavour): string {
  const inSet = (c: string) => (/[\]\\^[&-]/.test(c) ? `\\${c}` : printCharacterInSet(c, flavour))
  return low === high ? inSet(low) : `${inSet(low)}-${inSet(high)}`
}

function printCharacterInSet(character: string, flavour: PatternFlavour): string {
  return SPECIAL.has(character) ? character : printCharacter(character, flavour)
}
