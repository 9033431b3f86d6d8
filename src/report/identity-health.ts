import type { IdentityHealth, NamedValue } from '../inspect/health.js'
import { count, counted } from './amounts.js'
import { type Cell, columns } from './columns.js'
import type { Paint } from './paint.js'

/** The health of a graph for a person, each part with the word of the language that would help. */
export function identityHealthText(health: IdentityHealth, paint: Paint, width: number): string {
  const section = (title: string, rows: readonly (readonly Cell[])[], advice?: string): string =>
    rows.length === 0
      ? ''
      : [
          paint.bold(title),
          ...columns(rows, width),
          ...(advice === undefined ? [] : wrapped(advice, width).map((line) => `  ${paint.dim(line)}`)),
        ].join('\n')
  const parts = [
    heading(health, paint),
    section('Refused links', refusedRows(health)),
    section('Values that join nobody', setAsideRows(health, paint)),
    section('Customers by identifiers', sizeRows(health, paint, width)),
    section('Largest customers', largestRows(health, paint), largestAdvice(health)),
    bridgePart(health, section, paint),
    suspectPart(health, section, paint),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

type Section = (title: string, rows: readonly (readonly Cell[])[], advice?: string) => string

function heading({ entity, customers, identifiers, links }: IdentityHealth, paint: Paint): string {
  const facts = [
    counted(customers, 'profile'),
    counted(identifiers, 'identifier'),
    ...(links === null ? [] : [counted(links, 'link')]),
  ]
  return `${paint.bold(entity)}\n${facts.join(paint.dim(' · '))}`
}

function refusedRows({ refused }: IdentityHealth): readonly (readonly Cell[])[] {
  return refused.map(({ reason, links }) => [{ text: count(links), align: 'right' }, { text: reason }])
}

function setAsideRows({ set_aside }: IdentityHealth, paint: Paint): readonly (readonly Cell[])[] {
  return set_aside.map(({ identifier, rule, values, rows }) => [
    { text: identifier, paint: paint.cyan },
    { text: rule },
    { text: counted(values, 'value'), align: 'right' },
    { text: `in ${counted(rows, 'row')}`, paint: paint.dim },
  ])
}

/** Bars are as long as there are customers; the smallest is still seen. */
function sizeRows({ sizes }: IdentityHealth, paint: Paint, width: number): readonly (readonly Cell[])[] {
  const most = Math.max(1, ...sizes.map(({ customers }) => customers))
  const room = Math.max(10, Math.min(50, width - 40))
  return sizes.map(({ min, max, customers }) => [
    { text: min === max ? count(min) : `${count(min)}–${count(max)}`, align: 'right' },
    { text: count(customers), align: 'right' },
    { text: '█'.repeat(Math.max(1, Math.round((customers / most) * room))), paint: paint.cyan },
  ])
}

/** How many of the largest are printed; the table has them all. */
const SHOWN = 10

function largestRows({ largest }: IdentityHealth, paint: Paint): readonly (readonly Cell[])[] {
  return largest.slice(0, SHOWN).map((one) => [
    { text: one.customer_id, paint: paint.cyan },
    { text: counted(one.identifiers, 'identifier'), align: 'right' },
    { text: one.sample === null ? '' : shown(one.sample) },
    {
      text: one.types.map(({ identifier, count: n }) => `${count(n)} ${identifier}`).join(', '),
      paint: paint.dim,
    },
  ])
}

function largestAdvice({ largest }: IdentityHealth): string | undefined {
  const [first] = largest
  const type = first?.types.filter(({ count: n }) => n > 1).sort((a, b) => b.count - a.count)[0]
  if (!first || !type) return undefined
  return `Too large? On the identifier ${type.identifier}, max_per_profile: n keeps customers with more than n apart; max_profile_size: n does so for all together. "cdp explain ${first.customer_id}" tells how one came to be.`
}

function bridgePart({ bridges, not_searched }: IdentityHealth, section: Section, paint: Paint): string {
  const rows = bridges.map((one): readonly Cell[] => [
    { text: `${count(one.smaller)} | ${count(one.larger)}`, align: 'right' },
    { text: `${shown(one.ends[0])} – ${shown(one.ends[1])}` },
    { text: counted(one.rows, 'row'), align: 'right' },
    { text: one.customer_id, paint: paint.dim },
  ])
  const skipped = not_searched.map(({ customer_id, identifiers }): readonly Cell[] => [
    { text: '?', align: 'right' },
    { text: `${count(identifiers)} identifiers: too many, or too far apart, to search` },
    { text: '' },
    { text: customer_id, paint: paint.dim },
  ])
  const [first] = bridges
  const advice =
    first &&
    `Two people? overrides: [{ unlink: ["${shown(first.ends[0])}", "${shown(first.ends[1])}"], reason: … }] keeps them apart.`
  return section('Bridges: single links that hold large customers together', [...rows, ...skipped], advice)
}

function suspectPart({ suspects }: IdentityHealth, section: Section, paint: Paint): string {
  const rows = suspects.map((one): readonly Cell[] => [
    { text: shown(one) },
    { text: `meets ${count(one.met)} ${one.met_identifier}`, paint: paint.yellow },
    { text: one.refused === 0 ? '' : `${counted(one.refused, 'link')} refused`, paint: paint.dim },
    { text: counted(one.rows, 'row'), align: 'right', paint: paint.dim },
    { text: one.customer_id, paint: paint.dim },
  ])
  const [first] = suspects
  const advice =
    first &&
    `Shared? On the identifier ${first.identifier}, shared_above: { ${first.met_identifier}: n } takes what meets more than n for shared; reject: names values; overrides: [{ block: "${shown(first)}", reason: … }] decides one.`
  return section('Suspects: values that meet many', rows, advice)
}

function shown({ identifier, value }: NamedValue): string {
  return `${identifier}:${value}`
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length + 3 <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
