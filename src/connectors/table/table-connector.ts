import { createHash } from 'node:crypto'
import { DeliveryError, WarehouseError } from '../../diagnostics/errors.js'
import { StatementError } from '../../engines/connection.js'
import { type Relation, relation } from '../../sql/relation.js'
import type { Answer, Batch, CheckAnswer, Connector, Destination, Refusal } from '../connector.js'
import type { ConnectorDescription, Operation } from '../description.js'
import type { OpenedTarget, OpenTarget } from './opened-target.js'
import { type ColumnTypes, columnTypes, makeTable } from './table-columns.js'
import { writeRows } from './write-rows.js'

const record = (more: Partial<Operation> = {}): Operation => ({
  kind: 'record',
  idempotent: true,
  optsIn: false,
  batch: { maxRows: 500, uniqueBy: '$key' },
  ...more,
})

const writing = { reportsCreated: true, onlyIfEmpty: true }

const ANY = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'json'] as const

const DESCRIPTION: ConnectorDescription = {
  name: 'table',
  title: 'a table',
  category: 'other',
  config: {
    target: {
      type: 'target',
      description: 'A target of profiles.yml; the one that the sync runs on unless given.',
    },
    table: {
      type: 'string',
      required: true,
      description: 'The table, with its schema: crm.contacts. Made where it is missing.',
    },
  },
  rows: { key: { types: ANY }, fields: {}, additional: { types: ANY } },
  operations: {
    upsert: record(writing),
    update: record(writing),
    create: record(writing),
    append: record(),
    delete: record(),
    rekey: record({ batch: { maxRows: 1 } }),
  },
  limits: { rates: [], concurrency: 1, timeoutMs: 30_000 },
  retry: { maxAttempts: 5, baseMs: 500, factor: 2, maxMs: 10_000, maxElapsedMs: 120_000 },
  delivery: 'changes',
  audiences: false,
}

/** A table of any engine that cdp speaks, written by its key: columns that a sync does not map stay as they are. */
export function tableConnector(openTarget: OpenTarget): Connector {
  return {
    description: DESCRIPTION,
    open: async ({ name, config }) => {
      const parts = String(config.table).split('.')
      if (parts.length < 2 || parts.some((part) => part.trim() === ''))
        throw new DeliveryError(
          `the destination ${name} names no table with its schema: ${String(config.table)}`,
          'Write it with its schema: crm.contacts.',
        )
      const opened = await openTarget(config.target === undefined ? undefined : String(config.target))
      const { database } = opened.connection
      const isWhole = parts.length > 2 || database === undefined
      return new TableDestination(opened, relation(...(isWhole ? parts : [database, ...parts])))
    },
  }
}

class TableDestination implements Destination {
  readonly connection: string
  /** Once it is known that the table is there, and has every column. */
  #types: ColumnTypes | undefined

  constructor(
    private readonly opened: OpenedTarget,
    private readonly table: Relation,
  ) {
    this.connection = createHash('sha256').update(`table ${opened.place}`).digest('hex').slice(0, 32)
  }

  async check(): Promise<CheckAnswer> {
    const named = this.table.parts.join('.')
    const columns = await this.opened.connection.describeTable(this.table)
    return { kind: 'ok', message: columns ? `${named} is there` : `${named} will be made` }
  }

  async send(batch: Batch): Promise<Answer> {
    const { connection, dialect } = this.opened
    try {
      const types = this.#types ?? (await this.#make(batch))
      if ('kind' in types) return types
      this.#types = types
      const rows = await writeRows({ connection, dialect, table: this.table, types }, batch)
      return { kind: 'results', rows }
    } catch (error) {
      if (error instanceof StatementError)
        return { kind: 'split', code: 'refused', message: error.message.split('\n')[0] ?? '' }
      if (error instanceof WarehouseError)
        return { kind: 'retry', message: error.message, maybeProcessed: true }
      throw error
    }
  }

  async #make({ columns = [] }: Batch): Promise<ColumnTypes | Refusal> {
    let types = await columnTypes(this.opened, this.table)
    if (!types) {
      await makeTable(this.opened, this.table, columns)
      types = (await columnTypes(this.opened, this.table)) ?? new Map()
    }
    const missing = columns.filter(({ name }) => !types.has(name.toLowerCase())).map(({ name }) => name)
    if (missing.length === 0) return types
    return {
      kind: 'stop',
      message: `the table ${this.table.parts.join('.')} has no column ${missing.join(', ')}`,
      remedy: 'Add it to the table, or take it out of the map.',
    }
  }

  /** The connection is its owner's. */
  async close(): Promise<void> {}
}
