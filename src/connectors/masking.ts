/** Hides secrets wherever text leaves a connector: by their value, in every spelling in which they travel. */
export class Mask {
  readonly #spellings = new Set<string>()

  constructor(secrets: Iterable<string>) {
    for (const secret of secrets) this.add(secret)
  }

  add(secret: string): void {
    const trimmed = secret.trim()
    if (trimmed === '') return
    for (const spelling of [
      trimmed,
      ...addressParts(trimmed),
      encodeURIComponent(trimmed),
      JSON.stringify(trimmed).slice(1, -1),
      Buffer.from(trimmed, 'utf8').toString('base64').replace(/=+$/, ''),
    ])
      this.#spellings.add(spelling)
  }

  text(text: string): string {
    const longestFirst = [...this.#spellings].sort((a, b) => b.length - a.length)
    return longestFirst.reduce((masked, spelling) => masked.replaceAll(spelling, '***'), text)
  }
}

/** Of a secret that is an address, the part that a receiver repeats: what follows its host. */
function addressParts(secret: string): string[] {
  if (!/^https?:/.test(secret) || !URL.canParse(secret)) return []
  const { pathname, search } = new URL(secret)
  return pathname.length > 1 || search !== ''
    ? [`${pathname}${search}`, pathname].filter((part) => part.length > 1)
    : []
}
