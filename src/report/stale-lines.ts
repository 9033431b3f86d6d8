import type { RunResult } from '../run/result.js'

/** Reasons that say nothing about what has changed. */
const NO_NEWS = new Set(['it is the first run', '--full-refresh', '--select', 'its rows are only counted'])

/** Said of the node itself, a reason needs no name. */
function ofItself(id: string, because: string): string {
  if (because === `${id} has changed`) return 'changed since the last run'
  return because === `the last run did not build ${id}` ? 'not built by the last run' : because
}

/** What a change of the project made stale, so that it was built from all rows: a line a reason. */
export function staleLines({ nodes }: RunResult): readonly string[] {
  const byReason = new Map<string, string[]>()
  for (const { id, full_because: because } of nodes) {
    if (because === undefined || NO_NEWS.has(because)) continue
    const reason = ofItself(id, because)
    byReason.set(reason, [...(byReason.get(reason) ?? []), id])
  }
  return [...byReason].map(([because, ids]) => {
    const shown = ids.length > 4 ? [...ids.slice(0, 3), `${ids.length - 3} more`] : ids
    return `${shown.join(', ')} (${because})`
  })
}
