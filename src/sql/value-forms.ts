/** Patterns that every engine understands, without anchors: text of these forms reads as a number … */
export const INTEGER = '[+-]?[0-9]+'
export const DECIMAL = '[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)'
export const FLOAT = `${DECIMAL}(?:[eE][+-]?[0-9]{1,3})?`

/** Words that read as true or false, in lower case. */
export const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
export const FALSE = ['false', 'f', 'no', 'n', 'off', '0']

/** Times as ISO 8601 has them, of the years that all engines have: no year 0, which some take for 1 BC. */
const YEAR = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])'
export const DAY = `${YEAR}-[0-9]{2}-[0-9]{2}`
export const MINUTE = '(?:[01][0-9]|2[0-3]):[0-5][0-9]'
export const SECOND = ':[0-5][0-9](?:[.][0-9]{1,9})?'
/** Exports of shops write ` -0500`, those of warehouses ` UTC`. */
export const OFFSET = ' ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)'

/** A day, or a day and a time of the clock, with an offset or without. */
export const ISO_TIME = `${DAY}(?:[Tt ]${MINUTE}(?:${SECOND})?(?:${OFFSET})?)?`
