/**
 * Levels of nodes: the first reads nothing, each other one only what is in levels before it. Within a level by name.
 * Edges that close a cycle are left out of account; the caller has reported them.
 */
export function levelsOf(
  nodes: readonly string[],
  inputsOf: (node: string) => readonly string[],
): readonly (readonly string[])[] {
  const level = new Map<string, number>()
  const known = new Set(nodes)
  for (const node of nodes) place(node, known, inputsOf, level)
  const levels: string[][] = []
  for (const node of [...nodes].sort()) {
    const at = level.get(node) ?? 0
    while (levels.length <= at) levels.push([])
    levels[at]?.push(node)
  }
  return levels
}

/** Depth first with a stack of its own; a node on the stack counts as level 0 for those that close a cycle through it. */
function place(
  start: string,
  known: ReadonlySet<string>,
  inputsOf: (node: string) => readonly string[],
  level: Map<string, number>,
): void {
  const entered = new Set<string>()
  const stack = [start]
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const inputs = inputsOf(node).filter((input) => known.has(input) && input !== node)
    const waiting = entered.has(node)
      ? []
      : inputs.filter((input) => !level.has(input) && !entered.has(input))
    entered.add(node)
    if (waiting.length > 0) {
      stack.push(...waiting)
      continue
    }
    stack.pop()
    if (!level.has(node)) level.set(node, Math.max(-1, ...inputs.map((input) => level.get(input) ?? -1)) + 1)
  }
}
