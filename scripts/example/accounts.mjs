// @ts-check
// What each person has with the shop: accounts, contacts, cards, browsers, phones, bands.
import { between, DAY, END } from './clock.mjs'
import { random } from './random.mjs'

/**
 * @typedef {import('./people.mjs').Person} Person
 * @typedef {import('./random.mjs').Random} Random
 *
 * @typedef {object} ShopAccount
 * @property {string} id
 * @property {'main' | 'work' | 'second'} use which address it was opened with
 * @property {number} since
 *
 * @typedef {object} Customer a person with everything that can identify them
 * @property {Person} person
 * @property {ShopAccount[]} shop
 * @property {string[]} crm
 * @property {string[]} cards
 * @property {string[]} cookies
 * @property {string[]} devices
 * @property {string[]} bands serial numbers of wearables
 * @property {boolean} employee
 * @property {boolean} subscriber
 * @property {boolean} lead
 */

/**
 * @param {readonly Person[]} people
 * @returns {Customer[]}
 */
export function makeCustomers(people) {
  const rng = random('accounts')
  const issue = issuer(rng)
  return people.map((person) => {
    const sharing = person.family !== undefined && person.family.kind !== 'plain'
    const shops = sharing || rng.chance(0.7) ? accountCount(rng, person) : 0
    const crm = sharing || rng.chance(0.55) ? 1 + Number(rng.chance(0.05)) : 0
    const cards = sharing || rng.chance(0.42) ? 1 + Number(!sharing && rng.chance(0.05)) : 0
    const app = shops > 0 && rng.chance(0.34)
    const customer = {
      person,
      shop: Array.from({ length: shops }, (_, i) => issue.account(person, i)),
      crm: Array.from({ length: crm }, issue.contact),
      cards: Array.from({ length: cards }, issue.card),
      cookies: Array.from({ length: rng.chance(0.72) ? rng.int(1, 2) : 0 }, rng.uuid),
      devices: app ? Array.from({ length: 1 + Number(rng.chance(0.12)) }, issue.device) : [],
      bands: app && rng.chance(0.38) ? [issue.band()] : [],
      employee: crm > 0 && rng.chance(0.02),
      subscriber: rng.chance(0.5),
      lead: rng.chance(0.17),
    }
    if (shops + crm + cards === 0) customer.lead = true
    return customer
  })
}

/**
 * @param {Random} rng
 * @param {Person} person
 */
function accountCount(rng, person) {
  return person.family && person.family.kind !== 'plain'
    ? 1
    : rng.weighted([
        [1, 89],
        [2, 10],
        [3, 1],
      ])
}

/** @param {Random} rng */
function issuer(rng) {
  let [accounts, contacts, cards, devices, bands] = [100000, 0, 0, 0, 0]
  return {
    /**
     * @param {Person} person
     * @param {number} nth
     * @returns {ShopAccount}
     */
    account: (person, nth) => {
      accounts += rng.int(1, 4)
      const use = nth === 0 ? 'main' : person.workEmail && nth === 1 ? 'work' : 'second'
      return {
        id: String(accounts),
        use,
        since: between(rng, person.since, Math.min(END, person.since + nth * 200 * DAY)),
      }
    },
    contact: () => {
      contacts += rng.int(1, 3)
      return `CRM-${String(contacts).padStart(6, '0')}`
    },
    card: () => {
      cards += rng.int(3, 900)
      return `6006${String(10000000 + cards).padStart(8, '0')}`
    },
    device: () => {
      devices += 1
      return `dev-${rng.hex(10)}${String(devices).padStart(4, '0')}`
    },
    band: () => {
      bands += 1
      return `NB2-${rng.hex(4).toUpperCase()}-${String(bands).padStart(4, '0')}`
    },
  }
}

/**
 * The address that a shop account is registered with, at a time. A further account has the address of work, or
 * one that was made up for it.
 * @param {Customer} customer
 * @param {ShopAccount} account
 * @param {number} time
 */
export function accountEmail({ person }, account, time) {
  if (account.use === 'main') {
    return person.previous && time < person.previous.until ? person.previous.email : person.email
  }
  if (account.use === 'work' && person.workEmail) return person.workEmail
  return person.email.replace('@', `.${account.id.slice(-3)}@`)
}
