// @ts-check
// data/app_events/*.jsonl: the mobile app, one file a half-year. Times are epoch milliseconds. The first version of
// the app sent neither a session nor the user's e-mail.
import { accountEmail } from './accounts.mjs'
import { between, END, HOUR, SECOND } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { random } from './random.mjs'
import { jsonLines } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./accounts.mjs').ShopAccount} ShopAccount
 * @typedef {import('./products.mjs').Product} Product
 * @typedef {import('./random.mjs').Random} Random
 *
 * @typedef {object} AppEvent
 * @property {string} [id]
 * @property {string} name
 * @property {number | string} ts
 * @property {string} [session]
 * @property {{ id: string, os: string, app: string }} device
 * @property {{ id?: string, email?: string }} user
 * @property {Record<string, string | number>} props
 *
 * @typedef {{ at: number, row: AppEvent, shared?: boolean }} Timed
 */

const SECOND_VERSION = Date.UTC(2025, 6, 1)
const HALVES = ['2025_h1', '2025_h2', '2026_h1', '2026_h2']
const FAMILY_TABLETS = 6
const RESOLD_BANDS = 6

/**
 * @param {readonly Customer[]} customers
 * @param {readonly Product[]} products
 * @param {import('./truth.mjs').Truth} truth
 */
export function appEvents(customers, products, truth) {
  const rng = random('app_events')
  const tally = new Tally()
  /** @type {Timed[]} */
  const timed = []
  /** @param {readonly Timed[]} events @param {Customer} customer */
  const keep = (events, { person }) => {
    for (const one of events) {
      timed.push(one)
      truth.add('app_events', one.row.id ?? '', person.id)
    }
  }
  for (const customer of customers) {
    for (const device of customer.devices) {
      const signedIn = rng.chance(0.96)
      if (!signedIn) tally.add('phone of a customer that never signs in')
      const sessions = Math.max(1, Math.round(customer.person.weight * rng.int(1, 3)))
      for (let i = 0; i < sessions; i++) keep(session(rng, customer, device, products, signedIn), customer)
    }
    keep(pairings(rng, tally, customer), customer)
  }
  for (const [customer, events] of familyTablets(rng, tally, customers, products)) keep(events, customer)
  for (const [customer, events] of resoldBands(rng, tally, customers)) keep(events, customer)
  return files(spoil(rng, tally, timed), tally)
}

/**
 * @param {Random} rng
 * @param {number} at
 * @param {string} name
 * @param {string} device
 * @param {AppEvent['user']} user
 * @param {AppEvent['props']} props
 * @returns {Timed}
 */
function event(rng, at, name, device, user, props) {
  const first = at < SECOND_VERSION
  /** @type {AppEvent} */
  const row = {
    id: `a-${rng.hex(12)}`,
    name,
    ts: at + rng.int(0, 999),
    ...(first ? {} : { session: rng.hex(6) }),
    device: {
      id: device,
      os: device.charCodeAt(6) % 2 === 0 ? 'ios' : 'android',
      app: first ? '1.9' : '2.4',
    },
    user: first && user.id ? { id: user.id } : user,
    props,
  }
  return { at, row }
}

/**
 * @param {Customer} customer
 * @param {ShopAccount} account
 * @param {number} at
 */
function user(customer, account, at) {
  return { id: account.id, email: accountEmail(customer, account, at) }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @param {string} device
 * @param {readonly Product[]} products
 * @param {boolean} signedIn
 * @returns {Timed[]}
 */
function session(rng, customer, device, products, signedIn) {
  const account = /** @type {ShopAccount} */ (customer.shop[0])
  let at = between(rng, account.since, END - HOUR)
  const who = signedIn ? user(customer, account, at) : {}
  const events = [event(rng, at, 'app_opened', device, rng.chance(0.5) ? who : {}, {})]
  for (let i = rng.int(1, 4); i > 0; i--) {
    at += rng.int(3, 200) * SECOND
    const { sku, category, cents } = rng.pick(products)
    const name = rng.weighted([
      ['product_viewed', 60],
      ['page_viewed', 25],
      ['product_added', 15],
    ])
    const props =
      name === 'page_viewed'
        ? { screen: 'home' }
        : { sku, category, ...(name === 'product_added' ? { amount: cents / 100 } : {}) }
    events.push(event(rng, at, name, device, i === 1 ? who : {}, props))
  }
  return events
}

/**
 * A band is paired with the account in the app, once; a few never are.
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Customer} customer
 * @returns {Timed[]}
 */
function pairings(rng, tally, customer) {
  const [device, account] = [customer.devices[0], customer.shop[0]]
  if (!device || !account) return []
  return customer.bands.flatMap((band) => {
    if (rng.chance(0.05)) {
      tally.add('band that is never paired')
      return []
    }
    const at = between(rng, account.since, account.since + 60 * 24 * HOUR)
    return [
      event(rng, at, 'band_paired', device, user(customer, account, at), {
        band: rng.chance(0.3) ? band.toLowerCase() : band,
      }),
    ]
  })
}

/**
 * One tablet, the accounts of a whole family.
 * @param {Random} rng
 * @param {Tally} tally
 * @param {readonly Customer[]} customers
 * @param {readonly Product[]} products
 * @returns {[Customer, Timed[]][]}
 */
function familyTablets(rng, tally, customers, products) {
  const byPerson = new Map(customers.map((customer) => [customer.person, customer]))
  const families = customers
    .filter(({ person }) => person.family?.members[0] === person)
    .map(({ person }) => (person.family?.members ?? []).flatMap((member) => byPerson.get(member) ?? []))
    .map((members) => members.filter(({ shop }) => shop.length > 0))
    .filter((members) => members.length > 2)
    .slice(0, FAMILY_TABLETS)
  return families.flatMap((members) => {
    const tablet = `dev-fam${rng.hex(11)}`
    tally.add('tablet of a family')
    return members.map((member) => {
      const events = session(rng, member, tablet, products, true)
      for (const one of events) one.shared = true
      return /** @type {[Customer, Timed[]]} */ ([member, events])
    })
  })
}

/**
 * Bands that their first owner sold: paired a second time, by a stranger to the first.
 * @param {Random} rng
 * @param {Tally} tally
 * @param {readonly Customer[]} customers
 * @returns {[Customer, Timed[]][]}
 */
function resoldBands(rng, tally, customers) {
  const sellers = customers.filter(({ bands }) => bands.length > 0).slice(10, 10 + RESOLD_BANDS)
  const buyers = customers
    .filter(({ bands, devices }) => bands.length === 0 && devices.length > 0)
    .slice(20, 20 + RESOLD_BANDS)
  return sellers.flatMap((seller, i) => {
    const [buyer, band] = [buyers[i], seller.bands[0]]
    const [device, account] = [buyer?.devices[0], buyer?.shop[0]]
    if (!buyer || !band || !device || !account) return []
    const at = between(rng, END - 90 * 24 * HOUR, END)
    tally.add('band that was sold on')
    return /** @type {[Customer, Timed[]][]} */ ([
      [buyer, [event(rng, at, 'band_paired', device, user(buyer, account, at), { band })]],
    ])
  })
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {readonly Timed[]} timed
 * @returns {Timed[]}
 */
function spoil(rng, tally, timed) {
  const ordered = timed.toSorted((a, b) => a.at - b.at)
  const draw = lots(
    rng,
    ordered.filter(({ row, shared }) => !shared && row.name !== 'band_paired'),
  )
  const missing = draw(6).map(({ at, row: { id: _, ...row } }) => ({ at, row }))
  const repeated = draw(45).map((one) => ({ ...one }))
  const duplicates = draw(3).map(({ at, row }) => ({ at, row: { ...row, name: 'crash_reported' } }))
  tally.add('missing_key', missing.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('repeated', repeated.length)
  for (const { row } of draw(5)) row.ts = rng.pick(['NaN', 'now', '2026-05-01'])
  tally.add('bad_timestamp', 5)
  for (const { row } of draw(20)) row.user = { id: rng.pick(['0', '-1', 'anonymous', 'null']) }
  tally.add('null-like user id', 20)
  const late = draw(50)
  tally.add('late row', late.length)
  return [...ordered.filter((one) => !late.includes(one)), ...late, ...repeated, ...duplicates, ...missing]
}

/**
 * @param {readonly Timed[]} timed
 * @param {Tally} tally
 */
function files(timed, tally) {
  return HALVES.map((half) => {
    const rows = timed.filter(({ at }) => halfYear(at) === half).map(({ row }) => row)
    const told = half === HALVES[0] ? tally : new Tally()
    return { path: `data/app_events/${half}.jsonl`, text: jsonLines(rows), rows: rows.length, tally: told }
  })
}

/** @param {number} at */
function halfYear(at) {
  const day = new Date(at)
  return `${day.getUTCFullYear()}_h${day.getUTCMonth() < 6 ? 1 : 2}`
}
