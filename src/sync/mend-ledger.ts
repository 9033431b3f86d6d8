import {
  holdUnknownSteps,
  rebaseSteps,
  reconcileSteps,
  resyncSteps,
  retrySteps,
} from '../compile/syncs/mend.js'
import type { LeasedRun } from './leased-run.js'
import { rememberPlan } from './sync-state.js'

/** What a person asked to be done to the ledger before the plan is made. */
export async function mendLedger(run: LeasedRun): Promise<void> {
  const { mend } = run.job.options
  if (mend === undefined || mend === 'rebase') return
  const steps = { retry: retrySteps, resync: resyncSteps, reconcile: reconcileSteps }[mend]
  await run.transaction(() => run.warehouse.execute(steps(run.job.scope)))
}

/** Takes what the destination has for what it should have, after a plan. Nothing is sent. */
export async function rebaseLedger(run: LeasedRun): Promise<void> {
  const { scope, store, target } = run.job
  await run.transaction(async () => {
    await run.warehouse.execute(rebaseSteps(scope))
    await rememberPlan(store, scope.sync.name, { target, mapping: scope.mapping })
  })
}

/** Rows of a run that died while it sent what cannot be repeated: nobody knows, so a person decides. */
export async function holdUnknown(run: LeasedRun): Promise<void> {
  const { scope } = run.job
  const main = scope.connector.operations[scope.operations.main]
  if (main?.idempotent !== false || scope.sync.onUnknown === 'resend') return
  await run.transaction(() => run.warehouse.execute(holdUnknownSteps(scope)))
}
