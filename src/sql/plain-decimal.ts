/** A number as written in YAML (`1e3`, `.5`, `5.0`, `+7`) in plain digits, without zeros that say nothing: `1000`, `0.5`, `5`, `7`. */
export function plainDecimal(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text.trim())
  if (!match) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : ''
  const after = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits
  const plain = `${before.replace(/^0+/, '') || '0'}.${after}`.replace(/\.0*$|(?<=\.\d*[1-9])0+$/, '')
  const isZero = !/[1-9]/.test(plain)
  return isZero ? '0' : sign === '-' ? `-${plain}` : plain
}
