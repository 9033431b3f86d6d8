// @ts-check
// data/support_tickets.csv: the help desk. Bodies hold line breaks, quotes and commas; a ticket is exported at each change.
import { between, DAY, END, HOUR, iso } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { junk, messyEmail, messyPhone } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = [
  'ticket_id',
  'contact_id',
  'requester_email',
  'requester_phone',
  'country',
  'channel',
  'topic',
  'subject',
  'body',
  'status',
  'priority',
  'satisfaction',
  'is_spam',
  'opened_at',
  'updated_at',
]

const TOPICS = /** @type {const} */ ([
  [
    'delivery',
    'Where is my parcel?',
    'Hello,\n\nthe tracking says "delivered", but nothing is here.\nPlease look into it.',
  ],
  [
    'returns',
    'Return of boots, size 9',
    'Hi there,\nthe boots are too small.\n\nCan I swap them, or get my money back?',
  ],
  [
    'warranty',
    'Zip broke',
    'The zip of my jacket "Ridge" broke after 2 months.\r\nI attach a picture, and the receipt.',
  ],
  ['product', 'Is it waterproof?', 'Quick question: is the tent waterproof, or just "water resistant"?'],
  [
    'account',
    'I cannot sign in',
    'Dear team,\nmy password does not work any more; neither does the reset link.',
  ],
])

/** The call centre's own number, which its agents type when the caller withholds theirs. */
const CALL_CENTRE = '(206) 555-0177'

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function supportTickets(customers, truth) {
  const rng = random('support_tickets')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  for (const customer of customers) {
    const count = Math.floor(0.25 * customer.person.weight + rng.next() * 0.95)
    for (let i = 0; i < count; i++) {
      const row = ticket(rng, customer)
      rows.push(row)
      row.ticket_id = String(50000 + rows.length)
      truth.add('support_tickets', row.ticket_id, customer.person.id)
    }
  }
  const further = spoil(rng, tally, rows)
  const all = [...rows, ...further]
  return { path: 'data/support_tickets.csv', text: csv(COLUMNS, all), rows: all.length, tally }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @returns {Row}
 */
function ticket(rng, { person, crm }) {
  const opened = between(rng, person.since, END)
  const closed = opened + rng.int(2, 12 * 24) * HOUR
  const solved = closed < END - 20 * DAY || rng.chance(0.3)
  const [topic, subject, body] = rng.pick(TOPICS)
  const contact = crm[0] && rng.chance(0.6) ? crm[0] : ''
  return {
    ticket_id: '',
    contact_id: rng.chance(0.2) ? contact.toLowerCase() : contact,
    requester_email: contact === '' || rng.chance(0.8) ? messyEmail(rng, emailAt(person, opened)) : '',
    requester_phone: rng.chance(0.3) ? messyPhone(rng, person.phone) : '',
    country: person.address.country,
    channel: rng.pick(['email', 'chat', 'phone']),
    topic,
    subject,
    body: `${body}\n\n${person.first}`,
    status: solved ? 'solved' : rng.pick(['open', 'pending']),
    priority: rng.weighted([
      ['normal', 80],
      ['high', 15],
      ['urgent', 5],
    ]),
    satisfaction:
      solved && rng.chance(0.6)
        ? String(
            rng.weighted([
              [5, 40],
              [4, 25],
              [3, 15],
              [2, 10],
              [1, 10],
            ]),
          )
        : '',
    is_spam: 'no',
    opened_at: iso(opened),
    updated_at: iso(solved ? Math.min(END, closed) : opened),
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
  const solved = draw(200).filter((row) => row.status === 'solved' && row.updated_at !== row.opened_at)
  const superseded = solved
    .slice(0, 80)
    .map((row) => ({ ...row, status: 'open', satisfaction: '', updated_at: row.opened_at ?? '' }))
  const missing = draw(4).map((row) => ({ ...row, ticket_id: '' }))
  const duplicates = draw(2).map((row) => ({ ...row, topic: 'billing' }))
  const spam = Array.from({ length: 12 }, (_, i) => ({
    ticket_id: String(90000 + i),
    requester_email: `offer${i}@spam.example`,
    subject: 'You have won',
    body: 'Click\nhere',
    status: 'open',
    is_spam: 'yes',
    opened_at: '2026-02-02T02:02:02Z',
    updated_at: '2026-02-02T02:02:02Z',
  }))
  tally.add('superseded', superseded.length)
  tally.add('missing_key', missing.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('spam left out by where', spam.length)
  for (const row of draw(3)) row.updated_at = rng.pick(['2026-02-29T10:00:00Z', 'soon'])
  tally.add('bad_timestamp', 3)
  for (const row of draw(7)) row.satisfaction = rng.pick(['N/A', 'five', '4.5'])
  tally.add('satisfaction that does not cast', 7)
  const withheld = draw(60)
    .filter((row) => row.country === 'US')
    .slice(0, 14)
  for (const row of withheld) row.requester_phone = CALL_CENTRE
  tally.add('phone of the call centre', withheld.length)
  for (const row of draw(80)
    .filter(({ contact_id }) => contact_id)
    .slice(0, 10)) {
    row.requester_email = junk(rng)
    tally.add('null-like e-mail')
  }
  return [...superseded, ...missing, ...duplicates, ...spam]
}
