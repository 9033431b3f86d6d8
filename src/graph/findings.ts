import { closest } from '../diagnostics/closest.js'
import type { Code } from '../diagnostics/codes.js'
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.js'
import type { Span } from '../diagnostics/span.js'
import type { BrokenNames, NameKind } from '../language/broken-names.js'
import type { Origin } from '../language/origin.js'
import type { Positions } from '../language/positions.js'
import { didYouMean, oneOf } from '../language/problem.js'

/** Where something is said about: a part of a YAML file, or a range of a SQL file. */
export type Place = Origin | Span

export interface FindingDetails {
  /** The key before a value instead of the value. */
  readonly which?: 'key' | 'value'
  /** Characters of a text value, where only a part of it is meant. */
  readonly inside?: { readonly from: number; readonly to: number }
  readonly expected?: string | undefined
  readonly hint?: string | undefined
  readonly related?: readonly { readonly place: Place; readonly message: string }[]
}

/** A name that is looked up, and what it could have been. */
export interface Lookup {
  readonly kind: NameKind
  readonly name: string
  /** What the thing is called in the message, where it is not the kind: `identifier type`. */
  readonly called?: string
  readonly candidates: readonly string[]
  /** In place of `unknown <called> "<name>"`. */
  readonly message?: string
}

/** Collects what is found wrong while the graph is built. */
export class Findings {
  readonly diagnostics: Diagnostic[] = []
  /** A macro is read with each model that uses it; its mistakes are said once. */
  private readonly said = new Set<string>()
  private readonly secrets: Span[] = []

  constructor(
    readonly positions: Positions,
    /** Names whose declaration was dropped with an error: missing them is no second error. */
    private readonly broken: BrokenNames,
    private readonly disabled?: BrokenNames,
  ) {}

  error(code: Code, place: Place, message: string, details: FindingDetails = {}): void {
    this.add('error', code, place, message, details)
  }

  warning(code: Code, place: Place, message: string, details: FindingDetails = {}): void {
    this.add('warning', code, place, message, details)
  }

  /** A secret that stands in the file itself (CDP2008): no frame of the file may show it. */
  secret(place: Place, message: string, details: FindingDetails): void {
    this.secrets.push(this.span(place))
    this.error('CDP2008', place, message, details)
  }

  /** What was found, with the secrets of a file hidden in all that is said of it. */
  masked(): Diagnostic[] {
    return this.diagnostics.map((diagnostic) => {
      const masks = this.secrets.filter(({ file }) => file === diagnostic.span?.file)
      return masks.length === 0 ? diagnostic : { ...diagnostic, masks }
    })
  }

  /** CDP3001, unless the name is known to be broken. A hint given in the details goes before "did you mean". */
  unknown(place: Place, lookup: Lookup, details: FindingDetails = {}): void {
    const { kind, name, called = kind, candidates } = lookup
    if (this.isBroken(kind, name)) return
    if (this.disabled?.has(kind, name)) {
      this.error('CDP3001', place, `${called} ${JSON.stringify(name)} is disabled`, {
        ...details,
        hint: 'remove `enabled: false` from it',
      })
      return
    }
    this.error('CDP3001', place, lookup.message ?? `unknown ${called} ${JSON.stringify(name)}`, {
      ...details,
      expected: candidates.length === 0 ? `there is no ${called} yet` : oneOf(candidates),
      hint: details.hint ?? didYouMean(closest(name, candidates)),
    })
  }

  /** Whether declarations of this kind were dropped with an error: nothing can be said about what all of them lack. */
  anyBroken(kind: NameKind): boolean {
    return this.broken.hasAny(kind)
  }

  isBroken(kind: NameKind, name: string): boolean {
    return this.broken.has(kind, name)
  }

  span(place: Place, details: FindingDetails = {}): Span {
    if (!('path' in place)) return place
    const { inside, which } = details
    return inside
      ? this.positions.inside(place, inside.from, inside.to)
      : this.positions.span(place, which ?? 'value')
  }

  /** Found by others. */
  include(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const key = `${diagnostic.span?.file} ${diagnostic.span?.start} ${diagnostic.message}`
      if (!this.said.has(key)) this.diagnostics.push(diagnostic)
      this.said.add(key)
    }
  }

  private add(severity: Severity, code: Code, place: Place, message: string, details: FindingDetails): void {
    const { expected, hint, related } = details
    const span = this.span(place, details)
    const key = `${span.file} ${span.start} ${message}`
    if (this.said.has(key)) return
    this.said.add(key)
    this.diagnostics.push({
      code,
      severity,
      message,
      span,
      ...(expected !== undefined && { expected }),
      ...(hint !== undefined && { hint }),
      ...(related && { related: related.map((r) => ({ span: this.span(r.place), message: r.message })) }),
    })
  }
}
