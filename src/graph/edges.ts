import type { Place } from './findings.js'

/** Which node reads which, and where that is written. The first place of each edge counts. */
export class Edges {
  private readonly of = new Map<string, Map<string, Place>>()

  add(node: string, input: string, place: Place): void {
    const inputs = this.of.get(node)
    if (!inputs) this.of.set(node, new Map([[input, place]]))
    else if (!inputs.has(input)) inputs.set(input, place)
  }

  inputsOf(node: string): readonly string[] {
    return [...(this.of.get(node)?.keys() ?? [])]
  }

  place(node: string, input: string): Place | undefined {
    return this.of.get(node)?.get(input)
  }
}
