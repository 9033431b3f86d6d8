import type { Apart, CommonValue, LimitReached, RefusedLink, Ruling } from '../inspect/explain/explanation.js'
import { counted } from './amounts.js'
import { type Cell, columns } from './columns.js'
import { period, pointText, rulingText } from './explain-words.js'
import type { Paint } from './paint.js'
import { rowName } from './row-name.js'
import { cut } from './table.js'

/** What stands between two customers, a section each; one sentence where nothing does. */
export function apartSections(one: Apart, paint: Paint, width: number): readonly string[] {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n')
  const refused =
    one.refused_count === one.refused.length ? '' : `, ${one.refused.length} of ${one.refused_count}`
  const sections = [
    section('Partitions', partitionLines(one)),
    section(
      'Decisions about the two',
      one.overrides.map((ruling) => overrideLine(ruling, paint, width)),
    ),
    section(
      `Links between them that were refused${refused}`,
      columns(
        one.refused.map((l) => refusedCells(l, paint)),
        width,
      ),
    ),
    section(
      'What they would break',
      columns(
        one.limits.map((limit) => limitCells(limit, paint)),
        width,
      ),
    ),
    section(
      'Values of both that join nobody',
      one.set_aside.flatMap((value) => valueLines(value, paint, width)),
    ),
    section(
      'Values of both that were rejected',
      one.rejected.flatMap((value) => valueLines(value, paint, width)),
    ),
  ].filter((text) => text !== '')
  return sections.length > 0 ? sections : [NOTHING]
}

const NOTHING =
  'Nothing connects them: no link between them was refused, and no value of both was shared, blocked or rejected.'

function partitionLines({ partitions }: Apart): readonly string[] {
  return partitions
    ? [`  One is of ${partitions.from}, the other of ${partitions.to}: customers never cross them.`]
    : []
}

function overrideLine(ruling: Ruling, paint: Paint, width: number): string {
  const pair = ruling.identifiers.map(({ identifier, value }) => `${identifier}:${value}`).join(', ')
  const text = cut(`${pair}  ${rulingText(ruling)}`, width - 2)
  return `  ${ruling.kind === 'unlink' && ruling.holds ? paint.yellow(text) : paint.dim(text)}`
}

function refusedCells(link: RefusedLink, paint: Paint): readonly Cell[] {
  const row = link.source === null || link.record_key === null ? '' : rowName(link.source, link.record_key)
  return [
    { text: `${pointText(link.from)} – ${pointText(link.to)}` },
    { text: link.reason, paint: paint.yellow },
    { text: row, paint: paint.dim },
    { text: link.row_count === 0 ? '' : period(link), paint: paint.dim },
    { text: link.row_count === 0 ? '' : counted(link.row_count, 'row'), paint: paint.dim, align: 'right' },
  ]
}

function limitCells(limit: LimitReached, paint: Paint): readonly Cell[] {
  const [kind, type] = limit.reason.split(': ')
  const what = kind === 'max_profile_size' ? 'identifiers' : `different ${type}`
  return [
    { text: limit.reason, paint: paint.yellow },
    { text: `at most ${limit.limit} ${what}; these have ${limit.from} and ${limit.to}` },
  ]
}

const RULES: Readonly<Record<string, string>> = {
  shared_above: 'met more other identifiers than shared_above allows',
  default: 'stands for "no value" (default_rejects)',
  reject: 'the list `reject` names it',
  accept: 'does not match `accept`',
}

function valueLines(value: CommonValue, paint: Paint, width: number): readonly string[] {
  const why = value.override ? rulingText(value.override) : (RULES[value.rule] ?? `refused by ${value.rule}`)
  const rows = `${counted(value.row_count, 'row')}, such as ${rowName(value.from.source, value.from.record_key)} and ${rowName(value.to.source, value.to.record_key)}`
  return [
    ...columns([[{ text: `${value.identifier}:${value.value}` }, { text: why, paint: paint.yellow }]], width),
    `    ${paint.dim(cut(rows, width - 4))}`,
  ]
}
