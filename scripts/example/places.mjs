// @ts-check
// Cities with their postcodes, and telephone numbers from the ranges that regulators keep free for fiction.

/**
 * @typedef {import('./names.mjs').Country} Country
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {{ country: Country, city: string, postcode: string, street: string }} Address
 */

/** City and postcode prefix; the rest of the postcode is drawn. Several begin with a zero on purpose. */
const CITIES = {
  US: [
    ['Boston', '021'],
    ['Newark', '071'],
    ['Hartford', '061'],
    ['Portland', '041'],
    ['Burlington', '054'],
    ['Seattle', '981'],
    ['Portland', '972'],
    ['Denver', '802'],
    ['Austin', '787'],
    ['Minneapolis', '554'],
    ['Chicago', '606'],
    ['Salt Lake City', '841'],
  ],
  GB: [
    ['London', 'SW1A'],
    ['Leeds', 'LS1'],
    ['Bristol', 'BS8'],
    ['Manchester', 'M4'],
    ['Edinburgh', 'EH3'],
  ],
  DE: [
    ['Dresden', '010'],
    ['Leipzig', '041'],
    ['Berlin', '101'],
    ['Hamburg', '203'],
    ['Köln', '506'],
    ['München', '803'],
  ],
}

const STREETS = {
  US: ['Maple Street', 'Oak Avenue', 'Cedar Lane', 'Main Street', 'Elm Drive', 'Lake Road', 'Hillcrest Blvd'],
  GB: ['High Street', 'Station Road', 'Church Lane', 'Victoria Road', 'Mill Lane'],
  DE: ['Hauptstraße', 'Bahnhofstraße', 'Gartenweg', 'Schillerstraße', 'Am Markt'],
}

/** Without 206, where the store and the call centre have their numbers. */
const US_AREAS = [
  617, 973, 860, 207, 802, 503, 303, 512, 612, 312, 801, 425, 781, 908, 203, 971, 720, 737, 651,
]
const US_MORE_AREAS = [
  773, 385, 253, 857, 201, 475, 541, 970, 830, 952, 630, 435, 360, 508, 732, 959, 458, 719,
]
/** Area and fixed part of the subscriber number; three digits follow. */
const GB_RANGES = [
  ['7700', '900'],
  ['20', '79460'],
  ['113', '4960'],
  ['117', '4960'],
  ['161', '4960'],
]
const DE_RANGES = [
  ['30', '23125'],
  ['69', '90009'],
  ['40', '66969'],
  ['221', '4710'],
  ['89', '99998'],
]

/**
 * @param {Random} random
 * @param {Country} country
 * @returns {Address}
 */
export function address(random, country) {
  const [city, prefix] = /** @type {[string, string]} */ (random.pick(CITIES[country]))
  const postcode =
    country === 'GB'
      ? `${prefix} ${random.int(1, 9)}${random.pick(['AA', 'BD', 'QT', 'HN', 'RL'])}`
      : `${prefix}${String(random.int(0, 99)).padStart(2, '0')}`
  const number = random.int(1, 240)
  const name = random.pick(STREETS[country])
  return { country, city, postcode, street: country === 'DE' ? `${name} ${number}` : `${number} ${name}` }
}

/**
 * A telephone number in parts: `area` and `local` are national digits without the trunk prefix.
 * @typedef {{ country: Country, area: string, local: string }} Phone
 */

/**
 * All numbers of a country, in random order, so that no two people draw the same.
 * @param {Random} random
 * @param {Country} country
 * @returns {Phone[]}
 */
export function phonePool(random, country) {
  /** @type {Phone[]} */
  const pool = []
  if (country === 'US') {
    for (const area of [...US_AREAS, ...US_MORE_AREAS]) {
      for (let n = 0; n < 100; n++) {
        pool.push({ country, area: String(area), local: `555${String(100 + n).padStart(4, '0')}` })
      }
    }
  } else {
    for (const [area, local] of country === 'GB' ? GB_RANGES : DE_RANGES) {
      for (let n = 0; n < 1000; n++) {
        pool.push({ country, area: String(area), local: `${local}${String(n).padStart(3, '0')}` })
      }
    }
  }
  return random.shuffle(pool)
}
