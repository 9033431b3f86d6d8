/** What a name can be of. Identifiers, attributes, properties and match rules are kept without their owner. */
export type NameKind =
  | 'source'
  | 'entity'
  | 'model'
  | 'trait'
  | 'segment'
  | 'identifier'
  | 'attribute'
  | 'property'
  | 'match'
  | 'override'
  | 'relation'
  | 'destination'
  | 'connector'
  | 'purpose'
  | 'consent'
  | 'sync'
  | 'test'
  | 'journey'

/**
 * Names that stand in the project, but whose declaration was dropped because something was said about it already.
 * A later stage that misses such a name stays silent: one typo gives one error.
 */
export class BrokenNames {
  private readonly names = new Set<string>()
  private readonly ofAnyKind = new Set<string>()

  add(kind: NameKind, name: string): void {
    this.names.add(`${kind} ${name}`)
  }

  /** From a file that could not be read: what kind of thing it names is not known. */
  addOfAnyKind(name: string): void {
    this.ofAnyKind.add(name)
  }

  /** Whether something of this kind is missing because it is broken: what it would have given is not known. */
  hasAny(kind: NameKind): boolean {
    return this.ofAnyKind.size > 0 || [...this.names].some((name) => name.startsWith(`${kind} `))
  }

  has(kind: NameKind, name: string): boolean {
    return this.names.has(`${kind} ${name}`) || this.ofAnyKind.has(name)
  }
}
