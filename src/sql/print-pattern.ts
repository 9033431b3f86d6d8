import type { Pattern } from './pattern.js'

/** What differs between engines in writing a pattern. */
export interface PatternFlavour {
  /** The end of the text, and never the place before a last newline. */
  readonly end: string
  readonly verticalTab: string
  /** Whether groups capture, where the engine has but one kind, or a function wants none that does; else as written. */
  readonly capturing?: boolean
  /** False where the engine has no lazy repetition: whether a pattern matches does not depend on it. */
  readonly lazy?: false
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
      return `${printPattern(pattern.item, flavour)}${quantifier(pattern.min, pattern.max)}${pattern.lazy && flavour.lazy !== false ? '?' : ''}`
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

/** A replacement for a pattern whose groups all capture: `\1`, the first group that was to capture, has another number there. */
export function renumbered(replacement: string, pattern: Pattern): string {
  const groups: boolean[] = []
  collectGroups(pattern, groups)
  const numbers = groups.flatMap((isCapturing, i) => (isCapturing ? [i + 1] : []))
  return replacement.replaceAll(/\\(\d)/g, (_, n) => `\\${numbers[Number(n) - 1] ?? n}`)
}

function collectGroups(pattern: Pattern, groups: boolean[]): void {
  switch (pattern.kind) {
    case 'alternation':
      for (const branch of pattern.branches) collectGroups(branch, groups)
      return
    case 'sequence':
      for (const item of pattern.items) collectGroups(item, groups)
      return
    case 'group':
      groups.push(pattern.capturing)
      collectGroups(pattern.item, groups)
      return
    case 'repeat':
      collectGroups(pattern.item, groups)
  }
}
