import { name, raw, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { keptTables } from './registry.js'
import { type StateStore, stateTable } from './store.js'
import { metaTable, runsTable } from './tables.js'

/** How the internal tables of version `to - 1` become those of version `to`. */
export interface Migration {
  readonly to: number
  readonly statements: (store: StateStore) => Promise<readonly Sql[]>
}

/** In order of `to`, which follow each other without a gap and end with `STATE_VERSION`. */
export const MIGRATIONS: readonly Migration[] = [
  // The tables of syncs, which are made where they are missing.
  { to: 2, statements: async () => [] },
  // Ids know the order of the runs that minted them: several runs can have one `as_of`.
  {
    to: 3,
    statements: async (store) =>
      (await keptTables(store, 'ids')).flatMap((ids) => [
        sql`alter table ${from(ids)} add column ${name('minted_order')} ${raw(store.dialect.type({ kind: 'integer' }))}`,
        orderOfMinting(store, ids),
      ]),
  },
  // The tables know whose they are: from here on of the project that comes first.
  {
    to: 4,
    statements: async (store) => [
      sql`alter table ${stateTable(store, metaTable)} add column ${name('project')} ${raw(store.dialect.type({ kind: 'string' }))}`,
    ],
  },
  // The table of audiences, which is made where it is missing.
  { to: 5, statements: async () => [] },
]

function orderOfMinting(store: StateStore, ids: Relation): Sql {
  const table = ids.parts.at(-1) ?? ''
  return sql`
    update ${from(ids)}
    set ${name('minted_order')} = (
      select max(${name('o', 'place')})
      from (
        select
          ${name('i', 'minted_run')},
          row_number() over (
            order by min(${name('r', 'started_at')}) asc nulls first, min(${name('i', 'minted_at')}), ${name('i', 'minted_run')}
          ) as ${name('place')}
        from ${from(ids)} as ${name('i')}
        left join ${stateTable(store, runsTable)} as ${name('r')} on ${name('r', 'run_id')} = ${name('i', 'minted_run')}
        group by ${name('i', 'minted_run')}
      ) as ${name('o')}
      where ${name('o', 'minted_run')} = ${name(table, 'minted_run')}
    )
    where true
  `
}
