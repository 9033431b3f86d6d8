import type { Field } from '../language/field.js'
import type { Source } from '../language/source.js'
import { asOf, nullOf } from '../program/scope.js'
import { coalesce, list, name, type Sql, sql } from '../sql/fragment.js'
import type { RefusableValue } from './cleaning.js'
import { type FieldReader, recordKey } from './input.js'
import { personalFields } from './personal.js'
import { partitionColumn, refusedColumn } from './rows.js'

/** Faults that set a row aside and list it; the others are only counted. */
export const REJECTED_FAULTS = [
  'missing_key',
  'missing_partition',
  'missing_timestamp',
  'bad_timestamp',
  'duplicate_key',
  'malformed_row',
] as const

/** A fault, when a row has it, and the value that shows it. */
export interface Fault {
  readonly fault: string
  readonly when: Sql
  readonly column?: string
  readonly value?: Sql
  /** The value must not be shown. */
  readonly pii?: boolean
  /** Asked of the staged row, where several columns can have the fault: whether it was this one. */
  readonly here?: Sql
}

/**
 * Key, times and event name of a row, and what can be wrong with it as a whole, the first that applies:
 * filtered (its `where`), future (after `as_of`: it does not exist yet), missing_key, missing_partition, bad_timestamp,
 * missing_timestamp. `values`: those whose loss leaves the row good, `created_at` and `deleted`.
 */
export function defineRow(
  reader: FieldReader,
  source: Source,
  isRead: Sql | undefined,
): { readonly faults: readonly Fault[]; readonly values: readonly RefusableValue[] } {
  const { select } = reader
  const isPersonal = personalFields(reader.context.project, source)
  const key = source.key.map((field) => reader.text(field))
  select.result('read', 'record_key', recordKey(reader.context, key))
  const faults: Fault[] = []
  if (isRead) {
    const matches = select.step('read', 'is_read', isRead, 'staged')
    faults.push({ fault: 'filtered', when: sql`not ${matches}` })
  }
  if (source.timestamp) faults.push({ fault: 'future', when: sql`${name('occurred_at')} > ${asOf}` })
  faults.push({ fault: 'missing_key', when: sql`${name('record_key')} is null`, column: keyLabel(source) })
  for (const about of source.entities) {
    if (!about.partition) continue
    const partition = select.result('read', partitionColumn(about.entity), reader.text(about.partition))
    faults.push({
      fault: 'missing_partition',
      when: sql`${partition} is null`,
      column: labelOf(about.partition),
    })
  }
  faults.push(...defineTimes(reader, source, isPersonal))
  if (source.event) select.result('read', 'event', reader.text(source.event))
  const values: RefusableValue[] = []
  if (source.createdAt) values.push(...lossOf(reader, source.createdAt, 'created_at', isPersonal))
  if (source.deleted) {
    const deleted = select.step(
      'read',
      'read__is_deleted',
      reader.typed(source.deleted, { kind: 'boolean' }),
      'judged',
    )
    select.result('normal', 'is_deleted', sql`coalesce(${deleted}, false)`)
    values.push(...lossOf(reader, source.deleted, 'is_deleted', isPersonal))
  }
  return { faults, values }
}

/** A value without which the row is still good: where it does not read, that is told as of any other value. */
function lossOf(
  reader: FieldReader,
  field: Field,
  column: 'created_at' | 'is_deleted',
  isPersonal: (field: Field) => boolean,
): readonly RefusableValue[] {
  const isTime = column === 'created_at'
  if (reader.alwaysReads(field, { kind: isTime ? 'timestamp' : 'boolean' })) return []
  const read = name(isTime ? 'created_at' : 'read__is_deleted')
  const raw = reader.text(field)
  const refused = sql`case when ${raw} is not null and ${read} is null then 'cast' end`
  reader.select.result('judged', refusedColumn(column), refused)
  return [{ column, label: labelOf(field), raw, pii: isPersonal(field) }]
}

/**
 * `updated_at` says when a row was last true, the timestamp of an event when it happened; an event without `updated_at`
 * was last true when it happened. Both must read where they are given; an event must have its timestamp.
 */
function defineTimes(
  reader: FieldReader,
  source: Source,
  isPersonal: (field: Field) => boolean,
): readonly Fault[] {
  const { select } = reader
  const faults: Fault[] = []
  const read = (field: Field) => reader.typed(field, { kind: 'timestamp' })
  const unreadable = (field: Field, value: Sql) => {
    const raw = reader.text(field)
    if (reader.alwaysReads(field, { kind: 'timestamp' })) return
    faults.push({
      fault: 'bad_timestamp',
      when: sql`${raw} is not null and ${value} is null`,
      column: labelOf(field),
      value: raw,
      pii: isPersonal(field),
      here: sql`${raw} is not null and ${read(field)} is null`,
    })
  }
  const occurred = source.timestamp ? select.result('read', 'occurred_at', read(source.timestamp)) : undefined
  const updated = source.updatedAt
    ? select.step('read', 'updated_at', read(source.updatedAt), 'staged')
    : undefined
  const created = source.createdAt
    ? select.step('read', 'created_at', read(source.createdAt), 'staged')
    : undefined
  const observed = [updated, occurred].filter((time) => time !== undefined)
  const time = select.result(
    'normal',
    'observed_at',
    observed.length === 0 ? nullOf(reader.context.scope, 'timestamp') : coalesce(observed),
  )
  select.result('staged', 'first_seen_at', created ? coalesce([created, time]) : time)
  select.result('staged', 'last_seen_at', created ? coalesce([time, created]) : time)
  if (source.updatedAt && updated) unreadable(source.updatedAt, updated)
  if (source.timestamp && occurred) {
    unreadable(source.timestamp, occurred)
    faults.push({
      fault: 'missing_timestamp',
      when: sql`${occurred} is null`,
      column: labelOf(source.timestamp),
    })
  }
  return faults
}

/** The first fault of a row, null for a good one. */
export function faultOf(faults: readonly Fault[]): Sql {
  return sql`
    case
      ${list(
        faults.map((f) => sql`when ${f.when} then ${f.fault}`),
        '\n',
      )}
    end
  `
}

function keyLabel(source: Source): string {
  return source.key.map(labelOf).join(', ')
}

/** The column of the source that a person would look into. */
export function labelOf(field: Field & { readonly name?: string }): string {
  switch (field.from.kind) {
    case 'column':
      return field.from.column
    case 'path':
      return [field.from.column, ...field.from.keys].join('.')
    default:
      return field.name ?? field.from.kind
  }
}
