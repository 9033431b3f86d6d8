import type { DryRun } from '../sync/dry-run.js'
import { count, counted, duration } from './amounts.js'
import type { Paint } from './paint.js'
import { cut } from './table.js'

const KINDS = [
  'added',
  'changed',
  'removed',
  'withdrawn',
  'retried',
  'unchanged',
  'suppressed',
  'invalid',
  'waiting',
  'held',
] as const

/** What syncs would do. */
export function dryRunText(runs: readonly DryRun[], paint: Paint, width: number): string {
  return runs.map((run) => oneRun(run, paint, width)).join('\n')
}

function oneRun(run: DryRun, paint: Paint, width: number): string {
  const figures = KINDS.flatMap((kind) => (run[kind] > 0 ? [`${count(run[kind])} ${kind}`] : []))
  const time = run.estimated_ms > 0 ? `, at least ${duration(run.estimated_ms)}` : ''
  const lines = [
    paint.bold(`${run.sync} → ${run.destination}`),
    `  ${counted(run.planned, 'row')} of ${count(run.source_rows)} would be sent in ${counted(run.estimated_requests, 'request')}${time}`,
    ...(figures.length > 0 ? [`  ${figures.join(', ')}`] : []),
    ...(run.stopped_by === undefined ? [] : [`  it would stop: ${run.stopped_by}`]),
    ...run.samples.map(({ operation, reason, row_key }) =>
      cut(`  ${operation} (${reason})  ${row_key}`, width),
    ),
    ...run.refused.map(({ row_key, message }) =>
      cut(`  invalid  ${row_key ?? '(no key)'}: ${message}`, width),
    ),
    ...(run.requests === '' ? [] : ['', run.requests.replaceAll(/^/gm, '  ')]),
  ]
  return `${lines.join('\n')}\n`
}
