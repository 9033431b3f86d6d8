// @ts-check
// The ground truth: which person stands behind which row.
import { csv } from './text.mjs'

export class Truth {
  /** @type {Map<string, { source: string, record_key: string, person_id: string }>} */
  #rows = new Map()

  /**
   * @param {string} source
   * @param {string | readonly string[]} key a composite key is written as the JSON array of its parts
   * @param {string | undefined} person nobody in particular if absent
   */
  add(source, key, person) {
    if (person === undefined || key === '') return
    const record_key = typeof key === 'string' ? key : JSON.stringify(key)
    const id = `${source}/${record_key}`
    const known = this.#rows.get(id)
    if (known && known.person_id !== person) throw new Error(`${id} belongs to two people`)
    this.#rows.set(id, { source, record_key, person_id: person })
  }

  get size() {
    return this.#rows.size
  }

  text() {
    const rows = [...this.#rows.values()]
    rows.sort((a, b) => order(a.source, b.source) || order(a.record_key, b.record_key))
    return csv(['source', 'record_key', 'person_id'], rows)
  }
}

/**
 * @param {string} a
 * @param {string} b
 */
function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}
