import type { Guards } from '../language/sync.js'
import type { PlanFigures } from './result.js'
import { SyncStopped } from './stopped.js'

/** Below this many rows shares say little. */
const FEW = 100

export interface GuardFacts {
  readonly sync: string
  readonly figures: PlanFigures
  /** Rows that the destination has acknowledged so far. */
  readonly acknowledged: number
  /** Runs of the sync that came to their end. */
  readonly finishedRuns: number
  /** Whether what left is taken away. */
  readonly takesAway: boolean
}

const REMEDY = 'If that is meant, run it once with --accept; else look at what is synced.'

/** Stops a run whose tables are too old: what has changed since would be undone. */
export function checkAge(guards: Guards, sync: string, builtAt: number | undefined, now: number): void {
  if (builtAt === undefined || now - builtAt <= guards.maxAge.seconds * 1000) return
  const hours = Math.floor((now - builtAt) / 3_600_000)
  throw new SyncStopped(
    'guard',
    `what ${sync} reads was built ${hours} hours ago, max_age is ${guards.maxAge.text}`,
    'cdp build builds it anew and syncs; --accept syncs it as it is.',
  )
}

/** Stops a run, before anything is marked, of which more would change than the sync allows. */
export function checkGuards(guards: Guards, facts: GuardFacts): void {
  const { sync, figures, acknowledged, finishedRuns, takesAway } = facts
  if (finishedRuns === 0 || acknowledged === 0) return
  if (guards.emptySource === 'stop' && takesAway && figures.source_rows === 0)
    throw new SyncStopped(
      'guard',
      `there is nothing left to sync: ${sync} would take all ${acknowledged} rows away`,
      `${REMEDY} \`guards: { empty_source: allow }\` allows it for good.`,
    )
  const shares = [
    ['max_added', 'added', figures.added, guards.maxAdded],
    ['max_changed', 'changed', figures.changed, guards.maxChanged],
    ['max_removed', 'removed', figures.removed + figures.withdrawn, guards.maxRemoved],
  ] as const
  for (const [guard, done, count, most] of shares) {
    if (count <= FEW || count <= most * acknowledged) continue
    throw new SyncStopped(
      'guard',
      `${count} of ${acknowledged} rows would be ${done} by ${sync}, more than ${guard} (${percent(most)}) allows`,
      REMEDY,
    )
  }
}

/** Whether so many of the rows sent were refused that sending more makes no sense. */
export function tooManyRejected(
  guards: Guards,
  facts: {
    readonly sync: string
    readonly rejected: number
    readonly done: number
    readonly finishedRuns: number
  },
): SyncStopped | undefined {
  const { sync, rejected, done, finishedRuns } = facts
  if (finishedRuns === 0 || done <= FEW || rejected <= guards.maxRejected * done) return undefined
  return new SyncStopped(
    'guard',
    `${rejected} of ${done} rows of ${sync} were rejected, more than max_rejected (${percent(guards.maxRejected)}) allows`,
    `cdp sync log ${sync} says why.`,
  )
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}
