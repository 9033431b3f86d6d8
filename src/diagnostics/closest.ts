/**
 * The candidate nearest to what was written ("did you mean"), or undefined where none is near: at most about a third
 * of the letters may differ. Distance is Levenshtein's with swaps of neighbours, without regard to case.
 */
export function closest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase()
  const limit = Math.floor((wanted.length + 1) / 3)
  let best: { name: string; distance: number } | undefined
  for (const name of candidates) {
    if (Math.abs(name.length - wanted.length) > limit) continue
    const distance = editDistance(wanted, name.toLowerCase())
    if (distance <= limit && (!best || distance < best.distance)) best = { name, distance }
  }
  return best && best.name !== written ? best.name : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1)
      }
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
