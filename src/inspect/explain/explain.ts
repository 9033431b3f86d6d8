import { UsageError } from '../../diagnostics/errors.js'
import type { IdentityInput } from '../../identity/graph-tables.js'
import { identityInput } from '../../identity/identity-node.js'
import type { Entity } from '../../language/entity.js'
import { RetiredId } from '../former-id.js'
import type { Inspected } from '../inspected.js'
import type { Wanted } from '../wanted.js'
import { explainApart } from './apart.js'
import { readDecisions } from './decisions.js'
import { readEndpoint } from './endpoints.js'
import type { Explanation } from './explanation.js'
import { readSources } from './read-sources.js'
import { tellFormer, tellStory } from './story.js'
import { explainTogether } from './together.js'

export interface Explained {
  readonly entity: Entity
  readonly explanation: Explanation
}

/** How a customer came to be; at most `limit` of its identifiers are told. */
export async function explainOne(inspected: Inspected, wanted: Wanted, limit: number): Promise<Explained> {
  try {
    const end = await readEndpoint(inspected, wanted)
    const { entity } = end.found
    const { input, sources, decisions } = await prepare(inspected, entity)
    const about = { asked: end.asked, limit }
    return { entity, explanation: await tellStory(inspected, input, sources, decisions, about) }
  } catch (error) {
    if (!(error instanceof RetiredId)) throw error
    const { entity, id, message } = error
    return {
      entity,
      explanation: await tellFormer(inspected, identityInput(inspected.project, entity), id, message),
    }
  }
}

/** Why two are one customer, or are not. `all`: every chain that shares no link with a stronger one. */
export async function explainPair(
  inspected: Inspected,
  first: Wanted,
  second: Wanted,
  all: boolean,
): Promise<Explained> {
  const [from, to] = [await readEndpoint(inspected, first), await readEndpoint(inspected, second)]
  const { entity } = from.found
  if (entity.name !== to.found.entity.name)
    throw new UsageError(
      `one is of the entity ${entity.name}, the other of ${to.found.entity.name}`,
      'Only two of one entity can be one.',
    )
  const { input, sources, decisions } = await prepare(inspected, entity)
  const explanation =
    from.found.id === to.found.id
      ? await explainTogether(inspected, input, sources, decisions, { from, to, all })
      : await explainApart(inspected, input, sources, decisions, { from, to })
  return { entity, explanation }
}

async function prepare(inspected: Inspected, entity: Entity) {
  const input: IdentityInput = identityInput(inspected.project, entity)
  const sources = await readSources(inspected, input)
  return { input, sources, decisions: await readDecisions(inspected, input) }
}
