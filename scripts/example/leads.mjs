// @ts-check
// data/leads.csv: forms filled in on advertising platforms. Local times with offsets in several spellings, and rows
// that end early because the last columns are empty.
import { between, DAY, withOffset } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { junk, messyEmail, messyName, messyPhone } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = [
  'lead_id',
  'platform',
  'campaign',
  'full_name',
  'email',
  'phone',
  'country',
  'interest',
  'cost_usd',
  'submitted_at',
  'click_id',
  'notes',
]
const OFFSETS = { US: -5, GB: 1, DE: 2 }

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function leads(customers, truth) {
  const rng = random('leads')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  for (const customer of customers) {
    if (!customer.lead) continue
    for (
      let i = rng.weighted([
        [1, 80],
        [2, 20],
      ]);
      i > 0;
      i--
    ) {
      const row = lead(rng, customer)
      rows.push(row)
      row.lead_id = `L${10000 + rows.length}`
      truth.add('leads', row.lead_id, customer.person.id)
    }
  }
  const further = spoil(rng, tally, rows)
  const all = [...rows, ...further]
  /** @param {import('./text.mjs').Row} row */
  const ragged = (row) => {
    const short = row.notes === '' && String(row.lead_id).endsWith('3')
    if (short) tally.add('row that ends early')
    return short
  }
  return { path: 'data/leads.csv', text: csv(COLUMNS, all, { ragged }), rows: all.length, tally }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @returns {Row}
 */
function lead(rng, { person }) {
  const at = between(rng, person.since - 20 * DAY, person.since + 60 * DAY)
  const style = rng.pick(/** @type {const} */ (['colon', 'compact', 'hours', 'space']))
  const { country } = person.address
  return {
    lead_id: '',
    platform: rng.pick(['meta', 'google', 'tiktok']),
    campaign: rng.pick(['spring_trails', 'tent_week', 'retargeting_q3', 'brand']),
    full_name: `${messyName(rng, person.first).trim()} ${messyName(rng, person.last).trim()}`,
    email: messyEmail(rng, emailAt(person, at)),
    phone: rng.chance(0.5) ? messyPhone(rng, person.phone) : '',
    country,
    interest: rng.pick(['footwear', 'tents', 'climbing', 'jackets']),
    cost_usd: (rng.int(40, 900) / 100).toFixed(2),
    submitted_at: withOffset(at, OFFSETS[country], style),
    click_id: rng.chance(0.5) ? rng.hex(12) : '',
    notes: rng.weighted([
      ['', 85],
      ['asked for a call, mornings', 10],
      ['n/a', 5],
    ]),
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
  const missing = draw(4).map((row) => ({ ...row, lead_id: '' }))
  const repeated = draw(8).map((row) => ({ ...row }))
  const duplicates = draw(2).map((row) => ({ ...row, interest: 'cooking' }))
  const fakes = Array.from({ length: 25 }, (_, i) => ({
    lead_id: `L${90000 + i}`,
    platform: 'meta',
    campaign: 'brand',
    full_name: 'test test',
    email: rng.pick(['test@test.example', 'none', 'N/A']),
    phone: rng.pick(['0000000000', '', 'unknown']),
    country: 'US',
    interest: '',
    cost_usd: '0.10',
    submitted_at: '2026-03-03T03:03:03+00:00',
    click_id: '',
    notes: '',
  }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('form filled in by nobody', fakes.length)
  for (const row of draw(5))
    row.submitted_at = rng.pick(['3/4/26 5:06 PM', 'Thu Mar 05 2026', '2026-03-05T14:22:10 CET'])
  tally.add('bad_timestamp', 5)
  for (const row of draw(6)) row.cost_usd = rng.pick(['1,20', '$0.80', junk(rng)])
  tally.add('cost that does not cast', 6)
  return [...missing, ...repeated, ...duplicates, ...fakes]
}
