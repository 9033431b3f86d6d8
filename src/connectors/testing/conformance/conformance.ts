import type { ConnectorDefinition } from '../../../language/connector.js'
import type { OperationName } from '../../description.js'
import type { StandInClock } from '../stand-in.js'
import { outcomeFaults, troubleFaults } from './check-answers.js'
import { rekeyFaults } from './check-rekey.js'
import { secretFaults } from './check-secrets.js'
import { absenceFaults, textFaults, typeFaults } from './check-values.js'
import { placesOf } from './places.js'
import { type Specimen, specimensOf } from './specimen.js'
import { talkWith } from './talk.js'

/** What every connector is held to, whatever its examples show; in the order of the report. */
export const CONFORMANCE = {
  shown: 'every operation has an example',
  text: 'text stays text: quotes, braces, line breaks, paths, other scripts, 20 000 characters',
  types: 'numbers, booleans, dates and JSON arrive as they are',
  absence: 'what is missing is left out, or its row refused',
  troubles: 'what says nothing of a row takes none, and refuses none',
  outcomes: 'outcomes reach their rows',
  rekey: 'a row that gets another key arrives whole',
  secrets: 'secrets are in nothing that people read',
} as const

export type Requirement = keyof typeof CONFORMANCE

export interface Fault {
  readonly requirement: Requirement
  readonly operation: OperationName
  readonly message: string
}

/** Holds a connector to `CONFORMANCE`, against a server on this machine; gives what is not as it must be. */
export async function conformanceFaults(
  definition: ConnectorDefinition,
  clock: StandInClock,
): Promise<readonly Fault[]> {
  const { specimens, without } = specimensOf(definition)
  const faults: Fault[] = without.map((operation) => ({
    requirement: 'shown',
    operation,
    message: 'no example sends rows with it',
  }))
  for (const specimen of specimens) {
    const found = await faultsOf(definition, specimen, clock)
    for (const [requirement, messages] of found)
      for (const message of new Set(messages)) faults.push({ requirement, operation: specimen.name, message })
  }
  const [rekey, upsert] = ['rekey', 'upsert'].map((name) => specimens.find((one) => one.name === name))
  if (rekey && upsert)
    for (const message of await rekeyFaults(definition, rekey, upsert, clock))
      faults.push({ requirement: 'rekey', operation: 'rekey', message })
  return faults
}

async function faultsOf(
  definition: ConnectorDefinition,
  specimen: Specimen,
  clock: StandInClock,
): Promise<readonly (readonly [Requirement, readonly string[]])[]> {
  const found = await talkWith(definition, specimen, clock, async (talk) => {
    const text: string[] = []
    const types: string[] = []
    for (const place of placesOf(definition, specimen)) {
      text.push(...(await textFaults(talk, place)))
      types.push(...(await typeFaults(talk, place)))
    }
    return [
      ['text', text],
      ['types', types],
      ['absence', await absenceFaults(talk, specimen.row)],
      ['troubles', await troubleFaults(talk, specimen)],
      ['outcomes', await outcomeFaults(talk, specimen)],
    ] as const
  })
  return [...found, ['secrets', await secretFaults(definition, specimen, clock)]]
}
