import type {
  Apart,
  Asked,
  Chain,
  Explanation,
  Hop,
  Point,
  Together,
} from '../inspect/explain/explanation.js'
import { counted } from './amounts.js'
import type { Cell } from './columns.js'
import { apartSections } from './explain-apart.js'
import { storyText } from './explain-story.js'
import { askedText, period, pointText, rulingText, valueText } from './explain-words.js'
import { type Line, laidOut } from './laid-out.js'
import type { Paint } from './paint.js'
import { rowName } from './row-name.js'

/** Why two are one customer or are not, or how one came to be, for a person. */
export function explanationText(explanation: Explanation, paint: Paint, width: number): string {
  switch (explanation.kind) {
    case 'together':
      return blocks(togetherText(explanation, paint, width))
    case 'apart':
      return blocks([apartHeading(explanation, paint), ...apartSections(explanation, paint, width)])
    case 'story':
      return blocks(storyText(explanation, paint, width))
  }
}

function blocks(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function togetherText(one: Together, paint: Paint, width: number): readonly string[] {
  const heading = [
    `${askedText(one.from)} and ${askedText(one.to)}`,
    `are one ${one.entity}: ${paint.bold(one.customer_id)}`,
    ...notes(one, paint),
  ].join('\n')
  const [first] = one.chains
  if (!first) return [heading, UNTOLD]
  if (first.hops.length === 0) return [heading, 'Both name the same, so that there is nothing between them.']
  return [heading, ...one.chains.map((chain, i) => chainText(one, chain, i, paint, width)), ending(one)]
}

const UNTOLD =
  'What links them is not in the tables of the last run as the project declares them now: "cdp run" brings them up to date.'

function ending({ chains, complete }: Together): string {
  if (complete === null) return ''
  if (!complete) return `They hang together by more than ${chains.length} chains that have no link in common.`
  return chains.length === 1
    ? 'There is no second chain without one of these links.'
    : `There is no further chain without one of the links of these ${chains.length}.`
}

function apartHeading(one: Apart, paint: Paint): string {
  return [
    `${askedText(one.from)} and ${askedText(one.to)}`,
    `are two ${one.entity}s: ${paint.bold(one.from.customer_id)} and ${paint.bold(one.to.customer_id)}`,
    ...notes(one, paint),
  ].join('\n')
}

function notes({ from, to }: { readonly from: Asked; readonly to: Asked }, paint: Paint): readonly string[] {
  return [...new Set([from.note, to.note])].flatMap((note) => (note === null ? [] : [paint.dim(note)]))
}

/** Hops of one chain that are shown at its beginning and at its end. */
const SHOWN = 20

function chainText(one: Together, chain: Chain, i: number, paint: Paint, width: number): string {
  const { hops, weakest } = chain
  const title = one.chains.length === 1 ? 'The strongest chain' : `Chain ${i + 1}`
  const weak = weakest === null ? undefined : hops[weakest]
  const by = weak?.override ? 'a decision' : `same ${weak?.rule}`
  const facts = hops.length === 1 ? '1 link' : `${counted(hops.length, 'link')}, the weakest by ${by}`
  const [first] = hops
  const lines: Line[] = first ? [pointLine(first.from, paint)] : []
  hops.forEach((hop, place) => {
    const isHidden = hops.length > 2 * SHOWN && place >= SHOWN && place < hops.length - SHOWN
    if (isHidden && place === SHOWN) lines.push(gap(hops.length - 2 * SHOWN, paint))
    if (isHidden) return
    const mark = hops.length > 1 && place === weakest ? 'the weakest' : ''
    lines.push(...hopLines(hop, hops[place - 1], mark, paint), pointLine(hop.to, paint))
  })
  return [`${paint.bold(title)} ${paint.dim(`· ${facts}`)}`, ...laidOut(lines, width)].join('\n')
}

function gap(hidden: number, paint: Paint): Line {
  return { text: `⋮ ${counted(hidden, 'more link')}: all with --output json`, paint: paint.dim }
}

function pointLine(point: Point, paint: Paint): Line {
  const [what, which] =
    point.kind === 'row' ? ['row', pointText(point)] : [point.identifier, valueText(point)]
  return {
    cells: [
      { text: what, paint: paint.cyan },
      { text: which, paint: paint.bold },
    ],
  }
}

function hopLines(hop: Hop, before: Hop | undefined, mark: string, paint: Paint): readonly Line[] {
  const bar: Cell = { text: '  │', paint: paint.dim }
  const lines: Line[] = []
  if (hop.override) lines.push({ text: `  │  ${rulingText(hop.override)}`, paint: paint.yellow })
  if (hop.source === null || hop.record_key === null) return lines
  const isSame = before?.source === hop.source && before.record_key === hop.record_key
  const isAsked = hop.from.kind === 'row' || hop.to.kind === 'row'
  const row = isAsked ? 'in this row' : isSame ? 'the same row' : rowName(hop.source, hop.record_key)
  lines.push({
    cells: [
      bar,
      { text: row, paint: paint.dim },
      { text: period(hop), paint: paint.dim },
      { text: counted(hop.row_count, 'row'), paint: paint.dim, align: 'right' },
      { text: mark, paint: paint.yellow },
    ],
  })
  return lines
}
