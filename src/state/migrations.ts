import type { Sql } from '../sql/fragment.js'
import type { StateStore } from './store.js'

/** How the internal tables of version `to - 1` become those of version `to`. */
export interface Migration {
  readonly to: number
  readonly statements: (store: StateStore) => readonly Sql[]
}

/** In order of `to`, which follow each other without a gap and end with `STATE_VERSION`. */
export const MIGRATIONS: readonly Migration[] = [
  // The tables of syncs, which are made where they are missing.
  { to: 2, statements: () => [] },
]
