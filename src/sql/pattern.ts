import { escapeRefusal, FOREIGN_CASE, groupRefusal } from './pattern-refusals.js'
import { inBothCases, type Pattern, repetitions } from './pattern-tree.js'

export type { Pattern } from './pattern-tree.js'

export interface PatternError {
  readonly message: string
  /** Characters from the start of the pattern. */
  readonly offset: number
}

type Range = readonly [string, string]

const DIGITS: readonly Range[] = [['0', '9']]
const WORD: readonly Range[] = [
  ['0', '9'],
  ['A', 'Z'],
  ['_', '_'],
  ['a', 'z'],
]
const SPACE: readonly Range[] = [
  [' ', ' '],
  ['\t', '\t'],
  ['\n', '\n'],
  ['\r', '\r'],
  ['\f', '\f'],
]
const CLASSES: Record<string, readonly Range[]> = { d: DIGITS, w: WORD, s: SPACE }
const CONTROLS: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }
const MAX_REPEAT = 255
/** Of repetitions within repetitions, their bounds multiplied: RE2 reads no more. */
const MAX_NESTED_REPEAT = 1000

class Refused extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message)
  }
}

/** What a user wrote, as a tree; or what in it is not portable, and where. */
export function parsePattern(text: string): { readonly pattern: Pattern } | { readonly error: PatternError } {
  try {
    return { pattern: new Parser(text).whole() }
  } catch (error) {
    if (error instanceof Refused) return { error: { message: error.message, offset: error.offset } }
    throw error
  }
}

class Parser {
  #at = 0
  readonly #ignoreCase: boolean

  constructor(readonly text: string) {
    this.#ignoreCase = text.startsWith('(?i)')
  }

  whole(): Pattern {
    if (this.#ignoreCase) {
      const foreign = /[^\p{ASCII}]/u.exec(this.text)
      if (foreign) throw new Refused(FOREIGN_CASE, foreign.index)
      this.#at = 4
    }
    const item = this.#alternation()
    if (this.#at < this.text.length) throw new Refused(`unmatched "${this.#peek()}"`, this.#at)
    return this.#ignoreCase ? inBothCases(item) : item
  }

  #alternation(): Pattern {
    const branches = [this.#sequence()]
    while (this.#peek() === '|') {
      this.#at += 1
      branches.push(this.#sequence())
    }
    const [only] = branches
    return branches.length === 1 && only ? only : { kind: 'alternation', branches }
  }

  #sequence(): Pattern {
    const items: Pattern[] = []
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      items.push(this.#quantified(this.#atom()))
    }
    return { kind: 'sequence', items }
  }

  #quantified(item: Pattern): Pattern {
    const start = this.#at
    const bounds = this.#bounds()
    if (!bounds) return item
    if (item.kind === 'start' || item.kind === 'end') throw new Refused('nothing to repeat', start)
    const lazy = this.#peek() === '?'
    if (lazy) this.#at += 1
    if (this.#peek() === '+' || this.#peek() === '*')
      throw new Refused('possessive and double quantifiers are not portable', this.#at)
    if (repetitions(item) * (bounds.max ?? bounds.min) > MAX_NESTED_REPEAT)
      throw new Refused(
        `repetitions within repetitions make more than ${MAX_NESTED_REPEAT}: no more are portable`,
        start,
      )
    return { kind: 'repeat', item, ...bounds, lazy }
  }

  #bounds(): { min: number; max: number | undefined } | undefined {
    const next = this.#peek()
    const simple: Record<string, { min: number; max: number | undefined }> = {
      '*': { min: 0, max: undefined },
      '+': { min: 1, max: undefined },
      '?': { min: 0, max: 1 },
    }
    const known = next === undefined ? undefined : simple[next]
    if (known) {
      this.#at += 1
      return known
    }
    if (next !== '{') return undefined
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.text.slice(this.#at))
    if (!match)
      throw new Refused('"{" must begin a repetition like {2,5}; write \\{ for the character', this.#at)
    const min = Number(match[1])
    const max = match[2] === undefined ? min : match[3] ? Number(match[3]) : undefined
    if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT)
      throw new Refused(`no more than ${MAX_REPEAT} repetitions are portable`, this.#at)
    if (max !== undefined && max < min)
      throw new Refused('the bounds of the repetition are the wrong way round', this.#at)
    this.#at += match[0].length
    return { min, max }
  }

  #atom(): Pattern {
    const start = this.#at
    const character = this.#take()
    switch (character) {
      case '(':
        return this.#group(start)
      case '[':
        return this.#set(start)
      case '.':
        return { kind: 'any' }
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '\\':
        return this.#escape(start)
      case '*':
      case '+':
      case '?':
        throw new Refused(`nothing to repeat before "${character}"`, start)
      case '{':
        throw new Refused('"{" must follow what it repeats; write \\{ for the character', start)
      default:
        return { kind: 'character', character }
    }
  }

  #group(start: number): Pattern {
    const capturing = this.#peek() !== '?'
    if (!capturing) {
      if (!this.text.startsWith('?:', this.#at))
        throw new Refused(groupRefusal(this.text.slice(this.#at)), start)
      this.#at += 2
    }
    const item = this.#alternation()
    if (this.#peek() !== ')') throw new Refused('this bracket is never closed', start)
    this.#at += 1
    return { kind: 'group', item, capturing }
  }

  #escape(start: number): Pattern {
    const next = this.#take('a backslash at the end', start)
    const set = CLASSES[next] ?? CLASSES[next.toLowerCase()]
    if (set) return { kind: 'set', negated: next !== next.toLowerCase(), ranges: set }
    return { kind: 'character', character: this.#escaped(next, start) }
  }

  #escaped(next: string, start: number): string {
    const control = CONTROLS[next]
    if (control) return control
    if (next === 'x') {
      const hex = /^[0-9A-Fa-f]{2}/.exec(this.text.slice(this.#at))
      if (!hex) throw new Refused('\\x must be followed by two hex digits', start)
      this.#at += 2
      const code = Number.parseInt(hex[0], 16)
      if (code === 0) throw new Refused('no text of a database holds \\x00', start)
      if (this.#ignoreCase && code > 0x7f) throw new Refused(FOREIGN_CASE, start)
      return String.fromCharCode(code)
    }
    if (/[0-9A-Za-z]/.test(next)) throw new Refused(escapeRefusal(next), start)
    return next
  }

  #set(start: number): Pattern {
    const negated = this.#peek() === '^'
    if (negated) this.#at += 1
    const ranges: Range[] = []
    for (;;) {
      const at = this.#at
      const next = this.#take('this class is never closed', start)
      if (next === ']' && ranges.length > 0) return { kind: 'set', negated, ranges }
      if (next === ']') throw new Refused('an empty class is not portable', at)
      if (next === '[' || (next === '&' && this.#peek() === '&'))
        throw new Refused('write \\[ and \\& inside a class', at)
      ranges.push(...this.#range(next, at))
    }
  }

  #range(first: string, at: number): readonly Range[] {
    const set = first === '\\' ? CLASSES[this.#peek() ?? ''] : undefined
    if (set) {
      this.#at += 1
      return set
    }
    const low = first === '\\' ? this.#escaped(this.#take('a backslash at the end', at), at) : first
    if (this.#peek() !== '-' || this.text[this.#at + 1] === ']') return [[low, low]]
    this.#at += 1
    const last = this.#take('this class is never closed', at)
    const high = last === '\\' ? this.#escaped(this.#take('a backslash at the end', at), at) : last
    if (high < low) throw new Refused('the bounds of the range are the wrong way round', at)
    return [[low, high]]
  }

  #peek(): string | undefined {
    const code = this.text.codePointAt(this.#at)
    return code === undefined ? undefined : String.fromCodePoint(code)
  }

  #take(otherwise = 'the pattern ends too early', offset = this.#at): string {
    const next = this.#peek()
    if (next === undefined) throw new Refused(otherwise, offset)
    this.#at += next.length
    return next
  }
}
