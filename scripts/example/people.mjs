// @ts-check
// The people behind the data: who they are, where they live, with whom, and how they can be reached.
import { between, DAY, END, isoDate, START } from './clock.mjs'
import { withoutAccents } from './mess.mjs'
import { NAMES } from './names.mjs'
import { address, phonePool } from './places.mjs'
import { random } from './random.mjs'

/**
 * @typedef {import('./names.mjs').Country} Country
 * @typedef {import('./random.mjs').Random} Random
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} first
 * @property {string} last
 * @property {string} birthDate
 * @property {import('./places.mjs').Address} address
 * @property {import('./places.mjs').Phone} phone
 * @property {string} email
 * @property {{ email: string, until: number } | undefined} previous the address used until a change
 * @property {string | undefined} workEmail
 * @property {number} since when the person first met the shop
 * @property {number} weight how active the person is; 1 is usual
 * @property {Family | undefined} family
 *
 * @typedef {object} Family
 * @property {'family_email' | 'couple_email' | 'couple_landline' | 'twins' | 'plain'} kind
 * @property {Person[]} members
 */

const PEOPLE = 2700
/** Visitors of web and app who never say who they are. */
const STRANGERS = 300

/** How many families share what. Only `family_email` is big enough for a rule to recognise. */
const FAMILIES = /** @type {const} */ ([
  { kind: 'family_email', count: 12, size: 3 },
  { kind: 'couple_email', count: 2, size: 2 },
  { kind: 'couple_landline', count: 2, size: 2 },
  { kind: 'twins', count: 2, size: 2 },
  { kind: 'plain', count: 170, size: 2 },
  { kind: 'plain', count: 40, size: 4 },
])

/** @returns {{ people: Person[], strangers: Person[] }} */
export function makePeople() {
  const rng = random('people')
  const draw = drawer(rng)
  /** @type {Person[]} */
  const people = []
  for (const { kind, count, size } of FAMILIES) {
    for (let i = 0; i < count; i++) people.push(...makeFamily(rng, draw, kind, size))
  }
  while (people.length < PEOPLE) people.push(draw(country(rng)))
  const shuffled = rng.shuffle(people)
  shuffled.forEach((person, i) => {
    person.id = personId(i + 1)
  })
  const strangers = Array.from({ length: STRANGERS }, (_, i) => ({
    ...draw(country(rng)),
    id: personId(PEOPLE + i + 1),
  }))
  return { people: shuffled, strangers }
}

/** @param {number} number */
function personId(number) {
  return `p${String(number).padStart(5, '0')}`
}

/**
 * @param {Random} rng
 * @returns {Country}
 */
function country(rng) {
  return rng.weighted(
    /** @type {const} */ ([
      ['US', 70],
      ['GB', 18],
      ['DE', 12],
    ]),
  )
}

/**
 * @param {Random} rng
 * @returns {(country: Country, surname?: string) => Person} a new person on each call; no two share an address or a number
 */
function drawer(rng) {
  const phones = { US: phonePool(rng, 'US'), GB: phonePool(rng, 'GB'), DE: phonePool(rng, 'DE') }
  const taken = new Set()
  return (home, surname) => {
    const first = rng.pick(NAMES[home].first)
    const last = surname ?? rng.pick(NAMES[home].last)
    const phone = phones[home].pop()
    if (!phone) throw new Error(`no telephone numbers left in ${home}`)
    const since =
      START + Math.floor((rng.next() * (0.6 + 0.4 * rng.next()) * (END - START - 30 * DAY)) / 1000) * 1000
    return {
      id: '',
      first,
      last,
      birthDate: isoDate(Date.UTC(rng.int(1944, 2006), rng.int(0, 11), rng.int(1, 28))),
      address: address(rng, home),
      phone,
      email: newEmail(rng, taken, first, last, [
        'mail.example',
        'inbox.example',
        'post.example',
        'example.com',
      ]),
      previous: rng.chance(0.08)
        ? {
            email: newEmail(rng, taken, first, last, ['oldmail.example', 'example.net']),
            until: between(rng, since + 20 * DAY, END),
          }
        : undefined,
      workEmail: rng.chance(0.22)
        ? newEmail(rng, taken, first, last, ['acme.example', 'globex.example', 'initech.example'])
        : undefined,
      since,
      weight: rng.weighted([
        [0.4, 30],
        [1, 45],
        [2, 18],
        [4, 7],
      ]),
      family: undefined,
    }
  }
}

/**
 * @param {Random} rng
 * @param {Set<string>} taken
 * @param {string} first
 * @param {string} last
 * @param {readonly string[]} domains
 */
function newEmail(rng, taken, first, last, domains) {
  const [f, l] = [first, last].map((name) =>
    withoutAccents(name)
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
  )
  for (;;) {
    const local = rng.weighted([
      [`${f}.${l}`, 40],
      [`${f}${l}${rng.int(1, 99)}`, 30],
      [`${f?.charAt(0)}${l}${rng.int(50, 99)}`, 20],
      [`${l}.${f}${rng.int(1, 9)}`, 10],
    ])
    const email = `${local}@${rng.pick(domains)}`
    if (taken.has(email)) continue
    taken.add(email)
    return email
  }
}

/**
 * @param {Random} rng
 * @param {(country: Country, surname?: string) => Person} draw
 * @param {Family['kind']} kind
 * @param {number} size
 * @returns {Person[]}
 */
function makeFamily(rng, draw, kind, size) {
  const home = country(rng)
  const surname = rng.pick(NAMES[home].last)
  const members = Array.from({ length: size }, () => draw(home, surname))
  const head = /** @type {Person} */ (members[0])
  /** @type {Family} */
  const family = { kind, members }
  for (const member of members) {
    member.family = family
    member.address = head.address
    if (kind === 'family_email' || kind === 'couple_email') {
      member.email = head.email
      member.previous = undefined
    }
    if (kind === 'couple_landline') member.phone = head.phone
    if (kind === 'twins') member.birthDate = head.birthDate
  }
  return members
}

/**
 * The address a person gives at a time.
 * @param {Person} person
 * @param {number} time
 */
export function emailAt(person, time) {
  return person.previous && time < person.previous.until ? person.previous.email : person.email
}
