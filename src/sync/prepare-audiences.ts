import type { PreparedAudience } from '../connectors/connector.js'
import type { LeasedRun } from './leased-run.js'
import type { RunPlan } from './plan-run.js'
import { SyncStopped } from './stopped.js'

/**
 * The lists that rows are put into, made where they are missing; by the name that the sync gives them. One that has rows by
 * what the ledger says, and is missing, was deleted: an empty one in its place would never get them again.
 */
export async function prepareAudiences(
  { job, lease }: LeasedRun,
  { audiences, filledAudiences }: RunPlan,
): Promise<ReadonlyMap<string, PreparedAudience>> {
  const { destination, scope, options } = job
  const { timeoutMs } = scope.connector.limits
  const prepared = new Map<string, PreparedAudience>()
  for (const audience of audiences) {
    await lease.outlives(timeoutMs)
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
    const isEmptied = options.mend === 'resync' || options.mend === 'reconcile'
    const mayMake = isEmptied || !filledAudiences.has(audience)
    const found = await destination.prepare?.(audience, mayMake, signal)
    if (found?.kind === 'stop')
      throw new SyncStopped('refused', found.message, found.remedy ?? remedyOf(scope.sync.name, mayMake))
    if (found) prepared.set(audience, found)
  }
  return prepared
}

function remedyOf(sync: string, mayMake: boolean): string | undefined {
  return mayMake ? undefined : `cdp sync resync ${sync} makes it anew, and sends all rows.`
}
