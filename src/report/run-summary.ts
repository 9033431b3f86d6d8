import type { Row } from '../engines/connection.js'
import type { RunResult, RunWarning } from '../run/result.js'
import { change, count, counted, duration } from './amounts.js'
import { healthLines } from './health-lines.js'
import type { Paint } from './paint.js'
import { staleLines } from './stale-lines.js'
import { cut, table } from './table.js'

/** How many lines a list of the summary has at most: the tables hold the rest. */
const LISTED = 12

/**
 * What a run did, for a person: what was read, set aside and refused, who the customers are, who is in which segment.
 * `said`: messages that were printed above, at their place in the project.
 */
export function runSummary(
  result: RunResult,
  paint: Paint,
  width: number,
  said: readonly string[] = [],
): string {
  const ended = result.status === 'succeeded'
  const parts = [
    ...(ended ? [sourcesPart(result, paint), ...refusalParts(result, paint, width)] : []),
    ...(ended ? [...customerParts(result, paint), segmentsPart(result, paint)] : []),
    ...(ended ? [titled(paint, 'Built from all rows', staleLines(result).join('\n'))] : []),
    warningsPart(result.warnings, paint, width),
    failurePart(result, paint, width, said),
    lastLine(result, paint),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

type Measures = RunResult['measures']

function figures(measures: Measures, node: string, name: string): readonly Row[] {
  return measures[node]?.[name] ?? []
}

const number = (row: Row | undefined, key: string): number => Number(row?.[key] ?? 0)

function sourcesPart({ measures, nodes }: RunResult, paint: Paint): string {
  const unchanged = new Set(nodes.filter(({ mode }) => mode === 'unchanged').map(({ id }) => id))
  const rows = Object.keys(measures).flatMap((node) => {
    const [row] = figures(measures, node, 'rows')
    if (!row) return []
    const keys = number(row, 'changed')
    const isUnchanged = unchanged.has(node) || (row.changed !== undefined && keys === 0)
    const changed = isUnchanged ? ['unchanged'] : keys > 0 ? [`${counted(keys, 'key')} changed`] : []
    const asides = ASIDES.flatMap(([key, word]) =>
      number(row, key) > 0 ? [`${count(number(row, key))} ${word}`] : [],
    )
    return [
      [
        node.replace('source.', ''),
        count(number(row, 'read')),
        count(number(row, 'kept')),
        [...changed, ...asides].join(', '),
      ],
    ]
  })
  if (rows.length === 0) return ''
  return titled(
    paint,
    'Sources',
    table(
      [{ title: '' }, { title: 'read', align: 'right' }, { title: 'kept', align: 'right' }, { title: '' }],
      rows,
    ),
  )
}

/** Why rows that were read are not kept. */
const ASIDES = [
  ['rejected', 'rejected'],
  ['filtered', 'filtered'],
  ['future', 'after as_of'],
  ['superseded', 'superseded'],
  ['repeated', 'repeated'],
  ['deleted', 'deleted'],
] as const

function refusalParts({ measures }: RunResult, paint: Paint, width: number): readonly string[] {
  const of = (name: string) =>
    Object.keys(measures).flatMap((node) =>
      figures(measures, node, name).map((row) => ({ source: node.replace('source.', ''), row })),
    )
  const rejected = of('rejected').map(({ source, row }) => [
    source,
    String(row.reason),
    count(number(row, 'row_count')),
    row.sample_record_key === null ? '' : `e.g. ${row.sample_record_key}`,
  ])
  const values = of('refused_values').map(({ source, row }) => [
    `${source}.${row.column_name}`,
    String(row.rule),
    count(number(row, 'row_count')),
    `e.g. ${cut(JSON.stringify(row.sample_value), 30)} in ${row.sample_record_key}`,
  ])
  const identifiers = of('refused_identifiers').map(({ source, row }) => [
    `${source}.${row.identifier}`,
    String(row.rule),
    count(number(row, 'row_count')),
    counted(number(row, 'value_count'), 'value'),
  ])
  const shared = of('shared').map(({ row }) => [
    String(row.identifier),
    String(row.rule),
    count(number(row, 'row_count')),
    counted(number(row, 'value_count'), 'value'),
  ])
  return [
    listed(paint, 'Rows set aside (rejected_records)', rejected, width),
    listed(paint, 'Values refused (rejected_values)', values, width),
    listed(paint, 'Identifiers refused (rejected_identifiers)', [...identifiers, ...shared], width),
  ]
}

/** The largest first, cut to what a person reads. */
function listed(paint: Paint, title: string, rows: readonly (readonly string[])[], width: number): string {
  if (rows.length === 0) return ''
  const size = (row: readonly string[]): number => Number((row[2] ?? '').replaceAll(' ', '')) || 0
  const sorted = [...rows].sort((a, b) => size(b) - size(a))
  const shown = sorted.slice(0, LISTED)
  const text = table(
    [{ title: '' }, { title: 'because of' }, { title: 'rows', align: 'right' }, { title: '' }],
    shown,
  )
  const more = sorted.length > LISTED ? `\n… and ${sorted.length - LISTED} more` : ''
  return titled(
    paint,
    title,
    `${text
      .split('\n')
      .map((line) => cut(line, Math.max(40, width - 2)))
      .join('\n')}${more}`,
  )
}

function customerParts({ measures, previous }: RunResult, paint: Paint): readonly string[] {
  return Object.keys(measures).flatMap((node) => {
    const [row] = figures(measures, node, 'identity')
    if (!row) return []
    const entity = node.replace('identity.', '')
    const [before] = previous ? figures(previous.measures, node, 'identity') : []
    const customers = number(row, 'customers')
    const since = before ? ` (${change(customers - number(before, 'customers'))} since the last run)` : ''
    const changes = (['created', 'merged', 'split', 'retired'] as const)
      .filter((kind) => number(row, kind) > 0)
      .map((kind) => `${count(number(row, kind))} ${kind}`)
    const lines = [
      `${count(customers)} ${customers === 1 ? 'profile' : 'profiles'}${since} of ${counted(number(row, 'identifiers'), 'identifier')}${row.edges === null ? '' : ` and ${counted(number(row, 'edges'), 'link')}`}`,
      `largest profile: ${counted(number(row, 'largest_profile'), 'identifier')}`,
      ...(number(row, 'unidentified') > 0
        ? [
            `without a profile: ${counted(number(row, 'unidentified'), 'row')} (nothing accepted identifies them)`,
          ]
        : []),
      `ids: ${changes.length === 0 ? 'unchanged' : changes.join(', ')}`,
      ...healthLines(measures, entity),
    ]
    return [titled(paint, entity, lines.join('\n'))]
  })
}

function segmentsPart({ measures, previous }: RunResult, paint: Paint): string {
  const rows = Object.keys(measures).flatMap((node) => {
    const [row] = figures(measures, node, 'segment')
    if (!row) return []
    const members = number(row, 'members')
    const [before] = previous ? figures(previous.measures, node, 'segment') : []
    const moves = [
      ...(number(row, 'entered') > 0 ? [`${count(number(row, 'entered'))} entered`] : []),
      ...(number(row, 'exited') > 0 ? [`${count(number(row, 'exited'))} left`] : []),
    ]
    return [
      [
        node.replace('segment.', ''),
        count(members),
        before
          ? change(members - number(before, 'members'))
          : firstChange(members, number(row, 'entered'), number(row, 'exited')),
        moves.join(', '),
      ],
    ]
  })
  if (rows.length === 0) return ''
  const columns = [
    { title: '' },
    { title: 'members', align: 'right' },
    { title: 'change', align: 'right' },
    { title: '' },
  ] as const
  return titled(paint, 'Segments', table(columns, rows))
}

/** Of a segment that the last run did not build: it may be older than that, as it is where only some of its members came. */
function firstChange(members: number, entered: number, exited: number): string {
  return entered === members && exited === 0 ? 'new' : change(entered - exited)
}

function warningsPart(warnings: readonly RunWarning[], paint: Paint, width: number): string {
  return warnings
    .map(({ node, message, remedy, rows }) =>
      [
        `${paint.yellow('warning')} ${node}: ${message}`,
        ...(remedy === undefined ? [] : [`  ${paint.dim('hint:')} ${remedy}`]),
        ...rowLines(rows, width),
      ].join('\n'),
    )
    .join('\n')
}

/** A failure that belongs to a place of the project was printed with it, as a diagnostic, and is not said again. */
function failurePart({ error }: RunResult, paint: Paint, width: number, said: readonly string[]): string {
  if (!error) return ''
  const where = paint.bold(error.node === 'publish' ? 'publishing' : error.node)
  const isSaid = said.some((message) => error.message.startsWith(message))
  return [
    isSaid ? `${where} failed` : `${paint.red('error')} in ${where}: ${error.message}`,
    ...(error.remedy === undefined || isSaid ? [] : [`  ${paint.dim('hint:')} ${error.remedy}`]),
    ...rowLines(error.rows, width),
    ...(error.step === '' ? [] : [`  ${paint.dim('step:')} ${error.step}`]),
    ...(error.written_in === undefined ? [] : [`  ${paint.dim('in:')}   ${error.written_in}`]),
    `  ${paint.dim('SQL:')}  ${error.file}`,
  ].join('\n')
}

function rowLines(rows: readonly Row[], width: number): readonly string[] {
  const [first] = rows
  if (!first) return []
  const columns = Object.keys(first)
  const cells = rows.map((row) => columns.map((column) => cut(String(row[column] ?? ''), 40)))
  return table(
    columns.map((title) => ({ title })),
    cells,
  )
    .split('\n')
    .map((line) => `  ${cut(line, Math.max(40, width - 2))}`)
}

function lastLine(result: RunResult, paint: Paint): string {
  const took = duration(result.elapsed_ms)
  const nodes = result.nodes.filter((node) => node.status === 'succeeded').length
  switch (result.status) {
    case 'succeeded':
      return `${paint.green('Published')} ${counted(nodes, 'node')} in ${took} · as of ${result.as_of} · run ${result.run_id}`
    case 'failed':
      return `${paint.red('Failed')} after ${took}: nothing was published, readers see the last good tables · run ${result.run_id}`
    case 'interrupted':
      return `${paint.yellow('Interrupted')} after ${took}: nothing was published, readers see the last good tables · run ${result.run_id}`
  }
}

/** Empty where there is nothing to say. */
function titled(paint: Paint, title: string, text: string): string {
  if (text === '') return ''
  return `${paint.bold(title)}\n${text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line}`)
    .join('\n')}`
}
