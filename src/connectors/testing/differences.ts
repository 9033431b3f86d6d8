/** Where two values differ: `body.inputs.0.id is 1, expected "c_1"`. Types count. */
export function differences(actual: unknown, expected: unknown, path: string): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differences(actual[index], expected[index], `${path}.${index}`),
    )
  }
  if (isMapping(expected) && isMapping(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return keys.flatMap((key) => differences(member(actual, key), member(expected, key), `${path}.${key}`))
  }
  if (Object.is(actual, expected)) return []
  if (expected === undefined) return [`${path} is ${shown(actual)}, and is not expected`]
  if (actual === undefined) return [`${path} is missing, expected ${shown(expected)}`]
  return [`${path} is ${shown(actual)}, expected ${shown(expected)}`]
}

function member(mapping: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
