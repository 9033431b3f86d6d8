import { type Scope, scratch } from '../program/scope.js'
import type { Relation } from '../sql/relation.js'

/**
 * Tables that live within the run of an entity's identity and health, in the order in which steps make them, with their columns. One
 * that is "the next" of another takes its name at the end of a round, see `replaceTable`.
 */
const NAMES = {
  /** Values that join nobody: node, rule (`block` or `shared_above`). */
  shared: 'shared',
  /** Every identifier once: node, strength, value, partition, first_seen_at, last_seen_at, row_count. */
  nodes: 'nodes',
  /** Links between nodes, u < v: row_count, first_seen_at, last_seen_at, link (the position of the override that made it). */
  edges: 'edges',
  /** Edges still to be contracted: u, v, between representatives. */
  contracting: 'contracting',
  /** The next `contracting`. */
  contracted: 'contracted',
  /** Who stands for whom: round, node, representative. */
  representatives: 'representatives',
  /** Nodes that have an edge: node, component. */
  components: 'components',
  /** The next `components`. */
  composed: 'composed',
  /** What people decided: position, kind, strength and value of both identifiers, expires, holds, override, place. */
  overrides: 'overrides',
  /** What holds of it, by nodes: position, kind, u, v (null of a block). */
  rulings: 'rulings',
  /** Pairs that are not one, from both ends: position, u, v, and a, b, the groups that they are in now. */
  unlinks: 'unlinks',
  /** The next `unlinks`. */
  unlinksMoved: 'unlinks_moved',
  /** What nodes know of the attributes of `keep_apart`: node, `least_` and `greatest_` of each. */
  apart: 'apart',
  /** Components that break a limit: component. */
  overLimit: 'over_limit',
  /** Groups of their nodes: group_node, size, `count_` of each limited type, `least_` and `greatest_` as in `apart`. */
  groups: 'groups',
  /** The next `groups`. */
  regrouped: 'regrouped',
  /** Their undecided edges: place in the order of deciding, u, v, is_link, and a, b, the groups of u and v now. */
  open: 'open',
  /** The next `open`. */
  remaining: 'remaining',
  /** Open edges of a round from both ends, one a pair of groups: here, there, place, is_link. */
  links: 'links',
  /** The best of them at each group: here, place. */
  best: 'best',
  /** Which group joins which: round, node, representative. */
  taken: 'taken',
  /** Edges that were refused: place, u, v. */
  refused: 'refused',
  /** Nodes whose group was joined to another: node, component. */
  decided: 'decided',
  /** With `on_conflict: refuse_all`, identifiers of which a link to a stronger one was refused: node, strength. */
  contested: 'contested',
  /** `contracting` of the edges that hold in components that break a limit. */
  keptContracting: 'kept_contracting',
  /** Their `representatives`. */
  keptRepresentatives: 'kept_representatives',
  /** Their `components`: the next `decided`. */
  keptComponents: 'kept_components',
  /** The next `edges`: without refused ones. */
  accepted: 'accepted',
  /** Every node that may join, also one that met nobody: node, component, strength, first_seen_at. */
  members: 'members',
  /** What living ids hold of components: customer_id, component, `held_` of each type and of records. */
  overlaps: 'overlaps',
  /** Ids found in several components or in none: customer_id. */
  undecided: 'undecided',
  /** Components among which they choose: component, age (1 is the earliest seen). */
  choices: 'choices',
  /** Components of living ids: customer_id, component, preference (1 is the bid), place (1 wins). */
  bids: 'bids',
  /** Nodes of components that take no bidder: node, component. */
  unclaimed: 'unclaimed',
  /** Whose their members were: component, customer_id. */
  origins: 'origins',
  /** Ids that leave in this run: customer_id, merged_into, address_node. */
  departed: 'departed',
  /** What ids that ever left are answered with: previous_id, merged_into, holder; and the same one round on. */
  answers: 'answers',
  answersNext: 'answers_next',
  /** The best new link at each merged id: previous_id, u, v, link, strength and value of its weaker end. */
  newLinks: 'new_links',
  /** Rows that make them: previous_id, source, record_key, place (1 is the first). */
  causeRows: 'cause_rows',
  /** The best new links with the row that makes each: previous_id, strength, value, link, source, record_key. */
  causes: 'causes',
  /** Decisions that hold or ended since the last run: kind, holds, u, v, and whose they were and are: `u_then`, `u_now`, `v_then`, `v_now`. */
  decisive: 'decisive',
  /** Changes of ids with reason and cause: the columns of the log without run and time. */
  explained: 'explained',
  /** New ids: component, customer_id, `anchor_` partition, identifier, value and first_seen_at, generation, is_split. */
  minted: 'minted',
  /** The id of every component: component, customer_id. */
  assigned: 'assigned',
} as const

/** Of these the ones that health reads too. */
const HANDED_ON: ReadonlySet<string> = new Set<keyof typeof NAMES>([
  'shared',
  'overrides',
  'rulings',
  'edges',
])

/** Tables that live within the run of one health node, in the same way. */
const HEALTH = {
  /** The customers with most identifiers: place, customer_id, identifier_count, node_count (match rules included). */
  largest: 'largest',
  /** Identifiers of customers who hold many: customer_id, node, strength. */
  busy: 'busy',
  /** Links of the largest customers from both ends, and from each node to itself: customer_id, here, there, length (1, or 0), row_count, first_seen_at. */
  spans: 'spans',
  /** A walk through each of them: node, depth (links from where it began). */
  walk: 'walk',
  /** Its tree: customer_id, node, parent (null where the walk began). */
  tree: 'tree',
  /** What is below a node of the tree, itself included: node, above (the node that its sum is added to next), node_count, crossing (0 where no other link leads out of it); and the same one round on. */
  below: 'below',
  belowNext: 'below_next',
  /** Links without which one of them would be two: customer_id, node, parent, smaller_count, larger_count, row_count, first_seen_at. */
  bridges: 'bridges_found',
  /** The largest customers and those who hold many: customer_id. */
  noted: 'noted',
  /** Of these, whom changes do not reach and whom the run before had not noted, with what they hold: customer_id, node. */
  noticed: 'noticed',
} as const

const ALL = { ...NAMES, ...HEALTH }

export type IdentityScratch = { readonly [K in keyof typeof ALL]: Relation }

export function scratchOf(scope: Scope, entity: string): IdentityScratch {
  const entries = Object.entries(ALL).map(([key, name]) => [key, scratch(scope, `${name}_${entity}`)])
  return Object.fromEntries(entries) as IdentityScratch
}

/** What identity drops when it is done. */
export function scratchNamesOf(entity: string): readonly string[] {
  return Object.entries(NAMES).flatMap(([key, name]) => (HANDED_ON.has(key) ? [] : [`${name}_${entity}`]))
}

/** What health drops when it is done: its own, and what identity left it. */
export function healthScratchNamesOf(entity: string): readonly string[] {
  const left = Object.entries(NAMES).flatMap(([key, name]) => (HANDED_ON.has(key) ? [name] : []))
  return [...left, ...Object.values(HEALTH)].map((name) => `${name}_${entity}`)
}
