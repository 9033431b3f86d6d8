/**
 * Cycles of a directed graph: for each strongly connected component one, a shortest through its least member, so that
 * what is printed is short and always the same. Components are Tarjan's (1972), with a stack of our own instead of
 * recursion: chains of models may be thousands long.
 */
export function findCycles(
  nodes: readonly string[],
  inputsOf: (node: string) => readonly string[],
): readonly (readonly string[])[] {
  return components(nodes, inputsOf)
    .filter(([first = '', ...others]) => others.length > 0 || inputsOf(first).includes(first))
    .map((component) => shortestCycle([...component].sort()[0] ?? '', new Set(component), inputsOf))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

interface Visit {
  readonly node: string
  readonly inputs: readonly string[]
  next: number
}

function components(nodes: readonly string[], inputsOf: (node: string) => readonly string[]): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node) ?? to, to))
  const enter = (node: string): Visit => {
    index.set(node, index.size)
    low.set(node, index.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, inputs: inputsOf(node), next: 0 }
  }
  const close = (node: string): void => {
    const component = open.splice(open.lastIndexOf(node))
    for (const member of component) isOpen.delete(member)
    found.push(component)
  }
  for (const start of nodes) {
    if (index.has(start)) continue
    const trail = [enter(start)]
    for (let visit = trail.at(-1); visit; visit = trail.at(-1)) {
      const input = visit.inputs[visit.next++]
      if (input !== undefined) {
        if (!index.has(input)) trail.push(enter(input))
        else if (isOpen.has(input)) lower(visit.node, index.get(input) ?? 0)
        continue
      }
      if (low.get(visit.node) === index.get(visit.node)) close(visit.node)
      trail.pop()
      const above = trail.at(-1)
      if (above) lower(above.node, low.get(visit.node) ?? 0)
    }
  }
  return found
}

/** From a node along inputs back to itself, within a component: `[a, b, a]`. */
function shortestCycle(
  start: string,
  component: ReadonlySet<string>,
  inputsOf: (node: string) => readonly string[],
): readonly string[] {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const input of inputsOf(node)) {
      if (input === start) return [...trailTo(node, start, cameFrom), start]
      if (!component.has(input) || cameFrom.has(input)) continue
      cameFrom.set(input, node)
      queue.push(input)
    }
  }
  return [start, start]
}

function trailTo(node: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const trail = [node]
  for (let at = node; at !== start; at = cameFrom.get(at) ?? start) trail.unshift(cameFrom.get(at) ?? start)
  return trail
}
