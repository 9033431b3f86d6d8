// @ts-check
// data/shop_customers.csv: accounts of the web shop, with their history. One row a version of an account.
import { accountEmail } from './accounts.mjs'
import { between, DAY, END, HOUR, iso, SECOND } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { junk, messyBoolean, messyEmail, messyName, messyPhone } from './mess.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./accounts.mjs').ShopAccount} ShopAccount
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = [
  'id',
  'email',
  'billing_email',
  'first_name',
  'last_name',
  'phone',
  'country',
  'street',
  'city',
  'zip',
  'dob',
  'newsletter',
  'sms_opt_in',
  'loyalty_card',
  'last_login_at',
  'created_at',
  'updated_at',
  'is_deleted',
]

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function shopCustomers(customers, truth) {
  const rng = random('shop_customers')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  for (const customer of customers) {
    for (const account of customer.shop) {
      rows.push(...versions(rng, tally, customer, account))
      truth.add('shop_customers', account.id, customer.person.id)
    }
  }
  rows.push(...faults(rng, tally, rows))
  return { path: 'data/shop_customers.csv', text: csv(COLUMNS, rows), rows: rows.length, tally }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Customer} customer
 * @param {ShopAccount} account
 * @returns {Row[]} oldest first
 */
function versions(rng, tally, customer, account) {
  const { person } = customer
  const moments = [account.since + 5 * SECOND]
  const change = account.use === 'main' ? person.previous?.until : undefined
  if (change && change > account.since + DAY) {
    tally.add('account with a changed e-mail')
    moments.push(change + HOUR)
  } else if (rng.chance(0.1)) {
    moments.push(between(rng, account.since + DAY, END))
  }
  const made = moments.map((moment) => version(rng, tally, customer, account, moment))
  tally.add('older version of an account', made.length - 1)
  return made
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Customer} customer
 * @param {ShopAccount} account
 * @param {number} moment
 * @returns {Row}
 */
function version(rng, tally, customer, account, moment) {
  const { person, cards } = customer
  const sharing = person.family !== undefined && person.family.kind !== 'plain'
  const spelled = rng.chance(0.012)
  if (spelled) tally.add('country that is no ISO code')
  const phone = rng.chance(0.62) ? messyPhone(rng, person.phone) : ''
  const junkPhone = phone === '' && rng.chance(0.05)
  if (junkPhone) tally.add('null-like phone')
  const billing = person.workEmail && account.use !== 'second' && rng.chance(0.5) ? person.workEmail : ''
  return {
    id: account.id,
    email: messyEmail(rng, accountEmail(customer, account, moment)),
    billing_email: billing && messyEmail(rng, billing),
    first_name: messyName(rng, person.first),
    last_name: messyName(rng, person.last),
    phone: junkPhone ? junk(rng) : phone,
    country: spelled
      ? { US: 'USA', GB: 'U.K.', DE: 'Deutschland' }[person.address.country]
      : person.address.country,
    street: person.address.street,
    city: person.address.city,
    zip: rng.chance(0.03) ? person.address.postcode.toLowerCase() : person.address.postcode,
    dob: rng.chance(0.66) ? person.birthDate : '',
    newsletter: rng.chance(0.9) ? messyBoolean(rng, rng.chance(0.7)) : '',
    sms_opt_in: rng.chance(0.6) ? messyBoolean(rng, rng.chance(0.4)) : '',
    loyalty_card: (sharing || rng.chance(0.75) ? cards.at(-1) : '') ?? '',
    last_login_at: rng.chance(0.8) ? iso(between(rng, moment, END)) : '',
    created_at: iso(account.since),
    updated_at: iso(moment),
    is_deleted: 'false',
  }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows changed in place where a fault spoils a row
 * @returns {Row[]} further rows
 */
function faults(rng, tally, rows) {
  const draw = lots(rng, rows)
  const missing = draw(5).map((row) => ({ ...row, id: '' }))
  const repeated = draw(12).map((row) => ({ ...row }))
  const duplicates = draw(4).map((row) => ({ ...row, first_name: `${row.first_name} ${row.last_name}` }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  for (const row of draw(5))
    row.updated_at = rng.pick(['31/02/2026 10:00', '2026-02-31T10:00:00Z', 'yesterday', '2026-13-01'])
  tally.add('bad_timestamp', 5)
  for (const row of draw(9)) row.dob = rng.pick(['05/12/1984', '1985-02-30', 'n/a', 'twelve'])
  tally.add('birth date that does not cast', 9)
  for (const row of draw(6)) row.dob = '1800-01-01'
  tally.add('birth date out of range', 6)
  const history = new Set(rows.filter((row, i) => row.id === rows[i - 1]?.id).map((row) => row.id))
  for (const row of draw(60)
    .filter(({ id }) => !history.has(id))
    .slice(0, 20)) {
    row.is_deleted = 'true'
    tally.add('deleted')
  }
  return [...missing, ...repeated, ...duplicates]
}
