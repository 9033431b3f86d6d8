import type { Row } from '../engines/connection.js'
import type { Executed } from './execute-program.js'
import type { Measures, RunWarning } from './result.js'

/** Figures that tell of what a run did, not of what there is. */
const OF_THE_RUN = new Set(['changed', 'created', 'merged', 'split', 'retired', 'entered', 'exited'])

/** What the last run found out. */
export interface FoundBefore {
  readonly measures: Measures
  readonly warnings: readonly RunWarning[]
}

/**
 * Of nodes that are as the last run left them, what that run found out still holds: its figures, but for what it did, and its
 * warnings.
 */
export function withCarried<E extends Executed>(executed: E, before: FoundBefore): E {
  const unchanged = executed.nodes.filter(({ mode }) => mode === 'unchanged').map(({ id }) => id)
  const isTold = ({ node, message }: RunWarning) =>
    executed.warnings.some((warning) => warning.node === node && warning.message === message)
  const warnings = before.warnings.filter((one) => unchanged.includes(one.node) && !isTold(one))
  const carried = unchanged.flatMap((id) => {
    const measures = before.measures[id]
    if (!measures) return []
    const still = Object.entries(measures).map(([name, rows]) => [name, rows.map(withoutDeeds)] as const)
    return [[id, Object.fromEntries(still)] as const]
  })
  if (carried.length === 0) return executed
  const all = { ...executed.measures, ...Object.fromEntries(carried) }
  const inOrder = executed.nodes.flatMap(({ id }) => (all[id] ? [[id, all[id]] as const] : []))
  return { ...executed, measures: Object.fromEntries(inOrder), warnings: [...executed.warnings, ...warnings] }
}

function withoutDeeds(row: Row): Row {
  const entries = Object.entries(row).map(([key, value]) => [key, OF_THE_RUN.has(key) ? 0 : value] as const)
  return Object.fromEntries(entries)
}
