import type { ConnectorExample } from '../../language/connector.js'
import type { OutgoingRow, Value } from '../connector.js'

/** The rows of an example as the engine would give them. */
export function exampleRows({ rows = [], key = [] }: Pick<ConnectorExample, 'rows' | 'key'>): OutgoingRow[] {
  return rows.map((row, index) => {
    const fields = Object.entries(row).filter(([name]) => !name.startsWith('$')) as [string, Value][]
    const keyFields = Object.fromEntries(fields.filter(([name]) => key.includes(name)))
    const keys = key.map((name) => String(keyFields[name] ?? ''))
    const previous = row.$previous as { key: string; destination_id?: string } | undefined
    return {
      seq: index + 1,
      key: keys.length === 1 ? (keys[0] ?? '') : JSON.stringify(keys),
      keyFields,
      fields: Object.fromEntries(fields.filter(([name]) => !key.includes(name))),
      ...(row.$destination_id !== undefined && { destinationId: String(row.$destination_id) }),
      ...(row.$customer_id !== undefined && { customerId: String(row.$customer_id) }),
      ...(previous && {
        previous: {
          key: previous.key,
          ...(previous.destination_id !== undefined && { destinationId: previous.destination_id }),
        },
      }),
    }
  })
}
