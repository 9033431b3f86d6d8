import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import type { LoopStep, Program, Step } from '../../src/program/program.js'
import { executeProgram } from '../../src/run/execute-program.js'
import { parseMoment } from '../../src/run/moments.js'
import { query } from '../project-run.js'
import { ran } from './accounts.js'

const MODELS = `
entities:
  - name: customer
    identifiers: [{ name: cookie }]
sources:
  - { name: visits, file: visits.csv, key: id, identifiers: { cookie: [a, b] } }
`

/** A chain of a hundred cookies: one customer, in more than one round. */
const CHAIN = `id,a,b\n${Array.from({ length: 99 }, (_, i) => `${i},c${i},c${i + 1}`).join('\n')}\n`

/** A project that ran, and what becomes of its program when steps of identity are changed behind its back. */
async function broken(change: (step: Step) => Step) {
  const { folder, run } = await ran(MODELS, { 'visits.csv': CHAIN })
  if (!run.program) throw new Error('no program')
  const program: Program = {
    ...run.program,
    nodes: run.program.nodes.map((node) =>
      node.kind === 'identity' ? { ...node, steps: node.steps.map(change) } : node,
    ),
  }
  expect(program).not.toEqual(run.program)
  const asOf = parseMoment('2026-07-01')
  if (asOf === undefined) throw new Error('no moment')
  const connection = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
  try {
    const executed = await executeProgram(program, {
      connection,
      dialect: duckdb,
      internalSchema: 'cdp_internal',
      runId: 'broken',
      asOf,
      parallel: 1,
      clock: () => 0,
    })
    return { executed, folder }
  } finally {
    await connection.close()
  }
}

const inLoop = (change: (loop: LoopStep) => LoopStep) => (step: Step) =>
  step.kind === 'loop' ? change(step) : step

describe('identity resolution that breaks its own rules', () => {
  it('is found out where a link joins two components, and publishes nothing', async () => {
    const { executed, folder } = await broken(inLoop((loop) => ({ ...loop, unwind: [] })))
    expect(executed.status).toBe('failed')
    expect(executed.error).toMatchObject({
      node: 'identity.customer',
      step: 'No link may join two components.',
      message: 'Identity resolution broke its own rule: a link joins two components. Nothing was published.',
      remedy: 'This is a bug in cdp: please report it with target/run_results.json.',
      exit_code: 70,
    })
    expect(executed.error?.rows.length).toBeGreaterThan(0)
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '1' }])
    expect(
      await query(folder, "select count(*) as n from customer_id_changes where run_id = 'broken'"),
    ).toEqual([{ n: '0' }])
  })

  it('is found out where rounds are lost on the way back', async () => {
    const { executed } = await broken(
      inLoop((loop) => ({
        ...loop,
        unwind: loop.unwind.map((step) =>
          step.kind === 'statement'
            ? { ...step, sql: step.sql.replace('coalesce("c"."component", ', '(') }
            : step,
        ),
      })),
    )
    expect(executed.error?.message).toContain('a link joins two components')
  })

  it('ends in an error at the limit of rounds, never in a part of the result', async () => {
    const { executed, folder } = await broken(inLoop((loop) => ({ ...loop, limit: 1 })))
    expect(executed.status).toBe('failed')
    expect(executed.error).toMatchObject({
      node: 'identity.customer',
      message: 'the loop was not done after 1 rounds',
      remedy: 'This is a bug in cdp: please report it with target/run_results.json.',
      exit_code: 70,
    })
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '1' }])
  })

  it('is found out where two identifiers get one number', async () => {
    const { executed } = await broken((step) =>
      step.kind === 'statement' && step.sql.includes('"nodes_customer__scratch" as')
        ? {
            ...step,
            sql: step.sql
              .replace('select\n  "node",\n  "strength"', 'select\n  "node" % 50 as "node",\n  "strength"')
              .replace('group by\n  "node",', 'group by\n  "node" % 50,'),
          }
        : step,
    )
    expect(executed.error?.message).toBe(
      'Two different identifiers have the same 64-bit fingerprint. Nothing was published.',
    )
  })
})
