// @ts-check
// Seeded pseudo-random numbers (sfc32). Every file of the example draws from a stream of its own, named by a
// string, so that a change in one source never shifts the rows of another.

const SEED = 'northwind-outfitters'

/**
 * @typedef {object} Random
 * @property {() => number} next a float in [0, 1)
 * @property {(low: number, high: number) => number} int an integer, both ends included
 * @property {(probability: number) => boolean} chance
 * @property {<T>(items: readonly T[]) => T} pick
 * @property {<T>(items: readonly (readonly [T, number])[]) => T} weighted one of [item, weight]
 * @property {<T>(items: readonly T[]) => T[]} shuffle a shuffled copy
 * @property {(length: number) => string} hex
 * @property {() => string} uuid
 */

/**
 * @param {string} text
 * @returns {() => number} successive 32-bit seeds
 */
function seeds(text) {
  let state = 1779033703 ^ text.length
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 3432918353)
    state = (state << 13) | (state >>> 19)
  }
  return () => {
    state = Math.imul(state ^ (state >>> 16), 2246822507)
    state = Math.imul(state ^ (state >>> 13), 3266489909)
    state ^= state >>> 16
    return state >>> 0
  }
}

/**
 * @param {string} stream
 * @returns {() => number}
 */
function sfc32(stream) {
  const seed = seeds(`${SEED}/${stream}`)
  let [a, b, c, counter] = [seed(), seed(), seed(), seed()]
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
}

/**
 * @param {string} stream
 * @returns {Random}
 */
export function random(stream) {
  const next = sfc32(stream)
  for (let i = 0; i < 16; i++) next()
  /** @type {Random['int']} */
  const int = (low, high) => low + Math.floor(next() * (high - low + 1))
  /** @type {Random['hex']} */
  const hex = (length) => Array.from({ length }, () => int(0, 15).toString(16)).join('')
  return {
    next,
    int,
    hex,
    chance: (probability) => next() < probability,
    pick: (items) => /** @type {any} */ (items[int(0, items.length - 1)]),
    weighted: (items) => {
      let at = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [item, weight] of items) {
        at -= weight
        if (at < 0) return item
      }
      return /** @type {any} */ (items[items.length - 1])[0]
    },
    shuffle: (items) => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i)
        const held = /** @type {any} */ (copy[i])
        copy[i] = /** @type {any} */ (copy[j])
        copy[j] = held
      }
      return copy
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${int(8, 11).toString(16)}${hex(3)}-${hex(12)}`,
  }
}
