import type { ConnectorDescription, FieldSchema, FieldType } from '../connectors/description.js'
import { closest } from '../diagnostics/closest.js'
import { at, type Origin } from '../language/origin.js'
import { didYouMean, oneOf } from '../language/problem.js'
import type { MappedField, Sync } from '../language/sync.js'
import type { Checking } from './checking.js'
import { fieldTypeOf, fits } from './field-types.js'
import { checkFragment } from './fragments.js'
import { operationsOf } from './operations.js'
import { keyFieldsOf, keyOf, type Synced } from './synced.js'

/** The key and the fields of a sync against the columns of what is synced and the fields that the destination takes. */
export function checkMap(
  checking: Checking,
  sync: Sync,
  synced: Synced,
  connector: ConnectorDescription | undefined,
): void {
  const { findings } = checking
  const key = keyOf(sync, synced)
  if (key.length === 0)
    findings.error('CDP2002', sync.origin, 'the key "key" is missing', {
      expected: 'the columns of the model that identify a row',
    })
  sync.key.forEach((column, index) => {
    checkColumn(checking, synced, column, at(sync.origin, 'key', index))
  })
  for (const field of sync.map) checkField(checking, sync, synced, connector, field)
  if (connector && needsFields(sync, connector))
    findings.error('CDP2002', sync.origin, 'the key "map" is missing', {
      expected: 'the fields that are sent: map: { email: email, name: first_name }',
    })
  else if (connector) checkRequired(checking, sync, synced, connector)
  sync.ignore.forEach((name, index) => {
    checkFieldName(checking, sync, name, at(sync.origin, 'diff', 'ignore', index))
  })
  if (sync.onLeave?.kind === 'update')
    for (const name of Object.keys(sync.onLeave.fields))
      checkFieldName(checking, sync, name, at(sync.origin, 'on_leave', 'update', name))
}

/** Who is in a list that knows people by the key alone needs no field; nor does what is deleted. */
function needsFields(sync: Sync, connector: ConnectorDescription): boolean {
  if (sync.map.length > 0 || sync.mode === 'delete') return false
  const operation = connector.operations[operationsOf(sync, connector).main]
  return operation !== undefined && (operation.kind !== 'membership' || connector.rows.key === undefined)
}

/** A field that the sync maps. */
function checkFieldName({ findings }: Checking, sync: Sync, name: string, place: Origin): void {
  const names = sync.map.map((field) => field.name)
  if (names.includes(name)) return
  findings.error('CDP3001', place, `unknown field ${JSON.stringify(name)}`, {
    expected: oneOf(names),
    hint: didYouMean(closest(name, names)),
  })
}

function checkColumn({ findings }: Checking, { columns }: Synced, column: string, place: Origin): void {
  if (!columns || columns.has(column)) return
  if ((['attribute', 'trait', 'identifier'] as const).some((kind) => findings.isBroken(kind, column))) return
  const candidates = [...columns.keys()]
  findings.unknown(place, { kind: 'attribute', name: column, called: 'column', candidates })
}

function checkField(
  checking: Checking,
  sync: Sync,
  synced: Synced,
  connector: ConnectorDescription | undefined,
  field: MappedField,
): void {
  const place = field.origin
  if (field.kind === 'column') checkColumn(checking, synced, field.column, place)
  if (field.kind === 'template')
    for (const part of field.parts) if ('column' in part) checkColumn(checking, synced, part.column, place)
  if (field.kind === 'sql') {
    const names = synced.columns && [...synced.columns.keys()]
    const scope = names && { names, called: 'sync', sees: 'row' }
    checkFragment(checking, field.sql, at(field.origin, 'sql'), scope)
  }
  if (!connector) return
  const schema = schemaOf(checking, connector, field)
  if (!schema) return
  const type = typeOfField(synced, field)
  if (type && !fits(type, schema))
    checking.findings.error(
      'CDP4001',
      place,
      `${field.name} of ${connector.title} cannot be ${named(type)}`,
      {
        expected: schema.types.join(' or '),
        hint: 'an expression changes the type: { sql: "…", type: string }',
      },
    )
  if (schema.optsIn && !sync.allowOptIn)
    checking.findings.error(
      'CDP3007',
      field.origin,
      `${field.name} of ${connector.title} may subscribe people`,
      {
        which: 'key',
        hint: 'if they agreed to that, say `allow_opt_in: true`',
      },
    )
}

function schemaOf(
  { findings }: Checking,
  connector: ConnectorDescription,
  field: MappedField,
): FieldSchema | undefined {
  const { fields, additional } = connector.rows
  const schema = fields[field.name] ?? additional
  if (schema) return schema
  const names = Object.keys(fields)
  findings.error('CDP3001', field.origin, `${connector.title} has no field ${JSON.stringify(field.name)}`, {
    which: 'key',
    expected: names.length === 0 ? 'nothing but the key of the sync' : oneOf(names),
    hint: didYouMean(closest(field.name, names)),
  })
  return undefined
}

/** Undefined where only the warehouse knows it. */
function typeOfField({ columns }: Synced, field: MappedField): FieldType | undefined {
  switch (field.kind) {
    case 'column': {
      const type = columns?.get(field.column)
      return type && fieldTypeOf(type)
    }
    case 'value':
      if (typeof field.value === 'number') return Number.isInteger(field.value) ? 'integer' : 'number'
      return typeof field.value === 'boolean' ? 'boolean' : 'string'
    case 'template':
      return 'string'
    case 'sql':
      return fieldTypeOf(field.type)
  }
}

function named(type: FieldType): string {
  if (type === 'json') return 'JSON'
  return type === 'integer' ? 'an integer' : `a ${type}`
}

function checkRequired(
  { findings }: Checking,
  sync: Sync,
  synced: Synced,
  connector: ConnectorDescription,
): void {
  if (sync.mode === 'delete') return
  const sent = new Set([
    ...sync.map.map((field) => field.name),
    ...keyFieldsOf(sync, synced).map(({ field }) => field),
  ])
  for (const [name, { required, description }] of Object.entries(connector.rows.fields)) {
    if (!required || sent.has(name)) continue
    findings.error('CDP2002', at(sync.origin, 'map'), `${connector.title} needs the field "${name}"`, {
      which: 'key',
      expected: description,
    })
  }
}
