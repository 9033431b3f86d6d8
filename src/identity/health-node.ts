import type { CompiledNode } from '../program/compiled-node.js'
import type { Context, NodeOf } from '../program/context.js'
import { published } from '../program/scope.js'
import { bridgeWalkSteps } from './bridge-walk.js'
import { bridgeSteps } from './bridges.js'
import {
  bridgesTable,
  heldEdgesTable,
  identitySizesTable,
  identitySuspectsTable,
  largestProfilesTable,
} from './graph-tables.js'
import { healthViews } from './health-views.js'
import { heldEdgeSteps } from './held-edges.js'
import { identityInput } from './identity-node.js'
import { histogramSteps, largestProfileSteps, largestSteps } from './profile-sizes.js'
import { healthScratchNamesOf } from './scratch.js'
import { busySteps, suspectFigure, suspectSteps } from './suspects.js'

/**
 * The health of a graph after a run, in few passes over what is there already: how large customers are, which are the
 * largest and what holds them together, and which values meet suspiciously many others. Nothing else waits for it.
 */
export function compileHealth(context: Context, node: NodeOf<'health'>): CompiledNode {
  const { scope } = context
  const { name: entity } = node.entity
  const input = identityInput(context.project, node.entity)
  return {
    id: node.id,
    kind: 'health',
    description: `How large each ${entity} is, what holds the largest together, and what looks wrong.`,
    inputs: node.inputs,
    steps: [
      ...histogramSteps(scope, input),
      ...largestSteps(scope, input),
      ...busySteps(scope, input),
      ...heldEdgeSteps(scope, input),
      ...bridgeWalkSteps(scope, input),
      ...bridgeSteps(scope, input),
      ...largestProfileSteps(scope, input),
      ...suspectSteps(scope, input),
      suspectFigure(scope, input),
    ],
    tables: [
      identitySizesTable(entity),
      largestProfilesTable(entity),
      bridgesTable(entity),
      heldEdgesTable(entity),
      identitySuspectsTable(entity),
    ],
    scratch: healthScratchNamesOf(entity),
    follows: `identity.${entity}`,
    views: healthViews(scope, input, published),
    kept: [],
    state: [],
  }
}
