// @ts-check
// data/products.json: the catalogue, one JSON array. Prices are in US dollars.
import { DAY, iso, START } from './clock.mjs'
import { Tally } from './faults.mjs'
import { random } from './random.mjs'

/**
 * @typedef {object} Product
 * @property {string} sku
 * @property {string} name
 * @property {string} category
 * @property {number} cents
 */

/** Category: code, lowest and highest price in dollars, kinds of things. */
const CATEGORIES = /** @type {const} */ ({
  footwear: ['FW', 60, 240, ['Trail Runner', 'Hiking Boot', 'Approach Shoe', 'Camp Sandal']],
  jackets: ['JK', 80, 420, ['Rain Shell', 'Down Parka', 'Fleece', 'Wind Jacket']],
  tents: ['TN', 180, 720, ['Two-Person Tent', 'Family Tent', 'Bivy']],
  backpacks: ['BP', 50, 320, ['Daypack', 'Trekking Pack', 'Hydration Vest']],
  climbing: ['CL', 15, 260, ['Harness', 'Dynamic Rope', 'Carabiner Set', 'Chalk Bag']],
  sleeping: ['SL', 40, 480, ['Down Bag', 'Sleeping Mat', 'Bag Liner']],
  cooking: ['CK', 10, 160, ['Gas Stove', 'Titanium Pot', 'Cutlery Set']],
  electronics: ['EL', 25, 380, ['Headlamp', 'Altimeter', 'Activity Band', 'Solar Panel']],
})

const BRANDS = ['Northwind', 'Fjellvik', 'Cascadia', 'Karst & Co', 'Blue Heron']
const LINES = ['Ridge', 'Summit', 'Tundra', 'Delta', 'Glacier', 'Pine', 'Mesa', 'Fjord', 'Lumen', 'Drift']
const PER_CATEGORY = 20

/** @returns {{ path: string, text: string, rows: number, tally: Tally, products: Product[] }} */
export function catalogue() {
  const rng = random('products')
  const tally = new Tally()
  /** @type {Product[]} */
  const products = []
  /** @type {object[]} */
  const rows = []
  for (const [category, [code, low, high, kinds]] of Object.entries(CATEGORIES)) {
    for (let i = 1; i <= PER_CATEGORY; i++) {
      const sku = `${code}-${String(i).padStart(4, '0')}`
      const name = `${rng.pick(LINES)} ${rng.pick(kinds)}`
      const cents = rng.int(low, high) * 100 + rng.pick([0, 50, 90, 95, 99])
      products.push({ sku, name, category, cents })
      rows.push({
        sku,
        name: rng.chance(0.05) ? ` ${name}` : name,
        category: rng.chance(0.1) ? category.toUpperCase() : category,
        brand: rng.pick(BRANDS),
        list_price: cents / 100,
        specs: {
          weight_g: rng.int(40, 4200),
          waterproof: rng.chance(0.4),
          colours: ['black', 'moss', 'rust'].slice(rng.int(0, 2)),
        },
        active: rng.chance(0.93),
        updated_at: iso(START + rng.int(0, 300) * DAY),
      })
    }
  }
  const reissued = { ...rows[3], brand: 'Northwind', list_price: 99.9, updated_at: '2026-05-01T00:00:00Z' }
  const onRequest = { ...rows[77], sku: 'XX-0001', name: 'Expedition Charter', list_price: 'on request' }
  const nameless = { ...rows[10], sku: null }
  rows.push(reissued, onRequest, nameless)
  tally.add('superseded', 1)
  tally.add('list price that does not cast', 1)
  tally.add('missing_key', 1)
  const text = `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
  return { path: 'data/products.json', text, rows: rows.length, tally, products }
}
