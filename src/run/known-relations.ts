import type { ExistingRelation } from '../engines/connection.js'
import type { Lexicon } from '../sql/lexer.js'
import { type OwnStatement, readOwnStatement } from '../state/own-statement.js'

/**
 * What the internal schema holds, read once when a run begins and followed from there on: nobody else makes or drops
 * relations that live within a run. Where a statement has a price whatever it does, drops of what is not there are not
 * sent, which are most of a run's, nor is kept state made that is there. A table takes a name that is free by being renamed,
 * else by being copied: the one or the other is sent.
 */
export class KnownRelations {
  readonly #there: Set<string>

  constructor(
    private readonly schema: string,
    private readonly lexicon: Lexicon,
    existing: readonly ExistingRelation[],
  ) {
    this.#there = new Set(existing.map(({ name }) => name.toLowerCase()))
  }

  /** Whether the statement is to be sent: it would do something. It counts as executed where it is. */
  needs(sql: string): boolean {
    const own = this.#own(sql)
    if (!own) return true
    const name = own.name.toLowerCase()
    if (own.does === 'drop' && own.isConditional && !this.#there.has(name)) return false
    if (own.renamedTo !== undefined && this.#there.has(own.renamedTo.toLowerCase())) return false
    if (own.copyOf !== undefined && !this.#there.has(own.copyOf.toLowerCase())) return false
    if (own.does === 'make') this.#there.add(name)
    else this.#there.delete(name)
    if (own.renamedTo !== undefined) this.#there.add(own.renamedTo.toLowerCase())
    return true
  }

  /** Whether what the statement makes where it is missing is there. */
  isMade(sql: string): boolean {
    const own = this.#own(sql)
    return own?.does === 'make' && own.isConditional && this.#there.has(own.name.toLowerCase())
  }

  #own(sql: string): OwnStatement | undefined {
    const own = readOwnStatement(sql, this.lexicon)
    return own?.schema.toLowerCase() === this.schema.toLowerCase() ? own : undefined
  }
}

/** Where statements cost nothing worth mentioning, all are sent. */
export const ALL_NEEDED: Pick<KnownRelations, 'needs' | 'isMade'> = { needs: () => true, isMade: () => false }
