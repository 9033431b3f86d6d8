/** A row as the command line names it: `orders/1001`, the parts of a composite key with slashes. */
export function rowName(source: string, key: string): string {
  return `${source}/${keyParts(key)?.join('/') ?? key}`
}

function keyParts(key: string): readonly string[] | undefined {
  if (!key.startsWith('[')) return undefined
  try {
    const parts: unknown = JSON.parse(key)
    const plain =
      Array.isArray(parts) && parts.every((part) => typeof part === 'string' && !part.includes('/'))
    return plain ? parts : undefined
  } catch {
    return undefined
  }
}
