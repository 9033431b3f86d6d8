// @ts-check
// data/pos_receipts.csv: the tills. Byte order mark, CRLF, local time of the west coast, a key of two columns.
import { between, DAY, END, START, wallClock } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { messyCard, messyEmail } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv, money } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = [
  'store_id',
  'receipt_no',
  'kind',
  'sold_at',
  'loyalty_card',
  'receipt_email',
  'items',
  'total_usd',
  'payment',
]

const STORES = ['007', '012', '031', '044']
const WALK_INS = 700
const local = wallClock('America/Los_Angeles')

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function posReceipts(customers, truth) {
  const rng = random('pos_receipts')
  const tally = new Tally()
  /** @type {{ at: number, row: Row, person: string | undefined }[]} */
  const sold = []
  for (const customer of customers) {
    const usual = customer.cards.length > 0 ? 1.6 : customer.person.address.country === 'US' ? 0.12 : 0
    const count = Math.floor(usual * customer.person.weight + rng.next())
    const favourite = rng.pick(STORES)
    for (let i = 0; i < (usual > 0 ? count : 0); i++) {
      const at = between(rng, customer.person.since, END)
      sold.push({ at, row: receipt(rng, customer, at, favourite), person: customer.person.id })
    }
  }
  for (let i = 0; i < WALK_INS; i++) {
    const at = between(rng, START + DAY, END)
    sold.push({ at, row: walkIn(rng, tally, at), person: undefined })
  }
  sold.sort((a, b) => a.at - b.at)
  sold.forEach(({ row, person }, i) => {
    row.receipt_no = String(i + 1).padStart(6, '0')
    truth.add('pos_receipts', [row.store_id ?? '', row.receipt_no], person)
  })
  const rows = spoil(
    rng,
    tally,
    sold.map(({ row }) => row),
  )
  const text = csv(COLUMNS, rows, { bom: true, eol: '\r\n' })
  return { path: 'data/pos_receipts.csv', text, rows: rows.length, tally }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @param {number} at
 * @param {string} favourite
 * @returns {Row}
 */
function receipt(rng, { person, cards }, at, favourite) {
  const card = cards.length > 0 && rng.chance(0.95) ? rng.pick(cards) : undefined
  const email = !card || rng.chance(0.35) ? messyEmail(rng, emailAt(person, at)) : ''
  return {
    ...sale(rng, at),
    store_id: rng.chance(0.8) ? favourite : rng.pick(STORES),
    loyalty_card: card ? messyCard(rng, card) : '',
    receipt_email: email,
  }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {number} at
 * @returns {Row}
 */
function walkIn(rng, tally, at) {
  const card = rng.weighted([
    ['', 85],
    ['000000000000', 6],
    ['NONE', 5],
    ['12345', 4],
  ])
  if (card) tally.add('loyalty card that is none')
  return { ...sale(rng, at), store_id: rng.pick(STORES), loyalty_card: card, receipt_email: '' }
}

/**
 * @param {Random} rng
 * @param {number} at
 */
function sale(rng, at) {
  const back = rng.chance(0.05)
  const cents = rng.int(900, 38000)
  return {
    kind: back ? 'store_return' : 'store_purchase',
    sold_at: local(at, ' ').slice(0, 16),
    items: String(rng.int(1, 6)),
    total_usd: money(back ? -cents : cents),
    payment: rng.pick(['card', 'cash', 'gift card']),
  }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @returns {Row[]}
 */
function spoil(rng, tally, rows) {
  const draw = lots(rng, rows)
  const missing = draw(5).map((row) => ({ ...row, receipt_no: '' }))
  const repeated = draw(20).map((row) => ({ ...row }))
  const duplicates = draw(3).map((row) => ({ ...row, payment: 'voucher' }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  for (const row of draw(6)) row.sold_at = rng.pick(['24/12/2025 17:03', '2026-02-30 10:00', '99:99'])
  tally.add('bad_timestamp', 6)
  for (const row of draw(3)) row.sold_at = ''
  tally.add('missing_timestamp', 3)
  for (const row of draw(9)) row.items = rng.pick(['1.5', 'two', '?'])
  tally.add('items that do not cast', 9)
  const late = draw(40)
  tally.add('late row', late.length)
  return [...rows.filter((row) => !late.includes(row)), ...late, ...repeated, ...duplicates, ...missing]
}
