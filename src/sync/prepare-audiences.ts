import type { PreparedAudience } from '../connectors/connector.js'
import type { LeasedRun } from './leased-run.js'
import { SyncStopped } from './stopped.js'

/** The lists that rows are put into, made where they are missing; by the name that the sync gives them. */
export async function prepareAudiences(
  { job, lease }: LeasedRun,
  audiences: readonly string[],
): Promise<ReadonlyMap<string, PreparedAudience>> {
  const { destination, scope, options } = job
  const { timeoutMs } = scope.connector.limits
  const prepared = new Map<string, PreparedAudience>()
  for (const audience of audiences) {
    await lease.outlives(timeoutMs)
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
    const found = await destination.prepare?.(audience, signal)
    if (found?.kind === 'stop') throw new SyncStopped('refused', found.message, found.remedy)
    if (found) prepared.set(audience, found)
  }
  return prepared
}
