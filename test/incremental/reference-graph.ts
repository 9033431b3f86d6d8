import {
  type Decided,
  type Edge,
  type JoiningRow,
  type Node,
  type Ruling,
  sequential,
  typeOf,
} from '../properties/sequential-rule.js'
import type { Rules, RunPlan, SourceName, WorldMoment, WorldRow } from './small-worlds.js'
import { inWorld, typesOf } from './world-project.js'

/** Who is one at one run, by the rules as they are written for people: no SQL, no rounds, all rows every time. */
export interface ReferenceGraph extends Decided {
  readonly strengthOf: (node: Node) => number
  /** When each node was first seen, in days; infinite where it is undated. */
  readonly firstSeen: ReadonlyMap<Node, number>
  /** `source key` of each record → the node whose customer it belongs to, undefined where it belongs to none. */
  readonly records: ReadonlyMap<string, Node | undefined>
  /** `source key` of the first row that makes a link; undefined where people alone make it. */
  readonly firstRow: (edge: Edge) => string | undefined
  /** What people decided about what rows have, that holds, or that ended since the last run. */
  readonly decisions: readonly Decision[]
}

export interface Decision {
  readonly kind: 'link' | 'unlink' | 'block'
  readonly nodes: readonly Node[]
  readonly holds: boolean
}

interface ReadRow {
  readonly source: SourceName
  readonly key: string
  readonly isEvent: boolean
  readonly joins: boolean
  /** Accepted, strongest first. */
  readonly nodes: readonly Node[]
  readonly born: string | undefined
  readonly day: number | undefined
}

/** `dayBefore`: of the last run. */
export function referenceGraph(
  moment: WorldMoment,
  { rules, day }: RunPlan,
  n: number,
  dayBefore = day,
): ReferenceGraph {
  const types = typesOf(rules)
  const strengthOf = (node: Node) => types.indexOf(typeOf(node))
  const rows = readRows(moment, rules, day, n)
  const joining = rows.filter(({ joins }) => joins)
  const there = new Set(joining.flatMap(({ nodes }) => nodes))
  const decisions = moment.overrides
    .filter(({ expires = Infinity }) => expires > dayBefore)
    .map(({ kind, nodes, expires = Infinity }) => ({
      kind,
      nodes: nodes.map((node) => normal(node, rules, n)),
      holds: day < expires,
    }))
    .filter(({ nodes: [first = ''] }) => there.has(first))
  const holding = decisions.filter(({ holds }) => holds)
  const blocked = new Set(holding.flatMap(({ kind, nodes }) => (kind === 'block' ? nodes : [])))
  const shared = sharedNodes(joining, rules, blocked)
  const rulings = holding.flatMap(({ kind, nodes: [a = '', b = ''] }): Ruling[] => {
    if (kind === 'block' || a === b || !there.has(a) || !there.has(b)) return []
    return kind === 'link' && (blocked.has(a) || blocked.has(b)) ? [] : [{ kind, nodes: [a, b] }]
  })
  const effective: JoiningRow[] = joining.map(({ nodes, born, day: seen }) => ({
    nodes: nodes.filter((node) => !blocked.has(node) && !shared.has(node)),
    born,
    day: seen,
  }))
  const firstRow = ({ first, second }: Edge) => {
    const makes = (nodes: readonly Node[]) =>
      nodes.includes(first) && nodes.includes(second) && [first, second].includes(nodes[0] ?? '')
    const [row] = joining.filter((_, i) => makes(effective[i]?.nodes ?? [])).sort(earlierRow)
    return row && `${row.source} ${row.key}`
  }
  const decided = sequential(effective, rulings, rules.limits, strengthOf)
  const members = new Set(decided.groups.flatMap((group) => [...group]))
  const firstSeen = new Map<Node, number>()
  for (const { nodes, day: seen } of joining) {
    for (const node of nodes) firstSeen.set(node, Math.min(firstSeen.get(node) ?? Infinity, seen ?? Infinity))
  }
  const records = new Map(
    rows
      .filter(({ isEvent }) => !isEvent)
      .map(({ source, key, nodes }) => [`${source} ${key}`, nodes.find((node) => members.has(node))]),
  )
  return { ...decided, strengthOf, firstSeen, records, firstRow, decisions }
}

/** By when they were seen, undated ones last; then by source and key. */
function earlierRow(a: ReadRow, b: ReadRow): number {
  if (a.day !== b.day) return (a.day ?? Infinity) - (b.day ?? Infinity)
  return `${a.source} ${a.key}` < `${b.source} ${b.key}` ? -1 : 1
}

function readRows({ rows }: WorldMoment, rules: Rules, day: number, n: number): readonly ReadRow[] {
  const read = (source: SourceName, row: WorldRow, types: readonly string[]): ReadRow => {
    const time = source === 'visits' ? row.at : row.seen
    return {
      source,
      key: inWorld(row.id ?? '', n),
      isEvent: source === 'visits',
      joins: source !== 'panel' || rules.panelJoins,
      nodes: typesOf(rules)
        .filter((type) => types.includes(type))
        .map((type) => `${type}:${row[type === rules.cookie ? 'cookie' : type] ?? ''}`)
        .filter((node) => !node.endsWith(':'))
        .map((node) => normal(node, rules, n))
        .filter((node) => !(rules.rejectsFirstEmail && node.startsWith('email:e0'))),
      born: row.born || undefined,
      day: time ? Number(time) : undefined,
    }
  }
  const visits = rules.readsVisits ? rows.visits.filter(({ at }) => Number(at) <= day) : []
  return [
    ...rows.people
      .filter(({ gone }) => gone !== 'true')
      .map((row) => read('people', row, ['account', 'email', 'phone', rules.cookie])),
    ...visits.map((row) => read('visits', row, [rules.cookie, 'email'])),
    ...rows.panel.map((row) => read('panel', row, ['phone', 'email'])),
  ]
}

function normal(node: Node, { emailsInLowerCase }: Rules, n: number): Node {
  const [type = '', value = ''] = node.split(':')
  return `${type}:${inWorld(type === 'email' && emailsInLowerCase ? value.toLowerCase() : value, n)}`
}

/** What met too many: all counted at once, of what is accepted and not blocked, whether it is shared itself or not. */
function sharedNodes(rows: readonly ReadRow[], rules: Rules, blocked: ReadonlySet<Node>): ReadonlySet<Node> {
  const counted = [
    { type: 'phone', other: 'account', limit: rules.phoneSharedAbove },
    { type: rules.cookie, other: 'email', limit: rules.cookieSharedAbove },
  ]
  const found = new Set<Node>()
  for (const { type, other, limit = Infinity } of counted) {
    const met = new Map<Node, Set<Node>>()
    for (const { nodes } of rows) {
      const free = nodes.filter((node) => !blocked.has(node))
      for (const node of free.filter((one) => typeOf(one) === type)) {
        const others = met.get(node) ?? new Set()
        for (const one of free.filter((each) => typeOf(each) === other)) others.add(one)
        met.set(node, others)
      }
    }
    for (const [node, others] of met) if (others.size > limit) found.add(node)
  }
  return found
}
