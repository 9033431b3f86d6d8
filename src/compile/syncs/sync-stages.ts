import type { StatementStep } from '../../program/program.js'
import { forgetSteps, markSteps } from './intent.js'
import { holdUnknownSteps, rebaseSteps, reconcileSteps, resyncSteps, retrySteps } from './mend.js'
import { planPage, snapshotPage } from './pages.js'
import { ledgerStep, planSteps } from './plan.js'
import {
  audiencesQuery,
  figuresQuery,
  filledAudiencesQuery,
  invalidRowsQuery,
  operationsQuery,
  repeatedKeysQuery,
} from './plan-figures.js'
import { settlement } from './settle.js'
import { jobPlanSteps, jobsQuery, snapshotSteps } from './snapshot.js'
import type { SyncScope } from './sync-scope.js'

/** Statements of a sync that are executed together, and when. */
export interface SyncStage {
  readonly when: string
  readonly steps: readonly StatementStep[]
}

/**
 * Every statement about the rows of a sync, in the order of a run: what `cdp compile` prints. Taking the lease, and the
 * tables `cdp_sync_runs` and `cdp_sync_batches`, are the same for all syncs.
 */
export function syncStages(scope: SyncScope): readonly SyncStage[] {
  const { connector, operations, sync } = scope
  const possible = Object.keys(connector.operations)
  const together = scope.scope.dialect.facts.leases === 'transactions' ? ', in one transaction' : ''
  const { open, allDone, prepare, apply } = settlement(scope, possible)
  const isHeld = connector.operations[operations.main]?.idempotent === false && sync.onUnknown === 'hold'
  const [leaves, settles] = operations.isWhole
    ? [
        [...snapshotSteps(scope), snapshotPage(scope)],
        [...open, ...allDone, ...prepare],
      ]
    : [[planPage(scope)], [...open, ...prepare]]
  return [
    { when: 'With the lease, first of all', steps: [ledgerStep(scope)] },
    {
      when: 'What the destination was given as a job by runs before, and settled as below',
      steps: [jobsQuery(scope), ...jobPlanSteps(scope)],
    },
    ...(isHeld
      ? [{ when: 'What cannot be repeated, and a run was killed over', steps: holdUnknownSteps(scope) }]
      : []),
    { when: 'With `cdp sync retry`', steps: retrySteps(scope) },
    { when: 'With `cdp sync resync`', steps: resyncSteps(scope) },
    { when: 'With `cdp sync resync --reconcile`', steps: reconcileSteps(scope) },
    { when: 'The plan', steps: planSteps(scope) },
    {
      when: 'What is told of it, and looked at by guards',
      steps: [
        figuresQuery(scope),
        repeatedKeysQuery(scope),
        operationsQuery(scope),
        audiencesQuery(scope),
        filledAudiencesQuery(scope),
        invalidRowsQuery(scope),
      ],
    },
    { when: 'With `cdp sync rebase`, and then nothing is sent', steps: rebaseSteps(scope) },
    { when: `The intent${together}`, steps: [...forgetSteps(scope), ...markSteps(scope, possible)] },
    { when: 'Sending', steps: leaves },
    {
      when: 'Acknowledgement: the table of outcomes is filled with what the destination said',
      steps: settles,
    },
    { when: `Acknowledgement${together}`, steps: apply },
  ]
}
