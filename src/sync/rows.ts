import { PHASE } from '../compile/syncs/move.js'
import type { SyncScope } from '../compile/syncs/sync-scope.js'
import { type FieldColumn, fieldColumns } from '../compile/syncs/synced-rows.js'
import type { OutgoingRow, Value } from '../connectors/connector.js'
import type { OperationName } from '../connectors/description.js'
import type { Row } from '../engines/connection.js'
import { keyFieldsOf } from '../graph/synced.js'
import type { LogicalType } from '../language/logical-type.js'

/** A row of a plan on its way out. */
export interface PlannedRow {
  readonly seq: number
  readonly phase: number
  readonly operation: OperationName
  readonly audience: string
  /** Without its number in a batch. */
  readonly row: Omit<OutgoingRow, 'seq'>
}

type KeyField = ReturnType<typeof keyFieldsOf>[number] & { readonly type: LogicalType | undefined }

/** Makes rows of a plan into rows that leave: text becomes values of its type, nulls are left out unless they are sent. */
export function rowReader(scope: SyncScope): (row: Row) => PlannedRow {
  const { sync, synced, columns } = scope
  const keys = keyFieldsOf(sync, synced).map((key) => ({ ...key, type: columns.get(key.column) }))
  const keyNames = new Set(keys.map(({ field }) => field))
  const fields = fieldColumns(scope).filter(({ field }) => !keyNames.has(field.name))
  const onlyIfEmpty = fields.filter(({ field }) => field.onlyIfEmpty).map(({ field }) => field.name)
  return (row) => {
    const key = String(row.row_key)
    const phase = Number(row.phase)
    const isLeaving = phase === PHASE.leave
    return {
      seq: Number(row.seq),
      phase,
      operation: row.operation as OperationName,
      audience: String(row.audience),
      row: {
        key,
        keyFields: keyValues(key, keys),
        fields: isLeaving ? fieldsOfLeaving(scope, row) : values(row, fields, sync.nulls === 'send'),
        ...present('destinationId', row.destination_id),
        ...present('customerId', row.customer_id),
        ...(onlyIfEmpty.length > 0 && !isLeaving && { onlyIfEmpty }),
        ...(row.previous_key !== null &&
          row.previous_key !== undefined && {
            previous: { key: String(row.previous_key), ...present('destinationId', row.previous_id) },
          }),
      },
    }
  }
}

/** Who left has no values any more: what is written then is what the sync says. */
function fieldsOfLeaving({ operations }: SyncScope, row: Row): Readonly<Record<string, Value>> {
  const { leave, main } = operations
  return leave.kind === 'update' && row.operation === main ? leave.fields : {}
}

function values(
  row: Row,
  fields: readonly FieldColumn[],
  sendsNulls: boolean,
): Readonly<Record<string, Value>> {
  const found: Record<string, Value> = {}
  for (const { field, column, type } of fields) {
    const text = row[column]
    if (text !== null && text !== undefined) found[field.name] = typedValue(String(text), type)
    else if (sendsNulls) found[field.name] = null
  }
  return found
}

/** The key as the ledger has it, read back: of a row that left nothing else is known. */
function keyValues(key: string, keys: readonly KeyField[]): Readonly<Record<string, Value>> {
  const texts = keys.length === 1 ? [key] : (JSON.parse(key) as readonly string[])
  return Object.fromEntries(keys.map(({ field, type }, i) => [field, typedValue(texts[i] ?? '', type)]))
}

/** Canonical text → value. What a double does not hold of a decimal is lost: destinations take JSON numbers. */
export function typedValue(text: string, type: LogicalType | undefined): Value {
  switch (type?.kind) {
    case 'integer': {
      const number = Number(text)
      return Number.isSafeInteger(number) ? number : BigInt(text)
    }
    case 'number':
    case 'float':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'json':
      return jsonOf(text)
    case 'timestamp':
      return text.replace(/\.?0*Z$/, 'Z')
    default:
      return text
  }
}

function jsonOf(text: string): Value {
  try {
    return JSON.parse(text) as Value
  } catch {
    return text
  }
}

function present<K extends string>(name: K, value: unknown): { readonly [key in K]?: string } {
  return value === null || value === undefined ? {} : ({ [name]: String(value) } as { [key in K]: string })
}
