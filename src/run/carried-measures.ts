import type { Row } from '../engines/connection.js'
import type { Executed } from './execute-program.js'
import type { Measures } from './result.js'

/** Figures that tell of what a run did, not of what there is. */
const OF_THE_RUN = new Set(['created', 'merged', 'split', 'retired', 'entered', 'exited'])

/** The figures of nodes that are as the last run left them are those of the last run, but for what that run did. */
export function withCarriedMeasures<E extends Executed>(executed: E, before: Measures): E {
  const unchanged = executed.nodes.filter(({ mode }) => mode === 'unchanged').map(({ id }) => id)
  const carried = unchanged.flatMap((id) => {
    const measures = before[id]
    if (!measures) return []
    const still = Object.entries(measures).map(([name, rows]) => [name, rows.map(withoutDeeds)] as const)
    return [[id, Object.fromEntries(still)] as const]
  })
  if (carried.length === 0) return executed
  const all = { ...executed.measures, ...Object.fromEntries(carried) }
  const inOrder = executed.nodes.flatMap(({ id }) => (all[id] ? [[id, all[id]] as const] : []))
  return { ...executed, measures: Object.fromEntries(inOrder) }
}

function withoutDeeds(row: Row): Row {
  const entries = Object.entries(row).map(([key, value]) => [key, OF_THE_RUN.has(key) ? 0 : value] as const)
  return Object.fromEntries(entries)
}
