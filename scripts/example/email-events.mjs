// @ts-check
// data/email_events.csv: sends, opens and clicks of the e-mail provider. Semicolons, epoch seconds.
import { DAY, END, HOUR, MINUTE, START } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = ['event_id', 'campaign_id', 'subject', 'recipient', 'event', 'ts', 'link']

const SUBJECTS = [
  'New in: trail shoes',
  'Rain is coming; so are our shells',
  'Your summer packing list',
  'Last call; 20 % off tents',
  'How to care for "down"',
  'Northwind Trail Club news',
]
const CAMPAIGNS = Array.from({ length: 22 }, (_, month) => ({
  id: `NL-${2025 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`,
  subject: SUBJECTS[month % SUBJECTS.length] ?? '',
  at: Date.UTC(2025, month, 12, 9),
}))

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function emailEvents(customers, truth) {
  const rng = random('email_events')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  let number = 700000
  for (const campaign of CAMPAIGNS) {
    for (const customer of customers) {
      if (!customer.subscriber || customer.person.since > campaign.at || !rng.chance(0.26)) continue
      for (const row of touches(rng, customer, campaign)) {
        number += 1
        row.event_id = String(number)
        rows.push(row)
        // A message to a family's address was sent to the family: nobody knows who read it.
        const kind = customer.person.family?.kind
        const own = kind !== 'family_email' && kind !== 'couple_email'
        truth.add('email_events', row.event_id, own ? customer.person.id : undefined)
      }
    }
  }
  const further = spoil(rng, tally, rows)
  const all = [...rows, ...further]
  return {
    path: 'data/email_events.csv',
    text: csv(COLUMNS, all, { delimiter: ';' }),
    rows: all.length,
    tally,
  }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @param {(typeof CAMPAIGNS)[number]} campaign
 * @returns {Row[]}
 */
function touches(rng, { person }, { id, subject, at }) {
  const sent = at + rng.int(0, 3 * 3600) * 1000
  const address = emailAt(person, sent)
  const recipient = rng.chance(0.1) ? address.toUpperCase() : address
  /** @param {string} event @param {number} time @param {string} [link] */
  const row = (event, time, link = '') => ({
    event_id: '',
    campaign_id: id,
    subject,
    recipient,
    event,
    ts: String(Math.floor(Math.min(time, END) / 1000)),
    link,
  })
  if (rng.chance(0.012)) return [row('sent', sent), row('bounced', sent + MINUTE)]
  const rows = [row('sent', sent)]
  if (!rng.chance(0.42)) return rows
  const opened = sent + rng.int(1, 72) * HOUR
  rows.push(row('opened', opened))
  if (rng.chance(0.22))
    rows.push(row('clicked', opened + rng.int(1, 9) * MINUTE, rng.pick(['/sale', '/tents', '/club;join'])))
  if (rng.chance(0.01)) rows.push(row('unsubscribed', opened + 10 * MINUTE))
  return rows
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @returns {Row[]}
 */
function spoil(rng, tally, rows) {
  const draw = lots(rng, rows)
  const missing = draw(5).map((row) => ({ ...row, event_id: '' }))
  const repeated = draw(40).map((row) => ({ ...row }))
  const duplicates = draw(3).map((row) => ({ ...row, link: '/duplicate' }))
  const seeds = Array.from({ length: 30 }, (_, i) => ({
    event_id: String(900000 + i),
    campaign_id: rng.pick(CAMPAIGNS).id,
    subject: 'Seed list',
    recipient: rng.pick(['noreply@northwind.example', 'null', 'test@test.example']),
    event: 'sent',
    ts: String(Math.floor((START + rng.int(30, 600) * DAY) / 1000)),
    link: '',
  }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('recipient that is nobody', seeds.length)
  for (const row of draw(4)) row.ts = rng.pick(['NaN', '2026-01-01', 'queued'])
  tally.add('bad_timestamp', 4)
  return [...missing, ...repeated, ...duplicates, ...seeds]
}
