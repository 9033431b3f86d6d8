/**
 * The health of a graph after a run, in few passes over what is there already: how large customers are, which are the
 * largest and what holds them together, and which values meet suspiciously many others.
 */
import type { MeasureStep, Step } from '../program/program.js'
import { measure, type Scope, whole } from '../program/scope.js'
import { as, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { bridgeWalkSteps } from './bridge-walk.js'
import { bridgeSteps } from './bridges.js'
import { type IdentityInput, refusedEdgesTable } from './graph-tables.js'
import { heldEdgeSteps } from './held-edges.js'
import { histogramSteps, largestProfileSteps, largestSteps } from './profile-sizes.js'
import { busySteps, suspectFigure, suspectSteps } from './suspects.js'

/** To be made after identifiers, their sizes, customers and refused links. */
export function healthSteps(scope: Scope, input: IdentityInput): Step[] {
  return [
    ...histogramSteps(scope, input),
    ...largestSteps(scope, input),
    ...busySteps(scope, input),
    ...heldEdgeSteps(scope, input),
    ...bridgeWalkSteps(scope, input),
    ...bridgeSteps(scope, input),
    ...largestProfileSteps(scope, input),
    ...suspectSteps(scope, input),
    refusedFigure(scope, input),
    suspectFigure(scope, input),
  ]
}

/** For the summary of the run: what limits and decisions refused. */
function refusedFigure(scope: Scope, input: IdentityInput): MeasureStep {
  const refused = sql`
    select
      ${name('reason')},
      ${as(sql`count(*)`, 'edge_count')}
    from ${from(whole(scope, refusedEdgesTable(input.entity.name)))}
    group by ${name('reason')}
    order by count(*) desc, ${name('reason')}
  `
  return measure(scope, 'refused_edges', refused)
}
