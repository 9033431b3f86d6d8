/** Text of these forms reads as a number, on every engine; patterns that all of them understand, without anchors. */
export const INTEGER = '[+-]?[0-9]+'
export const DECIMAL = '[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)'
export const FLOAT = `${DECIMAL}(?:[eE][+-]?[0-9]{1,3})?`

/** Words that read as true or false, in lower case. */
export const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
export const FALSE = ['false', 'f', 'no', 'n', 'off', '0']
