// @ts-check
// data/orders.csv and data/order_lines.csv: what the web shop sold. An order is exported again when its status changes.
import { accountEmail } from './accounts.mjs'
import { between, DAY, END, HOUR, iso } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { messyEmail, messyName, messyPhone } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv, money } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./products.mjs').Product} Product
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const ORDER_COLUMNS = [
  'order_id',
  'shop_customer_id',
  'email',
  'phone',
  'ship_name',
  'ship_city',
  'ship_postcode',
  'ship_country',
  'status',
  'currency',
  'fx_to_usd',
  'total',
  'total_usd',
  'coupon',
  'ordered_at',
  'updated_at',
]
const LINE_COLUMNS = ['order_id', 'line', 'sku', 'quantity', 'unit_price', 'warranty_until']

const CURRENCIES = { US: ['USD', 100], GB: ['GBP', 127], DE: ['EUR', 108] }

/**
 * @param {readonly Customer[]} customers
 * @param {readonly Product[]} products
 * @param {import('./truth.mjs').Truth} truth
 */
export function ordersAndLines(customers, products, truth) {
  const rng = random('orders')
  const tally = new Tally()
  /** @type {{ row: Row, person: string, lines: Row[] }[]} */
  const sold = []
  for (const customer of customers) {
    const usual = customer.shop.length > 0 ? 2 : customer.lead || customer.cards.length > 0 ? 0.35 : 0
    const count = Math.floor(usual * customer.person.weight + rng.next())
    for (let i = 0; i < count; i++) sold.push(order(rng, tally, customer, products))
  }
  sold.sort((a, b) => ((a.row.ordered_at ?? '') < (b.row.ordered_at ?? '') ? -1 : 1))
  sold.forEach(({ row, lines, person }, i) => {
    row.order_id = `O-${200001 + i}`
    truth.add('orders', row.order_id, person)
    for (const line of lines) {
      line.order_id = row.order_id
      truth.add('order_lines', [row.order_id, line.line ?? ''], person)
    }
  })
  const orders = spoilOrders(
    rng,
    tally,
    sold.map(({ row }) => row),
  )
  const lineTally = new Tally()
  const lines = spoilLines(
    rng,
    lineTally,
    sold.flatMap((one) => one.lines),
  )
  return [
    { path: 'data/orders.csv', text: csv(ORDER_COLUMNS, orders), rows: orders.length, tally },
    { path: 'data/order_lines.csv', text: csv(LINE_COLUMNS, lines), rows: lines.length, tally: lineTally },
  ]
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Customer} customer
 * @param {readonly Product[]} products
 */
function order(rng, tally, customer, products) {
  const { person, shop } = customer
  const account = shop.length > 0 && !rng.chance(0.1) ? rng.pick(shop) : undefined
  const at = between(rng, account?.since ?? person.since, END)
  const [currency, fx] = /** @type {[string, number]} */ (CURRENCIES[person.address.country])
  const lines = Array.from(
    {
      length: rng.weighted([
        [1, 50],
        [2, 28],
        [3, 15],
        [4, 7],
      ]),
    },
    (_, i) => orderLine(rng, i + 1, rng.pick(products), fx, at),
  )
  const cents = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  if (!account) tally.add('guest order')
  const email = account ? accountEmail(customer, account, at) : emailAt(person, at)
  const closed = at + rng.int(1, 20) * DAY < END
  return {
    person: person.id,
    lines: lines.map(({ row }) => row),
    row: {
      order_id: '',
      shop_customer_id: account?.id ?? '',
      email: account && rng.chance(0.4) ? '' : messyEmail(rng, email),
      phone: rng.chance(0.3) ? messyPhone(rng, person.phone) : '',
      ship_name: `${messyName(rng, person.first).trim()} ${messyName(rng, person.last).trim()}`,
      ship_city: person.address.city,
      ship_postcode: person.address.postcode,
      ship_country: person.address.country,
      status: closed
        ? rng.weighted([
            ['paid', 86],
            ['refunded', 7],
            ['cancelled', 7],
          ])
        : 'open',
      currency,
      fx_to_usd: money(fx),
      total: money(cents),
      total_usd: money(Math.round((cents * fx) / 100)),
      coupon: rng.weighted([
        ['', 80],
        ['WELCOME10', 10],
        ['TRAIL15', 6],
        ['n/a', 4],
      ]),
      ordered_at: iso(at),
      updated_at: iso(closed ? Math.min(END, at + rng.int(2, 60) * HOUR) : at),
    },
  }
}

/**
 * @param {Random} rng
 * @param {number} number
 * @param {Product} product
 * @param {number} fx US cents for one unit of the currency
 * @param {number} at
 */
function orderLine(rng, number, product, fx, at) {
  const quantity = rng.weighted([
    [1, 80],
    [2, 15],
    [4, 5],
  ])
  const price = Math.round((product.cents * 100) / fx)
  const warranty = ['tents', 'electronics', 'jackets'].includes(product.category)
  const row = {
    order_id: '',
    line: String(number),
    sku: rng.weighted([
      [product.sku, 92],
      [product.sku.toLowerCase(), 5],
      [` ${product.sku} `, 3],
    ]),
    quantity: String(quantity),
    unit_price: money(price),
    warranty_until: warranty ? iso(at + 365 * DAY).slice(0, 10) : '',
  }
  return { quantity, price, row }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @returns {Row[]}
 */
function spoilOrders(rng, tally, rows) {
  const draw = lots(rng, rows)
  const closed = draw(500).filter((row) => row.status !== 'open' && row.updated_at !== row.ordered_at)
  const superseded = closed
    .slice(0, 160)
    .map((row) => ({ ...row, status: 'open', updated_at: row.ordered_at ?? '' }))
  const missing = draw(5).map((row) => ({ ...row, order_id: '' }))
  const repeated = draw(25).map((row) => ({ ...row }))
  const duplicates = draw(3).map((row) => ({ ...row, status: 'refunded', coupon: 'MANUAL' }))
  tally.add('superseded', superseded.length)
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  for (const row of draw(4)) row.ordered_at = rng.pick(['2026-02-30T12:00:00Z', 'TBD', '03/04/2026'])
  tally.add('bad_timestamp', 4)
  for (const row of draw(2)) row.ordered_at = ''
  tally.add('missing_timestamp', 2)
  for (const row of draw(8)) row.total_usd = rng.pick(['1,299.00', '$59.90', 'N/A', '89,90 €'])
  tally.add('total_usd that does not cast', 8)
  for (const row of draw(60)
    .filter((one) => one.shop_customer_id)
    .slice(0, 20)) {
    row.email = rng.pick(['guest@checkout.example', 'N/A', 'none'])
    tally.add('null-like or shared checkout e-mail')
  }
  const late = draw(30)
  tally.add('late row', late.length)
  const inTime = [...rows.filter((row) => !late.includes(row)), ...superseded]
  return [...inTime, ...late, ...repeated, ...duplicates, ...missing]
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @returns {Row[]}
 */
function spoilLines(rng, tally, rows) {
  const draw = lots(rng, rows)
  const missing = draw(6).map((row) => ({ ...row, line: '' }))
  const repeated = draw(10).map((row) => ({ ...row }))
  const orphans = draw(12).map((row, i) => ({ ...row, order_id: `O-99900${i}` }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('line without an order', orphans.length)
  for (const row of draw(10)) row.sku = 'ZZ-9999'
  tally.add('unknown product', 10)
  for (const row of draw(5)) row.quantity = rng.pick(['two', 'N/A', '1 pc'])
  tally.add('quantity that does not cast', 5)
  return [...rows, ...missing, ...repeated, ...orphans]
}
