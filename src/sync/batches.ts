import type { OutgoingRow } from '../connectors/connector.js'
import type { BatchLimits, OperationName } from '../connectors/description.js'
import type { PlannedRow } from './rows.js'

/** Rows that go in one request: of one operation and one audience, within what the destination takes. */
export interface PlannedBatch {
  /** Of the run, from 1. */
  readonly number: number
  readonly phase: number
  readonly operation: OperationName
  readonly audience: string
  readonly rows: readonly PlannedRow[]
}

export interface CutOptions {
  readonly limitsOf: (operation: OperationName) => BatchLimits
  readonly sizeOf?: ((operation: OperationName, row: OutgoingRow) => number) | undefined
}

/** Cuts rows into batches in their order. A row that is alone too large goes alone: the destination says what it thinks of it. */
export async function* cutBatches(
  rows: AsyncIterable<PlannedRow>,
  { limitsOf, sizeOf }: CutOptions,
): AsyncGenerator<PlannedBatch> {
  let open: PlannedRow[] = []
  let bytes = 0
  let unique = new Set<unknown>()
  let number = 0
  const close = (): PlannedBatch | undefined => {
    const [first] = open
    if (!first) return undefined
    const { phase, operation, audience } = first
    number += 1
    const batch = { number, phase, operation, audience, rows: open }
    open = []
    bytes = 0
    unique = new Set()
    return batch
  }
  for await (const row of rows) {
    const limits = limitsOf(row.operation)
    const size = sizeOf && limits.maxBytes !== undefined ? sizeOf(row.operation, numbered(row, 1)) : 0
    const value = limits.uniqueBy === undefined ? row.seq : distinction(row, limits.uniqueBy)
    const fits =
      isAlike(row, open[0]) &&
      open.length < limits.maxRows &&
      bytes + size <= (limits.maxBytes ?? Number.POSITIVE_INFINITY) &&
      !unique.has(value)
    if (!fits) {
      const batch = close()
      if (batch) yield batch
    }
    open.push(row)
    bytes += size
    unique.add(value)
  }
  const last = close()
  if (last) yield last
}

export function numbered({ row }: PlannedRow, seq: number): OutgoingRow {
  return { ...row, seq }
}

function isAlike(row: PlannedRow, first: PlannedRow | undefined): boolean {
  return (
    first === undefined ||
    (row.phase === first.phase && row.operation === first.operation && row.audience === first.audience)
  )
}

/** Rows without the field are all different. */
function distinction({ row, seq }: PlannedRow, field: string): unknown {
  if (field === '$key') return row.key
  const value = row.keyFields[field] ?? row.fields[field]
  return value === undefined || value === null ? `\u0000${seq}` : value
}
