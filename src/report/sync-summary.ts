import type { SyncResult } from '../sync/result.js'
import { count, counted, duration } from './amounts.js'
import type { Paint } from './paint.js'
import { cut, table } from './table.js'

/** What syncs did, for a person: a line each, why one did not succeed, and rows that were refused. */
export function syncSummary(results: readonly SyncResult[], paint: Paint, width: number): string {
  if (results.length === 0) return 'nothing to sync\n'
  const parts = [
    `${paint.bold('Syncs')}\n${countsTable(results)}`,
    ...results.flatMap((result) => troubleOf(result, paint, width)),
  ]
  return `${parts.join('\n\n')}\n`
}

const FIGURES = [
  ['added', 'added'],
  ['changed', 'changed'],
  ['removed', 'removed'],
  ['withdrawn', 'withdrawn'],
  ['retried', 'again'],
  ['unchanged', 'unchanged'],
  ['suppressed', 'no consent'],
  ['invalid', 'invalid'],
  ['waiting', 'waiting'],
  ['held', 'held'],
] as const

function countsTable(results: readonly SyncResult[]): string {
  const rows = results.map((result) => [
    result.sync,
    result.status,
    count(result.ok),
    count(result.rejected),
    count(result.deferred),
    FIGURES.flatMap(([key, word]) => (result[key] > 0 ? [`${count(result[key])} ${word}`] : [])).join(', '),
    duration(result.elapsed_ms),
  ])
  return table(
    [
      { title: '' },
      { title: '' },
      { title: 'ok', align: 'right' },
      { title: 'rejected', align: 'right' },
      { title: 'deferred', align: 'right' },
      { title: '' },
      { title: '' },
    ],
    rows,
  )
}

function troubleOf(result: SyncResult, paint: Paint, width: number): string[] {
  const { sync, message, remedy, samples, rejected, invalid } = result
  const told = message === undefined ? [] : [cut(`${sync}: ${message}`, 10_000)]
  const hint = remedy === undefined ? [] : [`  ${paint.dim('hint:')} ${remedy}`]
  const rows = samples.map(({ row_key, code, message: why }) =>
    cut(`  ${row_key ?? '(no key)'}  ${[code, why].filter((part) => part !== undefined).join(': ')}`, width),
  )
  const head = samples.length === 0 ? [] : [`${sync}: ${counted(rejected + invalid, 'row')} refused`]
  const lines = [...told, ...hint, ...notificationOf(result), ...head, ...rows]
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function notificationOf({ sync, notified }: SyncResult): string[] {
  if (!notified) return []
  const what = notified.about === 'failing' ? 'it fails' : 'it works again'
  if (notified.error === undefined) return [`${sync}: the webhook of notify was told that ${what}`]
  return [`${sync}: the webhook of notify was not told that ${what}: ${notified.error}`]
}
