import type { SyncResult } from './result.js'
import { runSync } from './run-sync.js'
import type { OpenedSyncs } from './sync-project.js'

/** Runs syncs one after the other; one that does not succeed does not keep the others from it. */
export async function runSyncs({ jobs }: OpenedSyncs, signal?: AbortSignal): Promise<readonly SyncResult[]> {
  const results: SyncResult[] = []
  for (const job of jobs) {
    if (signal?.aborted) break
    results.push(await runSync(job))
  }
  return results
}
