import type { SyncScope } from '../compile/syncs/sync-scope.js'
import type { Row } from '../engines/connection.js'
import type { StatementStep } from '../program/program.js'
import { literal } from '../sql/fragment.js'
import { substituteParameters } from '../sql/lexer.js'
import { print } from '../sql/printer.js'
import { type Moment, type StateStore, stateLiteral } from '../state/store.js'

/** The warehouse of one run of one sync: the texts of its statements with this run's values. */
export class SyncWarehouse {
  readonly #values: Readonly<Record<string, string>>

  constructor(
    readonly store: StateStore,
    readonly scope: SyncScope,
    run: { readonly runId: string; readonly now: Moment },
  ) {
    this.#values = {
      run_id: print(literal(run.runId), store.dialect),
      now: print(stateLiteral({ moment: run.now }), store.dialect),
    }
  }

  async execute(
    steps: readonly StatementStep[],
    values: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const { sql } of steps) await this.store.connection.execute(this.#text(sql, values))
  }

  query(sql: string, values: Readonly<Record<string, string>> = {}): Promise<readonly Row[]> {
    return this.store.connection.query(this.#text(sql, values))
  }

  #text(sql: string, values: Readonly<Record<string, string>>): string {
    return substituteParameters(sql, this.store.dialect.lexicon, { ...this.#values, ...values })
  }
}

/** The text of a statement, with values in the place of its parameters. */
export function withValues(
  { scope }: SyncScope,
  { sql }: StatementStep,
  values: Readonly<Record<string, string>>,
): string {
  return substituteParameters(sql, scope.dialect.lexicon, values)
}
