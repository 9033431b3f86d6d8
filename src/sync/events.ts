import type { PlanFigures, SyncResult } from './result.js'

/** What happens while syncs run, for progress on a terminal. The engine itself never prints. */
export type SyncEvent =
  | { readonly kind: 'sync started'; readonly sync: string; readonly destination: string }
  | { readonly kind: 'planned'; readonly sync: string; readonly figures: PlanFigures }
  | {
      readonly kind: 'rows done'
      readonly sync: string
      readonly done: number
      readonly planned: number
      readonly elapsed_ms: number
    }
  | { readonly kind: 'sync finished'; readonly result: SyncResult }

export type SyncListener = (event: SyncEvent) => void
