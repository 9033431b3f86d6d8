// @ts-check
// data/web_events.jsonl: what browsers do on the site. Nested JSON; times are New York's wall clock, without an offset.
import { accountEmail } from './accounts.mjs'
import { between, DAY, END, HOUR, MINUTE, SECOND, START, wallClock } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { messyEmail } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { jsonLines } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./people.mjs').Person} Person
 * @typedef {import('./products.mjs').Product} Product
 * @typedef {import('./random.mjs').Random} Random
 *
 * @typedef {object} Event
 * @property {string | null} message_id
 * @property {string} event_name
 * @property {string | null} occurred_at
 * @property {string} anonymous_id
 * @property {number} [user_id] a shop account, as a JSON number
 * @property {boolean} is_bot
 * @property {object} context
 * @property {Record<string, string | number>} properties
 *
 * @typedef {{ event: Event, at: number }} Timed
 * @typedef {{ customer?: Customer, person: Person, cookie: string, known: boolean }} Visitor
 */

const local = wallClock('America/New_York')

/** Two tablets in the stores: one browser, everybody's addresses. */
const KIOSKS = ['0a0a0a0a-1111-4aaa-8aaa-00000000c1a0', '0b0b0b0b-2222-4bbb-9bbb-00000000c1a1']
const KIOSK_VISITS = 60

/**
 * @param {readonly Customer[]} customers
 * @param {readonly Person[]} strangers
 * @param {readonly Product[]} products
 * @param {import('./truth.mjs').Truth} truth
 */
export function webEvents(customers, strangers, products, truth) {
  const rng = random('web_events')
  const tally = new Tally()
  /** @type {Timed[]} */
  const timed = []
  /** @param {readonly Timed[]} events @param {string | undefined} person */
  const keep = (events, person) => {
    for (const one of events) {
      timed.push(one)
      truth.add('web_events', one.event.message_id ?? '', person)
    }
  }
  for (const customer of customers) {
    for (const cookie of customer.cookies) {
      const known = rng.chance(0.95)
      if (!known) tally.add('browser of a customer that never signs in')
      const sessions = Math.max(1, Math.round(customer.person.weight * rng.next()))
      for (let i = 0; i < sessions; i++) {
        const visitor = {
          customer,
          person: customer.person,
          cookie,
          known: known && (i === 0 || rng.chance(0.4)),
        }
        keep(session(rng, visitor, products), customer.person.id)
      }
    }
  }
  for (const person of strangers) {
    const cookie = rng.uuid()
    const sessions = rng.int(1, 2)
    for (let i = 0; i < sessions; i++)
      keep(session(rng, { person, cookie, known: false }, products), person.id)
  }
  for (const kiosk of KIOSKS)
    for (const [events, id] of kioskVisits(rng, tally, kiosk, customers)) keep(events, id)
  const rows = spoil(rng, tally, timed)
  return { path: 'data/web_events.jsonl', text: jsonLines(rows), rows: rows.length, tally }
}

/**
 * @param {Random} rng
 * @param {number} at
 * @param {string} name
 * @param {string} cookie
 * @param {Event['properties']} properties
 * @param {object} [context]
 * @returns {Timed}
 */
function event(rng, at, name, cookie, properties, context = {}) {
  return {
    at,
    event: {
      message_id: rng.hex(12),
      event_name: name,
      occurred_at: local(at, 'T'),
      anonymous_id: rng.weighted([
        [cookie, 94],
        [cookie.toUpperCase(), 4],
        [`{${cookie}}`, 2],
      ]),
      is_bot: false,
      context,
      properties,
    },
  }
}

/**
 * @param {Random} rng
 * @param {Visitor} visitor
 * @param {readonly Product[]} products
 * @returns {Timed[]}
 */
function session(rng, { customer, person, cookie, known }, products) {
  let at = between(rng, person.since, END - HOUR)
  const campaign = rng.weighted([
    [{}, 60],
    [{ campaign: { source: 'google', medium: 'cpc' } }, 15],
    [{ campaign: { source: 'instagram', medium: 'social' } }, 12],
    [{ campaign: { source: 'newsletter', medium: 'email' } }, 13],
  ])
  /** @type {Timed[]} */
  const events = []
  /** @param {string} name @param {Event['properties']} [properties] */
  const push = (name, properties = {}) => {
    const context = {
      page: { path: `/${name.replace('_', '-')}` },
      device: cookie < '8' ? 'mobile' : 'desktop',
      ...campaign,
    }
    events.push(event(rng, at, name, cookie, properties, context))
    at += rng.int(5, 400) * SECOND
  }
  push('page_viewed')
  for (
    let views = rng.weighted([
      [0, 40],
      [1, 40],
      [2, 20],
    ]);
    views > 0;
    views--
  ) {
    const { sku, category, cents } = rng.pick(products)
    push('product_viewed', { sku, category })
    if (rng.chance(0.25)) push('product_added', { sku, category, amount: cents / 100 })
  }
  if (known && customer) identify(rng, customer, at, push, events)
  return events
}

/**
 * The visitor signs in, subscribes or begins to check out.
 * @param {Random} rng
 * @param {Customer} customer
 * @param {number} at
 * @param {(name: string, properties?: Event['properties']) => void} push
 * @param {Timed[]} events
 */
function identify(rng, customer, at, push, events) {
  const account = customer.shop.length > 0 ? rng.pick(customer.shop) : undefined
  const email = account ? accountEmail(customer, account, at) : emailAt(customer.person, at)
  push(
    account ? 'logged_in' : 'newsletter_subscribed',
    rng.chance(0.8) || !account ? { email: messyEmail(rng, email) } : {},
  )
  const signedIn = events.at(-1)
  if (account && signedIn) signedIn.event.user_id = Number(account.id)
  if (rng.chance(0.3)) push('checkout_started', { amount: rng.int(1000, 40000) / 100 })
  const last = events.at(-1)
  if (account && last) last.event.user_id = Number(account.id)
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {string} cookie
 * @param {readonly Customer[]} customers
 * @returns {[Timed[], string][]}
 */
function kioskVisits(rng, tally, cookie, customers) {
  const visitors = rng.shuffle(customers.filter(({ shop }) => shop.length > 0)).slice(0, KIOSK_VISITS)
  return visitors.map((customer) => {
    const at = between(rng, customer.person.since, END - HOUR)
    const page = event(rng, at, 'page_viewed', cookie, {}, { page: { path: '/store' }, device: 'kiosk' })
    const email = messyEmail(rng, emailAt(customer.person, at))
    const subscribed = event(
      rng,
      at + MINUTE,
      'newsletter_subscribed',
      cookie,
      { email },
      { device: 'kiosk' },
    )
    tally.add('kiosk event without an e-mail')
    tally.add('kiosk event with an e-mail')
    return [[page, subscribed], customer.person.id]
  })
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {readonly Timed[]} timed
 * @returns {Event[]}
 */
function spoil(rng, tally, timed) {
  const ordered = timed.toSorted((a, b) => a.at - b.at).map(({ event: row }) => row)
  const draw = lots(
    rng,
    ordered.filter((row) => !KIOSKS.includes(row.anonymous_id.toLowerCase())),
  )
  const missing = draw(8).map((row, i) => ({ ...row, message_id: i % 2 === 0 ? null : '' }))
  const repeated = draw(60).map((row) => ({ ...row }))
  const duplicates = draw(5).map((row) => ({
    ...row,
    event_name: 'page_viewed',
    context: { page: { path: '/retry' } },
  }))
  const bots = Array.from({ length: 40 }, () => crawl(rng))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('bot left out by where', bots.length)
  for (const row of draw(7))
    row.occurred_at = rng.pick(['Invalid Date', '2026-06-31T10:00:00', '1760000000', '10:42'])
  tally.add('bad_timestamp', 7)
  for (const row of draw(4)) row.occurred_at = null
  tally.add('missing_timestamp', 4)
  for (const row of draw(25))
    row.properties = { ...row.properties, email: rng.pick(['undefined', 'null', 'unknown']) }
  tally.add('null-like e-mail', 25)
  for (const row of draw(6)) row.properties = { ...row.properties, amount: rng.pick(['NaN', 'n/a', '$12']) }
  tally.add('amount that does not cast', 6)
  const late = new Set(draw(120))
  tally.add('late row', late.size)
  const inTime = ordered.filter((row) => !late.has(row))
  return [...inTime, ...late, ...repeated, ...duplicates, ...missing, ...bots]
}

/**
 * @param {Random} rng
 * @returns {Event}
 */
function crawl(rng) {
  const at = between(rng, START + DAY, END)
  return {
    ...event(rng, at, 'page_viewed', rng.uuid(), {}, { page: { path: '/robots.txt' } }).event,
    is_bot: true,
  }
}
