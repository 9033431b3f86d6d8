import { WarehouseError } from '../../diagnostics/errors.js'
import type { Row } from '../connection.js'
import type { SqlSession } from '../spark/session-connection.js'
import type { DriverSession } from './driver.js'
import { plainRow } from './rows.js'

/** Rows of one answer. */
const FETCHED_ROWS = 10_000

/** A session of the driver; `explain` makes of its errors those of cdp. */
export class DatabricksSession implements SqlSession {
  constructor(
    private readonly session: DriverSession,
    private readonly queryTags: Readonly<Record<string, string>>,
    private readonly explain: (error: unknown, statement: string) => WarehouseError,
  ) {}

  async *rows(statement: string, signal: AbortSignal): AsyncGenerator<readonly Row[], void, undefined> {
    const explained = (error: unknown): never => {
      throw signal.aborted ? new WarehouseError('the statement was stopped') : this.explain(error, statement)
    }
    if (signal.aborted) return explained(undefined)
    const { queryTags } = this
    const operation = await this.session.executeStatement(statement, { queryTags }).catch(explained)
    const cancel = () => void operation.cancel().catch(() => undefined)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      if (signal.aborted) return explained(undefined)
      do {
        const rows = await operation.fetchChunk({ maxRows: FETCHED_ROWS }).catch(explained)
        yield rows.map(plainRow)
      } while (await operation.hasMoreRows().catch(explained))
    } finally {
      signal.removeEventListener('abort', cancel)
      // Where it fails nothing is lost: the server forgets the operation with its session.
      await operation.close().catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    await this.session.close().catch(() => undefined)
  }
}
