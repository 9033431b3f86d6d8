import type pg from 'pg'
import type { Row } from '../connection.js'
import { withRetries } from './retries.js'
import type { Server, Session } from './server.js'

/** What a session does on any server that speaks the protocol of Postgres. */
export abstract class ServerConnection {
  #running = false
  #isInTransaction = false

  constructor(
    protected readonly server: Server,
    protected readonly session: Session,
    /** It closes the others. */
    private readonly isFirst: boolean,
  ) {}

  async execute(statement: string): Promise<number | undefined> {
    const result = await this.#ask(() => this.session.client.query(statement))
    // Several statements give a result each; the first is the one that is meant.
    const [first] = Array.isArray(result) ? (result as pg.QueryResult[]) : [result]
    return first?.rowCount ?? undefined
  }

  async query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    const result = await this.#ask(() => this.session.client.query<Row>(text))
    return result.rows
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return withRetries(() => this.#inTransaction(work), this.server.kind.isRolledBack, this.server.tell)
  }

  interrupt(): void {
    if (!this.#running) return
    void this.#cancel().catch(() => undefined)
  }

  async close(): Promise<void> {
    if (this.isFirst) await this.server.closeAll()
    else await this.server.close(this.session.client)
  }

  async #cancel(): Promise<void> {
    const client = await this.server.newClient()
    try {
      await client.query('select pg_cancel_backend($1)', [this.session.process])
    } finally {
      await client.end()
    }
  }

  async #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('begin')
    this.#isInTransaction = true
    try {
      const result = await work()
      await this.execute('commit')
      return result
    } catch (error) {
      await this.execute('rollback').catch(() => undefined)
      throw error
    } finally {
      this.#isInTransaction = false
    }
  }

  /** A statement by itself is a transaction: what was rolled back left nothing behind. */
  #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isInTransaction) return this.run(work)
    return withRetries(() => this.run(work), this.server.kind.isRolledBack, this.server.tell)
  }

  protected async run<T>(work: () => Promise<T>): Promise<T> {
    this.#running = true
    try {
      return await work()
    } catch (error) {
      throw this.server.kind.explain(error)
    } finally {
      this.#running = false
    }
  }
}
