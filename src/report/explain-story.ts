import type { JoinedIdentifier, Story, StoryChange } from '../inspect/explain/explanation.js'
import { count, counted } from './amounts.js'
import { type Cell, columns } from './columns.js'
import { askedText, period, pointText, rulingText, valueText } from './explain-words.js'
import { type Line, laidOut } from './laid-out.js'
import type { Paint } from './paint.js'
import { rowName } from './row-name.js'

/** How a customer came to be: rows by source, identifiers as they were joined, what happened to its ids. */
export function storyText(story: Story, paint: Paint, width: number): readonly string[] {
  const { customer_id: id, identifiers, identifier_count: all } = story
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n')
  const joined = identifiers.length < all ? `, the first ${count(identifiers.length)} of ${count(all)}` : ''
  return [
    heading(story, paint),
    section(
      'Rows',
      columns(
        story.sources.map((source) => sourceCells(source, paint)),
        width,
      ),
    ),
    section(
      `Identifiers in the order in which they were joined${joined}`,
      laidOut(joinedLines(identifiers, paint), width),
    ),
    section(
      'Merges and splits',
      columns(
        story.changes.map((change) => changeCells(change, id ?? askedText(story), paint)),
        width,
      ),
    ),
  ]
}

function heading(story: Story, paint: Paint): string {
  const { entity, customer_id: id, note, sources, identifier_count: held } = story
  const shown = askedText(story)
  const lines = [paint.bold(`${entity} ${id ?? shown}`)]
  if (note !== null) lines.push(note)
  if (id === null) return lines.join('\n')
  const rows = sources.reduce((sum, source) => sum + source.row_count, 0)
  const facts = `${counted(held, 'identifier')} of ${counted(rows, 'row')} of ${counted(sources.length, 'source')}`
  return [...lines, shown === id ? facts : `${shown} ${paint.dim('·')} ${facts}`].join('\n')
}

function sourceCells(source: Story['sources'][number], paint: Paint): readonly Cell[] {
  return [
    { text: source.source, paint: paint.cyan },
    { text: counted(source.row_count, source.kind === 'events' ? 'event' : 'record'), align: 'right' },
    { text: period(source), paint: paint.dim },
  ]
}

/** What one row, or one decision, brought in stands below it. */
function joinedLines(identifiers: readonly JoinedIdentifier[], paint: Paint): readonly Line[] {
  const lines: Line[] = []
  let before = ''
  for (const one of identifiers) {
    const title = `${one.joined_at?.slice(0, 10) ?? 'undated   '}  ${joinedText(one)}`
    if (title !== before)
      lines.push({ text: title, paint: one.joined_by?.override ? paint.yellow : paint.dim })
    before = title
    const cells = [
      { text: ' '.repeat(10) },
      { text: one.identifier, paint: paint.cyan },
      { text: valueText(one) },
    ]
    lines.push({ cells })
  }
  return lines
}

function joinedText({ joined_by: hop }: JoinedIdentifier): string {
  if (hop === null) return 'it began with'
  if (hop.override) return `${pointText(hop.from)} ${rulingText(hop.override)}`
  const row = hop.source === null || hop.record_key === null ? 'a row' : rowName(hop.source, hop.record_key)
  return `${row} has ${pointText(hop.from)} and`
}

function changeCells(change: StoryChange, id: string, paint: Paint): readonly Cell[] {
  const cause = [
    ...(change.reason === null || change.reason === 'data' ? [] : [change.reason]),
    ...(change.identifier === null || change.value === null ? [] : [`${change.identifier}:${change.value}`]),
    ...(change.source === null || change.record_key === null
      ? []
      : [rowName(change.source, change.record_key)]),
  ]
  return [
    { text: change.changed_at?.slice(0, 10) ?? '', paint: paint.dim },
    { text: changeText(change, id) },
    { text: cause.join(' · '), paint: paint.dim },
  ]
}

function changeText({ kind, customer_id: one, previous_id: other }: StoryChange, id: string): string {
  const it = (named: string | null) => (named === id ? 'it' : (named ?? ''))
  switch (kind) {
    case 'merged':
      return `${it(other)} was merged into ${it(one)}`
    case 'split':
      return `${it(one)} split off from ${it(other)}`
    case 'created':
      return `${it(one)} was created`
    case 'retired':
      return `${it(one)} was retired`
    default:
      return `${kind} ${it(one)}`
  }
}
