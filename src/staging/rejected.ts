import type { Table } from '../program/scope.js'
import type { LogicalType } from '../sql/logical-type.js'
import { changedOrWithoutKey } from './rows.js'

const text: LogicalType = { kind: 'string' }
const integer: LogicalType = { kind: 'integer' }

/** Rows of a source that were set aside: without key, with a duplicate one, without a readable time, malformed. */
export function rejectedRecordsTable(source: string): Table {
  const part = changedOrWithoutKey(source)
  return { node: `source.${source}`, name: `rejected_records_${source}`, part }
}

/** Values that do not cast or that a rule refused, up to a thousand a column. */
export function rejectedValuesTable(source: string): Table {
  return { node: `source.${source}`, name: `rejected_values_${source}` }
}

/** Identifier values that were refused, one row a source, type, raw value and rule. */
export function rejectedIdentifiersTable(source: string): Table {
  return { node: `source.${source}`, name: `rejected_identifiers_${source}` }
}

export const rejectedRecordsShape = [
  { name: 'source', type: text },
  { name: 'record_key', type: text },
  { name: 'reason', type: text },
  { name: 'column_name', type: text },
  { name: 'value', type: text },
] as const

export const rejectedValuesShape = [
  { name: 'source', type: text },
  { name: 'record_key', type: text },
  { name: 'reason', type: text },
  { name: 'column_name', type: text },
  { name: 'value', type: text },
] as const

export const rejectedIdentifiersShape = [
  { name: 'source', type: text },
  { name: 'identifier', type: text },
  { name: 'value', type: text },
  { name: 'rule', type: text },
  { name: 'row_count', type: integer },
  { name: 'sample_record_key', type: text },
] as const
