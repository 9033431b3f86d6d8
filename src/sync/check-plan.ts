import { checkAge, checkGuards } from './guards.js'
import type { RunPlan } from './plan-run.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import type { RememberedSync } from './sync-state.js'

/** Stops a run whose ledger was made elsewhere: it does not say what this target has sent. */
export function checkTarget({ scope, target: here }: SyncJob, { target }: RememberedSync): void {
  const { name: sync } = scope.sync
  if (target === undefined || target === here) return
  throw new SyncStopped(
    'guard',
    `the ledger of ${sync} was made for another target: it says what that one has sent, not this one`,
    `If the warehouse was moved, cdp sync rebase ${sync} takes the ledger over; if it was copied, leave its syncs off.`,
  )
}

/** Stops a run whose tables are too old. `now` is in milliseconds since 1970. */
export function checkBuilt({ scope, builtAt }: SyncJob, now: number): void {
  checkAge(scope.sync.guards, scope.sync.name, builtAt, now)
}

/** Stops a run, before anything is marked, that would send everything again or change more than it may. */
export function checkPlan({ scope }: SyncJob, plan: RunPlan, before: RememberedSync): void {
  const { sync, operations } = scope
  const { figures, acknowledged } = plan
  if (before.mapping !== undefined && before.mapping !== scope.mapping && acknowledged > 0)
    throw new SyncStopped(
      'guard',
      `the mapping of ${sync.name} has changed: ${figures.changed + figures.retried} rows would be sent again`,
      `cdp sync ${sync.name} --accept sends them; cdp sync rebase ${sync.name} takes what is there for what it should be.`,
    )
  checkGuards(sync.guards, {
    sync: sync.name,
    figures,
    acknowledged,
    finishedRuns: before.finishedRuns,
    takesAway: operations.leave.kind !== 'nothing',
  })
}
