import type { NodeKind } from '../program/program.js'
import type { RunError, RunStatus } from './result.js'

/** What happens in a run, as it happens; for progress on a terminal. The executor itself never prints. */
export type RunEvent =
  | {
      readonly kind: 'run started'
      readonly run_id: string
      readonly as_of: string
      readonly nodes: readonly string[]
    }
  | { readonly kind: 'node started'; readonly node: string; readonly node_kind: NodeKind }
  | { readonly kind: 'step started'; readonly node: string; readonly title: string }
  | { readonly kind: 'loop round'; readonly node: string; readonly title: string; readonly round: number }
  | {
      readonly kind: 'node finished'
      readonly node: string
      readonly status: 'succeeded' | 'failed' | 'interrupted'
      readonly elapsed_ms: number
      readonly rows?: number
      /** Nodes that have ended so far, this one included, and nodes of the run. */
      readonly done: number
      readonly total: number
    }
  | { readonly kind: 'publishing' }
  | { readonly kind: 'published'; readonly elapsed_ms: number }
  | {
      readonly kind: 'run finished'
      readonly status: RunStatus
      readonly elapsed_ms: number
      readonly error?: RunError
    }

export type RunListener = (event: RunEvent) => void
