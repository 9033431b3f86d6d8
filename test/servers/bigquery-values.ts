import type { Column, Value } from './googlesql.js'

const NAMES: Readonly<Record<string, string>> = { INT64: 'INTEGER', DOUBLE: 'FLOAT', BOOL: 'BOOLEAN' }

const kindOf = ({ type }: Column) => type.type_kind.replace('TYPE_', '')

export function apiColumn(column: Column): object {
  const kind = kindOf(column)
  // Types of columns that are made of a query have parameters too, which the double does not keep.
  return {
    name: column.name,
    type: NAMES[kind] ?? kind,
    ...(kind === 'BIGNUMERIC' && { precision: '38', scale: '9' }),
  }
}

/** A row as the API writes it: every value is text. */
export function apiRow(columns: readonly Column[], values: readonly Value[]): object {
  return { f: columns.map((column, i) => ({ v: apiValue(kindOf(column), values[i] ?? {}) })) }
}

function apiValue(kind: string, value: Value): string | null {
  const [[, found] = []] = Object.entries(value).filter(([key]) => key.endsWith('_value'))
  if (found === undefined || found === null) return null
  switch (kind) {
    case 'DATE':
      return new Date(Number(found) * 86_400_000).toISOString().slice(0, 10)
    case 'TIMESTAMP': {
      const { seconds = 0, nanos = 0 } = found as {
        readonly seconds?: string | number
        readonly nanos?: number
      }
      return String(BigInt(seconds) * 1_000_000n + BigInt(Math.trunc(nanos / 1000)))
    }
    case 'NUMERIC':
      return decimal(found as Buffer, 9)
    case 'BIGNUMERIC':
      return decimal(found as Buffer, 38)
    default:
      return String(found)
  }
}

/** A two's complement number of bytes, the least first, with so many digits behind the point. */
function decimal(bytes: Buffer, scale: number): string {
  const unsigned = [...bytes].reduceRight((number, byte) => number * 256n + BigInt(byte), 0n)
  const isNegative = (bytes.at(-1) ?? 0) >= 128
  const digits = isNegative ? (1n << BigInt(bytes.length * 8)) - unsigned : unsigned
  const text = String(digits).padStart(scale + 1, '0')
  const fraction = text.slice(-scale).replace(/0+$/, '')
  return `${isNegative ? '-' : ''}${text.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`
}
