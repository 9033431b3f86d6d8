import { describe, expect, test } from 'vitest'
import { lane } from './chaos/lane.js'
import { mutant, NO_INTENT, NO_LEASE_CHECK, NO_REPLAN } from './mutants.js'
import { Receiver } from './receiver.js'

const SEED = Number(process.env.SEED ?? 11)

/** Chaos with a protection taken out, until the destination is wrong: a minute or so each, and asked for by ABLATIONS=1. */
describe.skipIf(process.env.ABLATIONS === undefined)('the destination is soon wrong', () => {
  test.each([
    ['without the intent', NO_INTENT],
    ['without the look at the lease', NO_LEASE_CHECK],
    ['without planning again what is marked', NO_REPLAN],
  ] as const)('%s', { timeout: 1_200_000 }, async (name, mutations) => {
    const receiver = await Receiver.listen()
    const built = mutant(name.replaceAll(' ', '-'), mutations)
    const came = await lane(built, receiver, SEED, { generations: 40 })
    console.log(name, JSON.stringify(came))
    expect(came.wrong).not.toEqual([])
  })
})
