import type { PreparedAudience } from '../connectors/connector.js'
import type { LeasedRun } from './leased-run.js'
import type { RunPlan } from './plan-run.js'
import { rememberedAudiences } from './remembered-audiences.js'
import { SyncStopped } from './stopped.js'

/**
 * The lists that rows are put into, made where they are missing; by the name that the sync gives them. One that has rows by
 * what the ledger says, and is missing or is another one of the same name, was deleted: an empty one in its place would never
 * get them again.
 */
export async function prepareAudiences(
  { job, lease }: LeasedRun,
  { audiences, filledAudiences }: RunPlan,
): Promise<ReadonlyMap<string, PreparedAudience>> {
  const { destination, scope, store, options } = job
  const { timeoutMs } = scope.connector.limits
  const remembered = await rememberedAudiences(store, scope.sync.name)
  const prepared = new Map<string, PreparedAudience>()
  for (const audience of audiences) {
    await lease.outlives(timeoutMs)
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
    const isEmptied = options.mend === 'resync' || options.mend === 'reconcile'
    const mayBeNew = isEmptied || !filledAudiences.has(audience)
    const found = await destination.prepare?.(audience, mayBeNew, signal)
    const remedy = mayBeNew ? undefined : anew(scope.sync.name)
    if (found?.kind === 'stop') throw new SyncStopped('refused', found.message, found.remedy ?? remedy)
    const before = remembered.get(audience)
    if (found && before !== undefined && before !== found.id && !mayBeNew)
      throw new SyncStopped(
        'refused',
        `the audience "${audience}" is another one than before (${found.id}, it was ${before}), without the rows that were in it`,
        remedy,
      )
    if (found) prepared.set(audience, found)
  }
  return prepared
}

const anew = (sync: string): string => `cdp sync resync ${sync} makes it anew, and sends all rows.`
