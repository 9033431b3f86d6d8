import type { Sql } from '../sql/fragment.js'
import type { NodeKind, StatementStep, Step } from './program.js'
import type { Table } from './scope.js'

/** A view that the publishing transaction makes over published tables, and what its columns mean. */
export interface PublishedView {
  readonly schema: 'public' | 'internal'
  readonly name: string
  readonly description: string
  /** Written over published names only. */
  readonly select: Sql
  readonly columns: readonly { readonly name: string; readonly description?: string }[]
}

/** What compiling one node of the graph gives; the program is put together from these. */
export interface CompiledNode {
  readonly id: string
  readonly kind: NodeKind
  readonly description: string
  readonly inputs: readonly string[]
  readonly steps: readonly Step[]
  /** Tables built as `<name>__next`, renamed by publishing. */
  readonly tables: readonly Table[]
  /** Scratch relations, dropped after the run. */
  readonly scratch: readonly string[]
  /** Scratch relations that nodes after it read too: they stay until the run is over. */
  readonly passedOn?: readonly { readonly kind: 'table' | 'view'; readonly name: string }[]
  /** Why it is always built in full; absent where an incremental run can build it. */
  readonly fullOnly?: string
  /** The node with the gate that decides whether this one has anything to do. */
  readonly follows?: string
  /** Of its tables those whose part that a run builds is read by nodes after it: empty where the node is unchanged. */
  readonly partsRead?: readonly Table[]
  /** Tables that every run builds anew, though the node be unchanged: files that were loaded. */
  readonly loaded?: readonly Table[]
  readonly views: readonly PublishedView[]
  /** Makes the tables of kept state where they are missing, before any node starts: several nodes may name the same. */
  readonly kept: readonly StatementStep[]
  /** Changes of kept state, part of the publishing transaction, before tables are renamed. */
  readonly state: readonly StatementStep[]
}
