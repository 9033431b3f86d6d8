// @ts-check
// data/crm_contacts.csv: the contacts of the CRM, typed by clerks. One row a contact, exported again when it changed.
import { between, DAY, END, HOUR, iso, isoDate, START } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { junk, messyBoolean, messyCard, messyEmail, messyName, messyPhone, typoEmail } from './mess.mjs'
import { emailAt } from './people.mjs'
import { random } from './random.mjs'
import { csv } from './text.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Record<string, string>} Row
 */

const COLUMNS = [
  'contact_id',
  'salutation',
  'first_name',
  'last_name',
  'email',
  'work_email',
  'phone',
  'country',
  'street',
  'city',
  'postcode',
  'birth_date',
  'language',
  'loyalty_tier',
  'loyalty_card',
  'club_renews_on',
  'household_size',
  'email_consent',
  'sms_consent',
  'is_employee',
  'is_test',
  'is_deleted',
  'created_at',
  'modified_at',
]

/** What clerks type for customers who give no number: the number of the shop. */
const STORE_PHONES = ['(206) 555-0100', '206-555-0100', '+1 206 555 0100']

/**
 * What is wrong, in how many rows, and what stands there instead.
 * @type {readonly (readonly [string, number, (row: Row, rng: Random) => Row])[]}
 */
const SPOILERS = [
  ['null-like e-mail', 40, (_, rng) => ({ email: junk(rng) })],
  ['no-reply or test e-mail', 16, (_, rng) => ({ email: rng.pick(NOBODY) })],
  ['malformed e-mail', 14, (_, rng) => ({ email: rng.pick(MALFORMED) })],
  [
    'mistyped e-mail',
    18,
    ({ email, contact_id }, rng) => ({ email: email ? typoEmail(rng, email) : `${contact_id}@mial.example` }),
  ],
  [
    'null-like phone',
    25,
    (_, rng) => ({ phone: rng.pick(['0000000000', 'unknown', 'N/A', '000-000-0000']) }),
  ],
  ['phone of the store', 22, (_, rng) => ({ phone: rng.pick(STORE_PHONES), country: 'US' })],
  ['phone too short', 8, () => ({ phone: '555-0199' })],
  [
    'birth date that does not cast',
    12,
    (_, rng) => ({ birth_date: rng.pick(['12/05/1984', 'n/a', '1979-13-04']) }),
  ],
  ['placeholder birth date', 15, () => ({ birth_date: '1900-01-01' })],
  ['country spelled out', 14, (_, rng) => ({ country: rng.pick(['USA', 'U.S.', 'United States']) })],
]
const NOBODY = ['noreply@northwind.example', 'test@test.example', 'none@none.example']
const MALFORMED = ['ann@', 'peter.example.com', 'anna @mail.example', 'j@localhost']

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function crmContacts(customers, truth) {
  const rng = random('crm_contacts')
  const tally = new Tally()
  /** @type {Row[]} */
  const rows = []
  for (const customer of customers) {
    for (const [nth, id] of customer.crm.entries()) {
      rows.push(contact(rng, customer, id, nth))
      truth.add('crm_contacts', id, customer.person.id)
    }
    tally.add('second contact of a person', Math.max(0, customer.crm.length - 1))
  }
  spoilValues(rng, tally, rows, customers)
  const further = spoilRows(rng, tally, rows)
  const all = rng.shuffle([...rows, ...further])
  return { path: 'data/crm_contacts.csv', text: csv(COLUMNS, all), rows: all.length, tally }
}

/**
 * @param {Random} rng
 * @param {Customer} customer
 * @param {string} id
 * @param {number} nth
 * @returns {Row}
 */
function contact(rng, { person, cards, employee }, id, nth) {
  const created = between(rng, person.since, person.since + 40 * DAY)
  const modified = between(rng, created, END)
  const sharing = person.family !== undefined && person.family.kind !== 'plain'
  const landline = person.family?.kind === 'couple_landline'
  const email = nth === 0 || !person.workEmail ? emailAt(person, modified) : person.workEmail
  const member = sharing || rng.chance(0.4)
  return {
    contact_id: id,
    salutation: rng.pick(['', 'Ms', 'Mr', 'Dr']),
    first_name: messyName(rng, person.first),
    last_name: messyName(rng, person.last),
    email: rng.chance(0.9) || sharing ? messyEmail(rng, email) : '',
    work_email: person.workEmail && rng.chance(0.6) ? messyEmail(rng, person.workEmail) : '',
    phone: rng.chance(0.72) || landline ? messyPhone(rng, person.phone) : '',
    country: person.address.country,
    street: rng.chance(0.5)
      ? person.address.street
      : person.address.street.replace('Street', 'St').replace('straße', 'str.'),
    city: person.address.city,
    postcode: person.address.postcode,
    birth_date: rng.chance(0.78) || person.family?.kind === 'twins' ? person.birthDate : '',
    language: person.address.country === 'DE' ? 'de' : 'en',
    loyalty_tier:
      cards.length > 0
        ? rng.weighted([
            ['bronze', 60],
            ['silver', 28],
            ['gold', 12],
          ])
        : '',
    loyalty_card: member && cards[0] ? messyCard(rng, cards[0]) : '',
    club_renews_on: rng.chance(0.2) ? isoDate(between(rng, START, END) + 365 * DAY) : '',
    household_size: rng.chance(0.3) ? String(person.family?.members.length ?? rng.int(1, 3)) : '',
    email_consent: rng.chance(0.85) ? messyBoolean(rng, rng.chance(0.85)) : '',
    sms_consent: rng.chance(0.5) ? messyBoolean(rng, rng.chance(0.5)) : '',
    is_employee: employee ? 'yes' : 'no',
    is_test: 'false',
    is_deleted: '0',
    created_at: iso(created),
    modified_at: iso(modified),
  }
}

/**
 * Values that a careful project rejects, each in rows of its own.
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @param {readonly Customer[]} customers
 */
function spoilValues(rng, tally, rows, customers) {
  const ordinary = new Set(
    customers
      .filter(({ person, crm }) => crm.length === 1 && (person.family?.kind ?? 'plain') === 'plain')
      .flatMap(({ crm }) => crm),
  )
  const draw = lots(
    rng,
    rows.filter((row) => ordinary.has(row.contact_id ?? '')),
  )
  for (const [label, count, spoil] of SPOILERS) {
    const chosen = draw(count)
    for (const row of chosen) Object.assign(row, spoil(row, rng))
    tally.add(label, chosen.length)
  }
  const [first, second] = customers.filter(
    ({ person, shop }) => shop.length > 0 && !person.family && !person.previous,
  )
  for (const [row, other] of /** @type {const} */ ([
    [draw(1)[0], first],
    [draw(1)[0], second],
  ])) {
    if (!row || !other) continue
    row.email = other.person.email
    tally.add('e-mail of somebody else')
  }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Row[]} rows
 * @returns {Row[]} further rows
 */
function spoilRows(rng, tally, rows) {
  const draw = lots(rng, rows)
  const missing = draw(6).map((row) => ({ ...row, contact_id: '' }))
  const repeated = draw(15).map((row) => ({ ...row }))
  const duplicates = draw(4).map((row) => ({ ...row, city: 'Springfield' }))
  const superseded = draw(110).map((row) => ({
    ...row,
    modified_at: iso(Date.parse(row.modified_at ?? '') - rng.int(1, 90) * DAY - HOUR),
    loyalty_tier: row.loyalty_tier ? 'bronze' : '',
  }))
  const tests = Array.from({ length: 10 }, (_, i) => ({
    contact_id: `CRM-9999${String(i).padStart(2, '0')}`,
    first_name: 'Test',
    last_name: 'Contact',
    email: `qa${i}@northwind.example`,
    is_test: 'true',
    is_deleted: '0',
    created_at: '2025-01-02T09:00:00Z',
    modified_at: '2025-01-02T09:00:00Z',
  }))
  tally.add('missing_key', missing.length)
  tally.add('repeated', repeated.length)
  tally.add('duplicate_key', duplicates.length)
  tally.add('superseded', superseded.length)
  tally.add('test row left out by where', tests.length)
  for (const row of draw(5))
    row.modified_at = rng.pick(['31.02.2026', 'last week', '2026-04-31T08:00:00Z', '2026-01-01T25:00:00Z'])
  tally.add('bad_timestamp', 5)
  for (const row of draw(12)) row.modified_at = ''
  tally.add('undated', 12)
  for (const row of draw(18)) row.is_deleted = '1'
  tally.add('deleted', 18)
  return [...missing, ...repeated, ...duplicates, ...superseded, ...tests]
}
