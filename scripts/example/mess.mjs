// @ts-check
// How people and systems write the same value differently, and what they write when they have none.

/**
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {import('./places.mjs').Phone} Phone
 */

const CALLING_CODES = { US: '1', GB: '44', DE: '49' }

/** What export jobs, clerks and forms leave where a value is missing. */
const JUNK = ['N/A', 'null', 'none', 'NULL', 'unknown', 'n/a', '0000', 'undefined', 'None', '-']

/** @param {Random} random */
export function junk(random) {
  return random.pick(JUNK)
}

/**
 * The same address in another case, with spaces around it, or as a link.
 * @param {Random} random
 * @param {string} email
 */
export function messyEmail(random, email) {
  return random.weighted([
    [email, 74],
    [email.toUpperCase(), 6],
    [email.charAt(0).toUpperCase() + email.slice(1), 9],
    [` ${email}`, 3],
    [`${email} `, 5],
    [`\u00a0${email}`, 1],
    [`mailto:${email}`, 2],
  ])
}

/**
 * A typing error: two neighbouring letters of the part before the `@` swapped.
 * @param {Random} random
 * @param {string} email
 */
export function typoEmail(random, email) {
  const at = random.int(1, Math.max(1, email.indexOf('@') - 3))
  const swapped = email.slice(0, at) + email.charAt(at + 1) + email.charAt(at) + email.slice(at + 2)
  return swapped === email ? email.replace('@', 'x@') : swapped
}

/**
 * @param {Random} random
 * @param {string} name
 */
export function messyName(random, name) {
  return random.weighted([
    [name, 76],
    [name.toUpperCase(), 7],
    [name.toLowerCase(), 7],
    [withoutAccents(name), 5],
    [` ${name}`, 2],
    [`${name}  `, 3],
  ])
}

/** @param {string} text */
export function withoutAccents(text) {
  return text
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
}

/**
 * @param {Random} random
 * @param {Phone} phone
 */
export function messyPhone(random, phone) {
  const { area, local } = phone
  if (phone.country === 'US') {
    const [head, tail] = [local.slice(0, 3), local.slice(3)]
    return random.weighted([
      [`(${area}) ${head}-${tail}`, 30],
      [`${area}-${head}-${tail}`, 25],
      [`${area}.${head}.${tail}`, 15],
      [`+1 ${area} ${head} ${tail}`, 15],
      [`1${area}${local}`, 8],
      [`(${area}) ${head}-${tail} x${random.int(10, 99)}`, 7],
    ])
  }
  return international(random, phone)
}

/**
 * @param {Random} random
 * @param {Phone} phone
 */
function international(random, { country, area, local }) {
  const code = CALLING_CODES[country]
  const [head, tail] = [local.slice(0, -3), local.slice(-3)]
  return random.weighted([
    [`0${area} ${local}`, 30],
    [`+${code} ${area} ${local}`, 30],
    [`00${code} ${area} ${head} ${tail}`, 12],
    [`+${code} (0)${area} ${local}`, 10],
    [country === 'DE' ? `0${area}/${head}-${tail}` : `(0${area}) ${head} ${tail}`, 18],
  ])
}

/**
 * Card numbers are printed in groups of four; cashiers type them as they please.
 * @param {Random} random
 * @param {string} card twelve digits
 */
export function messyCard(random, card) {
  const groups = [card.slice(0, 4), card.slice(4, 8), card.slice(8)]
  return random.weighted([
    [card, 60],
    [groups.join(' '), 22],
    [groups.join('-'), 18],
  ])
}

/**
 * @param {Random} random
 * @param {boolean} value
 */
export function messyBoolean(random, value) {
  return value
    ? random.pick(['true', 'TRUE', 'yes', 'Y', '1', 't'])
    : random.pick(['false', 'no', 'N', '0', 'f'])
}
