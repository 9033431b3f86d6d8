// @ts-check
// data/household_panel.csv: bought from a data broker. It knows something about some of our addresses, and about many
// people whom we do not know. Incomes come as plain numbers, in thousands, and as ranges of words.
import { between, DAY, END, isoDate, START } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = ['panel_id', 'email', 'income', 'household_size', 'home_owner', 'life_stage', 'surveyed_on']
const OUTSIDERS = 250

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function householdPanel(customers, truth) {
  const rng = random('household_panel')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  for (const { person } of customers) {
    const shared = person.family?.kind === 'family_email' || person.family?.kind === 'couple_email'
    if (shared || !rng.chance(0.4)) continue
    for (
      let i = rng.weighted([
        [1, 85],
        [2, 15],
      ]);
      i > 0;
      i--
    ) {
      const row = answer(rng, tally, person.email, person.family?.members.length ?? rng.int(1, 4))
      rows.push(row)
      row.panel_id = `HH${30000 + rows.length}`
      truth.add('household', row.panel_id, person.id)
    }
  }
  for (let i = 0; i < OUTSIDERS; i++) {
    rows.push({
      ...answer(rng, tally, `resident${i}@elsewhere.example`, rng.int(1, 5)),
      panel_id: `HX${40000 + i}`,
    })
  }
  tally.add('row about nobody we know', OUTSIDERS)
  const draw = lots(rng, rows)
  const missing = draw(4).map((row) => ({ ...row, panel_id: '' }))
  tally.add('missing_key', missing.length)
  for (const row of draw(4)) row.surveyed_on = rng.pick(['spring 2026', '00-00-0000'])
  tally.add('bad_timestamp', 4)
  for (const row of draw(20)) row.email = rng.pick(['N/A', 'unknown', 'null'])
  tally.add('null-like e-mail', 20)
  for (const row of draw(12)) row.household_size = rng.pick(['5+', 'n/a', 'many'])
  tally.add('household size that does not cast', 12)
  const all = rng.shuffle([...rows, ...missing])
  return { path: 'data/household_panel.csv', text: csv(COLUMNS, all), rows: all.length, tally }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {string} email
 * @param {number} size
 * @returns {Row}
 */
function answer(rng, tally, email, size) {
  const thousands = rng.int(24, 190)
  const spelling = rng.weighted(
    /** @type {const} */ ([
      ['plain', 70],
      ['thousands', 20],
      ['withheld', 10],
    ]),
  )
  if (spelling !== 'plain')
    tally.add(`income ${spelling === 'withheld' ? 'withheld' : 'written in thousands'}`)
  return {
    panel_id: '',
    email: rng.chance(0.2) ? email.toUpperCase() : email,
    income: { plain: `${thousands}500`, thousands: `${thousands}k`, withheld: 'prefer not to say' }[spelling],
    household_size: String(size),
    home_owner: rng.weighted([
      ['Y', 45],
      ['N', 45],
      ['U', 10],
    ]),
    life_stage: rng.pick(['young single', 'couple', 'young family', 'established family', 'empty nest']),
    surveyed_on: isoDate(between(rng, START, END - 20 * DAY)),
  }
}
