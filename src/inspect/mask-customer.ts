import type { Customer, CustomerRow, Provenance, Shown } from './customer.js'
import { mask, type PersonalNames } from './personal.js'

/** The customer with its personal values masked: what files, pipes and logs may hold. */
export function maskCustomer(customer: Customer, personal: PersonalNames): Customer {
  const key = (source: string | null, recordKey: string): string =>
    source !== null && personal.keys.has(source) ? mask(recordKey) : recordKey
  const provenance = (one: Provenance): Provenance => ({
    ...one,
    record_key: one.record_key === null ? null : key(one.source, one.record_key),
  })
  const row = <T extends CustomerRow>(one: T): T => ({
    ...one,
    record_key: key(one.source, one.record_key),
    properties: Object.fromEntries(
      Object.entries(one.properties).map(([name, value]) => [
        name,
        personal.properties.has(`${one.source}.${name}`) ? masked(value) : value,
      ]),
    ),
  })
  return {
    ...customer,
    identifiers: customer.identifiers.map((one) =>
      personal.identifiers.has(one.identifier) ? { ...one, value: mask(one.value) } : one,
    ),
    attributes: customer.attributes.map((one) => ({
      ...one,
      value: personal.attributes.has(one.name) ? masked(one.value) : one.value,
      provenance: one.provenance.map(provenance),
    })),
    traits: customer.traits.map((one) =>
      personal.traits.has(one.name) ? { ...one, value: masked(one.value) } : one,
    ),
    records: customer.records.map(row),
    events: customer.events.map(row),
  }
}

function masked(value: Shown): Shown {
  if (value === null) return null
  return Array.isArray(value) ? value.map(masked) : mask(String(value))
}
