import type { ConnectorDefinition } from '../../../language/connector.js'
import type { OutgoingRow, Value } from '../../connector.js'
import { describeConnector } from '../../declared/describe.js'
import type { FieldType } from '../../description.js'
import type { Specimen } from './specimen.js'

/** A place of a row that templates can read. */
export interface Place {
  readonly name: string
  /** What may stand there. */
  readonly types: readonly FieldType[]
  readonly with: (value: Value) => OutgoingRow
}

/** Every place of a specimen's row: its mapped fields, its key, and what the ledger knows of it. */
export function placesOf(definition: ConnectorDefinition, { row }: Specimen): readonly Place[] {
  const { rows } = describeConnector(definition)
  const typesOf = (name: string) => (rows.fields[name] ?? rows.additional)?.types ?? []
  const keys = Object.keys(row.keyFields).map(
    (name): Place => ({
      name: `row.${name}`,
      types: ['string'],
      with: (value) => ({ ...row, key: String(value), keyFields: { ...row.keyFields, [name]: value } }),
    }),
  )
  const fields = Object.keys(row.fields).map(
    (name): Place => ({
      name: `row.${name}`,
      types: typesOf(name),
      with: (value) => ({ ...row, fields: { ...row.fields, [name]: value } }),
    }),
  )
  return [...keys, ...fields, ...ledgerPlaces(row)]
}

function ledgerPlaces(row: OutgoingRow): Place[] {
  const { destinationId, previous } = row
  const places: Place[] = []
  if (destinationId !== undefined)
    places.push(textPlace('row.$destination_id', (text) => ({ ...row, destinationId: text })))
  if (!previous) return places
  places.push(textPlace('row.$previous.key', (key) => ({ ...row, previous: { ...previous, key } })))
  if (previous.destinationId !== undefined)
    places.push(
      textPlace('row.$previous.destination_id', (text) => ({
        ...row,
        previous: { ...previous, destinationId: text },
      })),
    )
  return places
}

function textPlace(name: string, change: (text: string) => OutgoingRow): Place {
  return { name, types: ['string'], with: (value) => change(String(value)) }
}
