import { at } from '../language/origin.js'
import type { Trait } from '../language/trait.js'
import type { Checking } from './checking.js'
import { findCycles } from './cycles.js'
import type { Place } from './findings.js'
import { readableTables } from './graph.js'
import { traitInputs } from './trait-order.js'

/** What is built from itself: CDP3003 with the way around, CDP3004 where a customer would feed itself. */
export function checkCycles(checking: Checking, nodes: readonly string[]): void {
  const { edges } = checking
  for (const cycle of findCycles(nodes, (node) => edges.inputsOf(node))) {
    if (cycle.some((id) => kindOf(id) === 'identity')) checkFeeding(checking, cycle)
    else sayCycle(checking, cycle.map(nameOf), kindOf(cycle[0] ?? ''), placeIn(checking, cycle))
  }
  for (const entity of checking.declarations.entities.keys()) {
    checkTraitCycles(checking, checking.declarations.traitsOf(entity))
  }
}

function checkTraitCycles(checking: Checking, traits: readonly Trait[]): void {
  const byName = new Map(traits.map((trait) => [trait.name, trait]))
  const inputsOf = (name: string): readonly string[] => {
    const trait = byName.get(name)
    return trait ? traitInputs(trait, checking.lexicon).filter((input) => byName.has(input)) : []
  }
  for (const cycle of findCycles([...byName.keys()], inputsOf)) {
    const trait = byName.get(cycle[0] ?? '')
    if (trait) sayCycle(checking, cycle, 'trait', placeOfInput(trait, cycle[1]))
  }
}

function placeOfInput({ origin, definition }: Trait, input: string | undefined): Place {
  if (definition.kind !== 'ratio') return at(origin, definition.kind)
  return at(origin, 'ratio', definition.numerator === input ? 0 : 1)
}

function sayCycle(
  checking: Checking,
  names: readonly string[],
  kind: string,
  place: Place | undefined,
): void {
  if (!place) return
  const [name = ''] = names
  const message =
    names.length === 2 ? `the ${kind} ${name} is made from itself` : `${kind}s are made from each other`
  checking.findings.error('CDP3003', place, `${message}: ${names.join(' → ')}`, {
    expected: 'each made only from what does not need it',
  })
}

/** Identity is made from sources; a source that reads a model that reads customers would make customers from customers. */
function checkFeeding(checking: Checking, cycle: readonly string[]): void {
  const identity = cycle.find((id) => kindOf(id) === 'identity') ?? ''
  const entity = nameOf(identity)
  const start = cycle.indexOf(identity)
  const steps = [...cycle.slice(start, -1), ...cycle.slice(0, start), identity]
  const model = steps.findLastIndex((id) => kindOf(id) === 'model')
  const reader = steps[model] ?? ''
  const place = checking.edges.place(reader, steps[model + 1] ?? '')
  if (!place) return
  // The nodes of one entity are one to its reader.
  const names = steps.slice(1, model + 1).map(nameOf)
  const path = names.filter((name, i) => name !== names[i - 1])
  const made = [...readableTables(entity).keys()].join(', ')
  checking.findings.error(
    'CDP3004',
    place,
    `${nameOf(reader)} feeds ${entity} and cannot read what is made of it`,
    {
      expected: `sources and models that do not read ${made}`,
      hint: `${entity} is made from ${path.join(' → ')}`,
    },
  )
}

function placeIn({ edges }: Checking, cycle: readonly string[]): Place | undefined {
  return edges.place(cycle[0] ?? '', cycle[1] ?? '')
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf('.'))
}

function nameOf(id: string): string {
  return id.slice(id.indexOf('.') + 1)
}
