// @ts-check
// Planting faults: which rows get one, and how many of each there are.

/** @typedef {import('./random.mjs').Random} Random */

/** Counts of what was planted in one source, by label. */
export class Tally {
  /** @type {Map<string, number>} */
  #counts = new Map()

  /**
   * @param {string} label
   * @param {number} [by]
   */
  add(label, by = 1) {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + by)
  }

  /** @returns {[string, number][]} */
  entries() {
    return [...this.#counts]
  }
}

/**
 * Draws disjoint sets of rows, so that no row carries two faults and every count is exact.
 * @template T
 * @param {Random} random
 * @param {readonly T[]} rows
 * @returns {(count: number) => T[]}
 */
export function lots(random, rows) {
  const order = random.shuffle(rows)
  return (count) => order.splice(0, count)
}
