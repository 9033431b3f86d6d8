import type { Customer, CustomerRow, GoldenValue, Shown } from '../inspect/customer.js'
import { count, counted } from './amounts.js'
import { type Cell, columns } from './columns.js'
import type { Paint } from './paint.js'
import { rowName } from './row-name.js'

/** One customer for a person: who it is, what is known and from where, what it did, where it belongs. */
export function customerText(customer: Customer, paint: Paint, width: number): string {
  const parts = [
    heading(customer, paint, width),
    section(paint, 'Identifiers', columns(identifierRows(customer, paint), width)),
    section(paint, 'Attributes', [
      ...columns(attributeRows(customer, paint), width),
      ...without(customer.attributes, paint, width),
    ]),
    section(paint, 'Traits', [
      ...traitLines(customer, paint, width),
      ...without(customer.traits, paint, width),
    ]),
    section(paint, 'Segments', columns(segmentRows(customer, paint), width)),
    section(
      paint,
      latest('Records', customer.records.length, customer.record_count),
      columns(rowCells(customer.records, paint), width),
    ),
    section(
      paint,
      latest('Events', customer.events.length, customer.event_count),
      columns(rowCells(customer.events, paint), width),
    ),
    section(paint, 'History of the id', columns(changeRows(customer, paint), width)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function heading(customer: Customer, paint: Paint, width: number): string {
  const facts = [
    customer.is_known ? 'known' : 'anonymous',
    ...(customer.first_seen_at === null ? [] : [`first seen ${day(customer.first_seen_at)}`]),
    ...(customer.last_seen_at === null ? [] : [`last seen ${day(customer.last_seen_at)}`]),
    counted(customer.record_count, 'record'),
    counted(customer.event_count, 'event'),
  ]
  const lines: string[] = []
  for (const fact of facts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + fact.length + 3 <= width)
      lines[lines.length - 1] = `${last} · ${fact}`
    else lines.push(fact)
  }
  const told = lines.join('\n').replaceAll(' · ', paint.dim(' · '))
  return `${paint.bold(`${customer.entity} ${customer.id}`)}\n${told}`
}

function section(paint: Paint, title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n')
}

function latest(title: string, shown: number, all: number): string {
  return shown < all ? `${title}, the latest ${shown} of ${count(all)}` : title
}

/** A type is named once, its values follow below each other. */
function identifierRows({ identifiers }: Customer, paint: Paint): readonly (readonly Cell[])[] {
  return identifiers.map((one, i) => [
    { text: one.identifier === identifiers[i - 1]?.identifier ? '' : one.identifier, paint: paint.cyan },
    { text: one.value },
    { text: period(one.first_seen_at, one.last_seen_at), paint: paint.dim },
    { text: counted(one.row_count, 'row'), paint: paint.dim, align: 'right' },
  ])
}

function period(first: string | null, last: string | null): string {
  if (first === null || last === null) return day(first ?? last ?? '')
  return day(first) === day(last) ? day(first) : `${day(first)} to ${day(last)}`
}

function attributeRows({ attributes }: Customer, paint: Paint): readonly (readonly Cell[])[] {
  return attributes
    .filter(({ value }) => value !== null)
    .map((attribute) => [
      { text: attribute.name, paint: paint.cyan },
      { text: shown(attribute.value) },
      { text: origin(attribute), paint: paint.dim },
    ])
}

/** `most_recent · shop_customers/7 · 2026-03-01`, or how many rows a collected value came from. */
function origin({ provenance }: GoldenValue): string {
  const [first] = provenance
  if (!first) return ''
  const sources = [...new Set(provenance.map(({ source }) => source))]
  const policy = first.policy.replaceAll('_', ' ')
  if (first.source === null) return policy
  if (provenance.length > 1)
    return `${policy} · ${counted(provenance.length, 'row')} of ${sources.join(', ')}`
  const row = rowName(first.source, first.record_key ?? '')
  return [policy, row, ...(first.observed_at === null ? [] : [day(first.observed_at)])].join(' · ')
}

/** Short ones stand in two columns where the screen has room, long ones below them over its whole width. */
function traitLines({ traits }: Customer, paint: Paint, width: number): readonly string[] {
  const cells = traits
    .filter(({ value }) => value !== null)
    .map(({ name, value }): [Cell, Cell] => [{ text: name, paint: paint.cyan }, { text: shown(value) }])
  const short = cells.filter(([, value]) => value.text.length <= LONG)
  if (width < 96 || short.length < 8) return columns(cells, width)
  const half = Math.ceil(short.length / 2)
  const rows = short.slice(0, half).map((left, i): Cell[] => [...left, ...(short[half + i] ?? [])])
  const long = cells.filter(([, value]) => value.text.length > LONG)
  return [...columns(rows, width), ...columns(long, width)]
}

const LONG = 24

/** Names without a value: a person wants to know of them, and no more. */
function without(
  values: readonly { readonly name: string; readonly value: Shown }[],
  paint: Paint,
  width: number,
): readonly string[] {
  const names = values.filter(({ value }) => value === null).map(({ name }) => name)
  if (names.length === 0) return []
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + name.length + 4 <= width)
      lines[lines.length - 1] = `${last}, ${name}`
    else lines.push(lines.length === 0 ? `no value: ${name}` : `          ${name}`)
  }
  return lines.map((line) => `  ${paint.dim(line)}`)
}

function segmentRows({ segments }: Customer, paint: Paint): readonly (readonly Cell[])[] {
  return segments.map(({ segment, entered_at }) => [
    { text: segment, paint: paint.green },
    { text: entered_at === null ? '' : `since ${day(entered_at)}`, paint: paint.dim },
  ])
}

function rowCells(
  rows: readonly (CustomerRow & { readonly event?: string | null })[],
  paint: Paint,
): readonly (readonly Cell[])[] {
  const withEvents = rows.some((row) => row.event !== undefined)
  return rows.map((row) => [
    { text: row.at === null ? 'undated' : moment(row.at), paint: paint.dim },
    ...(withEvents ? [{ text: row.event ?? '' }] : []),
    { text: rowName(row.source, row.record_key), paint: paint.cyan },
    { text: properties(row), paint: paint.dim },
  ])
}

function properties(row: CustomerRow): string {
  return Object.entries(row.properties)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ')
}

/** An id that was created and nothing else has no history worth telling. */
function changeRows({ id, changes }: Customer, paint: Paint): readonly (readonly Cell[])[] {
  if (changes.every(({ kind }) => kind === 'created')) return []
  return changes.map((change) => [
    { text: change.changed_at === null ? '' : moment(change.changed_at), paint: paint.dim },
    { text: changeText(id, change) },
    { text: change.reason ?? '', paint: paint.dim },
  ])
}

function changeText(id: string, change: Customer['changes'][number]): string {
  switch (change.kind) {
    case 'merged':
      return change.customer_id === id
        ? `${change.previous_id} was merged into it`
        : `merged into ${change.customer_id}`
    case 'split':
      return change.customer_id === id
        ? `split off from ${change.previous_id}`
        : `${change.customer_id} was split off`
    default:
      return change.kind
  }
}

function shown(value: Shown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = String(value)
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? moment(text) : text
}

function day(time: string): string {
  return time.slice(0, 10)
}

/** To the minute; midnight, which is mostly no time at all, as the day alone. */
function moment(time: string): string {
  const minutes = time.slice(11, 16)
  return minutes === '00:00' || minutes === '' ? day(time) : `${day(time)} ${minutes}`
}
