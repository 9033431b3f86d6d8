import type { LoggedRow, SyncState } from '../sync/status.js'
import { count } from './amounts.js'
import { cut, table } from './table.js'

/** How syncs are, a line each. */
export function syncStatusText(states: readonly SyncState[]): string {
  const right = 'right' as const
  const rows = states.map(({ sync, destination, last, acknowledged, uncertain, held, rejected }) => [
    sync,
    destination,
    last ? `${last.status} ${last.started_at.slice(0, 16)}` : 'never ran',
    ...[acknowledged, uncertain, held, rejected].map(count),
    cut(last?.message ?? '', 60),
  ])
  const figures = ['acknowledged', 'uncertain', 'held', 'rejected'].map((title) => ({ title, align: right }))
  return `${table([{ title: '' }, { title: '' }, { title: 'last run' }, ...figures, { title: '' }], rows)}\n`
}

/** Rows that did not arrive, latest first. */
export function syncLogText(rows: readonly LoggedRow[], width: number): string {
  if (rows.length === 0) return 'every row arrived\n'
  const lines = rows.map(({ sync, logged_at, row_key, outcome, code, message }) =>
    cut(
      [logged_at.slice(0, 19), sync, row_key ?? '(no key)', outcome, code ?? '', message ?? '']
        .filter((part) => part !== '')
        .join('  '),
      width,
    ),
  )
  return `${lines.join('\n')}\n`
}
