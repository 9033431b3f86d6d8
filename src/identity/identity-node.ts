import { identityFingerprint } from '../graph/fingerprint.js'
import type { Entity } from '../language/entity.js'
import type { Project } from '../language/project.js'
import type { CompiledNode } from '../program/compiled-node.js'
import { type Context, type NodeOf, sourcesOf } from '../program/context.js'
import type { Step } from '../program/program.js'
import { published, type Scope } from '../program/scope.js'
import { customersTable, identifiersTable, recordsTable } from '../staging/customer-tables.js'
import { affectedScratch, affectedSteps, passedOn } from './affected/affected.js'
import type { Crossings } from './affected/crossings.js'
import { placingSteps } from './affected/placing.js'
import { componentSteps, separation } from './components.js'
import { customerSteps, identifierSteps, recordSteps } from './customers.js'
import { edgeSteps } from './edges.js'
import { identityFigures } from './figures.js'
import {
  aliasesTable,
  type IdentityInput,
  idChangesTable,
  proposalsTable,
  refusedEdgesTable,
  sharedNodesTable,
  sharedValuesTable,
  sizesTable,
  tuplesTable,
} from './graph-tables.js'
import { identityViews } from './identity-views.js'
import { aliasSteps } from './ids/aliases.js'
import { bidSteps } from './ids/bids.js'
import { causeSteps } from './ids/causes.js'
import { explainedChangeSteps, idChangeSteps } from './ids/changes.js'
import { keptStateChanges, keptStateTables } from './ids/kept-state.js'
import { mintSteps } from './ids/minting.js'
import { originSteps } from './ids/origins.js'
import { contestedSteps } from './limits/contested.js'
import { refuseContestedSteps, regroupedSteps } from './limits/contested-identifiers.js'
import { decisionSteps } from './limits/decisions.js'
import { borderSteps, refusedAcrossBorder } from './limits/firm.js'
import { hasLimits, limitsOf } from './limits/limits.js'
import { profileShareCheck } from './limits/profile-share.js'
import { noRefusedEdges, refusedEdgeSteps } from './limits/refused.js'
import { settleSteps } from './limits/settled.js'
import { memberSteps } from './members.js'
import { namedRelations } from './named.js'
import { nodeSteps } from './nodes.js'
import { overrideFigures, overrideSteps, writtenSteps } from './overrides.js'
import { sizeSteps } from './profile-sizes.js'
import { proposalSteps } from './proposals.js'
import { scratchNamesOf } from './scratch.js'
import { sharedValueSteps } from './shared-values.js'
import { sharingSteps } from './sharing.js'
import { joining, tupleSteps } from './tuples.js'

/** All that identity resolution of an entity looks at. */
export function identityInput(project: Project, entity: Entity): IdentityInput {
  return {
    entity,
    sources: sourcesOf(project, entity.name),
    overrides: project.overrides.filter((override) => override.entity === entity.name),
    fingerprint: identityFingerprint(project, entity),
    timezone: project.settings.timezone,
  }
}

/** Who is who: from the staged rows of an entity's sources to its customers, step by step as docs/how-it-works.md tells. */
export function compileIdentity(
  context: Context,
  node: NodeOf<'identity'>,
  crossings: Crossings,
): CompiledNode {
  const { scope } = context
  const input = identityInput(context.project, node.entity)
  const entity = node.entity.name
  return {
    id: node.id,
    kind: 'identity',
    description: `Who is who among the rows about ${entity}: identifiers, links, components, ids.`,
    inputs: node.inputs,
    steps: [
      // Which rows are looked at.
      ...writtenSteps(scope, input),
      ...affectedSteps(scope, input, crossings),
      // The graph: which identifiers stand together, which join nobody, what links the others.
      ...tupleSteps(scope, input),
      ...nodeSteps(scope, input),
      ...overrideSteps(scope, input),
      ...sharingSteps(scope, input),
      ...edgeSteps(scope, input),
      ...borderSteps(scope, input),
      // Who is one: all that links hold together, or what limits leave of it.
      ...componentSteps(scope, input),
      ...limitSteps(scope, input),
      separation(scope, input),
      ...memberSteps(scope, input),
      // Under which id.
      ...bidSteps(scope, input),
      ...originSteps(scope, input),
      ...mintSteps(scope, input),
      ...identifierSteps(scope, input),
      ...placingSteps(scope, input),
      // Better no run than one customer of many.
      ...sizeSteps(scope, input),
      profileShareCheck(scope, input),
      ...refusedAcrossBorder(scope, input),
      // What became of the ids of the last run.
      ...idChangeSteps(scope, input),
      ...aliasSteps(scope, input),
      ...causeSteps(scope, input),
      ...explainedChangeSteps(scope, input),
      // What is told of it.
      ...customerSteps(scope, input),
      ...recordSteps(scope, input),
      ...proposalSteps(scope, input),
      ...sharedValueSteps(scope, input),
      ...identityFigures(scope, input),
      ...overrideFigures(scope, input),
    ],
    // The first is the one whose rows are told.
    tables: [
      customersTable(entity),
      recordsTable(entity),
      ...joining(input).map((item) => tuplesTable(input, item)),
      identifiersTable(entity),
      idChangesTable(entity),
      aliasesTable(entity),
      sharedValuesTable(entity),
      sharedNodesTable(entity),
      sizesTable(entity),
      refusedEdgesTable(entity),
      proposalsTable(entity),
    ],
    scratch: [...scratchNamesOf(entity), ...affectedScratch(input)],
    follows: `identity.${entity}`,
    passedOn: [...passedOn(input), ...namedRelations(input)],
    views: identityViews(scope, input, published),
    kept: keptStateTables(scope, input),
    state: keptStateChanges(scope, input),
  }
}

/** Where limits are declared and broken, edges are decided one by one; what they refuse is kept with its reason. */
function limitSteps(scope: Scope, input: IdentityInput): Step[] {
  const limits = limitsOf(input)
  if (!hasLimits(limits)) return noRefusedEdges(scope, input)
  return [
    ...contestedSteps(scope, input, limits),
    ...decisionSteps(scope, input, limits),
    ...(limits.refusesAll ? refuseContestedSteps(scope, input) : []),
    ...refusedEdgeSteps(scope, input),
    ...(limits.refusesAll ? regroupedSteps(scope, input) : []),
    ...settleSteps(scope, input),
  ]
}
