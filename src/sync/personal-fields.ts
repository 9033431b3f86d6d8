import type { OutgoingRow, Value } from '../connectors/connector.js'
import { namesIn } from '../graph/fragment-names.js'
import { keyOf, type Synced } from '../graph/synced.js'
import { mask, personalNames } from '../inspect/personal.js'
import type { Project } from '../language/project.js'
import type { MappedField, Sync } from '../language/sync.js'
import type { Lexicon } from '../sql/lexer.js'

/** What of a sync's rows is personal data: shown on a terminal, or where that is asked for, and else masked. */
export interface PersonalFields {
  readonly isKey: boolean
  /** Names of mapped fields. */
  readonly fields: ReadonlySet<string>
}

/**
 * Columns are known by their names: those of the entity, whatever is synced. Of a model that is about no entity, those of all
 * entities.
 */
export function personalFields(
  sync: Sync,
  synced: Synced,
  project: Project,
  lexicon: Lexicon,
): PersonalFields {
  const entities = synced.entity ? [synced.entity] : project.entities
  const known = entities.map((entity) => personalNames(project, entity, lexicon))
  const isPersonal = (column: string): boolean =>
    known.some(
      ({ identifiers, attributes, traits, keys }) =>
        [identifiers, attributes, traits].some((names) => names.has(column.toLowerCase())) ||
        (column === 'record_key' && keys.size > 0),
    )
  const fields = sync.map
    .filter((field) => columnsOf(field, lexicon).some(isPersonal))
    .map(({ name }) => name)
  return { isKey: keyOf(sync, synced).some(isPersonal), fields: new Set(fields) }
}

function columnsOf(field: MappedField, lexicon: Lexicon): readonly string[] {
  switch (field.kind) {
    case 'column':
      return [field.column]
    case 'template':
      return field.parts.flatMap((part) => ('column' in part ? [part.column] : []))
    case 'sql':
      return namesIn(field.sql, lexicon).map(({ name }) => name)
    case 'value':
      return []
  }
}

/** A key, and what is said of its row, which may name it. */
export function maskKey<T extends { readonly row_key: string | null; readonly message?: string | null }>(
  row: T,
  { isKey }: PersonalFields,
): T {
  const { row_key: key, message } = row
  if (!isKey || key === null) return row
  const masked = mask(key)
  return { ...row, row_key: masked, ...(message && { message: message.replaceAll(key, masked) }) }
}

/** A row as it may be shown. */
export function maskRow<T extends Omit<OutgoingRow, 'seq'>>(row: T, { isKey, fields }: PersonalFields): T {
  const masked = (values: OutgoingRow['fields'], isHidden: (name: string) => boolean) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, isHidden(name) ? maskValue(value) : value]),
    )
  return {
    ...row,
    key: isKey ? mask(row.key) : row.key,
    keyFields: masked(row.keyFields, (name) => isKey || fields.has(name)),
    fields: masked(row.fields, (name) => fields.has(name)),
    ...(row.previous && isKey && { previous: { ...row.previous, key: mask(row.previous.key) } }),
  }
}

function maskValue(value: Value): Value {
  return value === null ? null : mask(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
