import { describe, expect, it } from 'vitest'
import { type FinishedRun, runProjectIn, writeProject } from '../project-run.js'

/** SQL that someone wrote into the project and that the engine refuses: told at its place, in the engine's words. */

const PEOPLE = {
  'people.csv': 'id,email,age,joined\n1,ann@x.com,40,2026-01-01\n2,bob@x.com,old,2026-01-02\n',
}

interface Written {
  readonly attribute?: string
  readonly source?: string
  readonly traits?: readonly string[]
  readonly segments?: readonly string[]
  readonly model?: string
}

async function failed({ attribute, source, traits, segments, model }: Written): Promise<FinishedRun> {
  const folder = writeProject({
    ...PEOPLE,
    'models/all.yml': `entities:
  - name: customer
    max_profile_share: 100%
    identifiers: [{ name: email }]
    attributes:
      - { name: age${attribute ? `, ${attribute}` : ''} }
      - { name: fine, normalize: { sql: "upper(value)" } }
sources:
  - name: people
    file: people.csv
    key: id
    identifiers: { email: email }
    attributes: { age: age, fine: { sql: "trim(email)" } }
${source ? `    ${source}\n` : ''}${traits ? `traits:\n${traits.map((one) => `  - ${one}\n`).join('')}` : ''}${segments ? `segments:\n${segments.map((one) => `  - ${one}\n`).join('')}` : ''}`,
    ...(model && { 'models/report.sql': model }),
  })
  const run = await runProjectIn(folder)
  expect(run.result?.status).toBe('failed')
  expect(run.result?.error?.exit_code).toBe(1)
  return run
}

describe('SQL that the engine refuses is told at its place', () => {
  it('of a trait, among others of the same statement', async () => {
    const { printed } = await failed({
      traits: [
        '{ name: shout, type: string, sql: "upper(age)" }',
        '{ name: older, type: integer, sql: "no_such_function(age)" }',
        '{ name: long, type: boolean, sql: "length(age) > 2" }',
      ],
    })
    expect(printed).toContain('models/all.yml:16:41 error CDP6006: Catalog Error: Scalar Function')
    expect(printed).toContain(`> 16 |   - { name: older, type: integer, sql: "no_such_function(age)" }
     |                                         ^^^^^^^^^^^^^^^^
`)
    expect(printed).not.toContain('(line')
  })

  it('of a trait whose value does not cast, in several lines', async () => {
    const { printed } = await failed({
      traits: [
        '{ name: shout, type: string, sql: "upper(age)" }',
        `name: doubled
    type: integer
    sql: |
      -- as a number
      cast(age as integer)
        * 2`,
      ],
    })
    expect(printed).toMatch(
      /^models\/all\.yml:20:7 error CDP6006: Conversion Error: Could not convert string 'old'/,
    )
  })

  it.each([
    ['a segment', { segments: ['{ name: vip, where: { sql: "fine like 1" } }'] }, 'like'],
    ['the type of a trait', { traits: ['{ name: n, type: integer, sql: "age" }'] }, '"age"'],
    ['a property', { source: 'properties: { x: { sql: "cast(joined as integer)" } }' }, 'cast'],
    ['a where', { source: 'where: { sql: "joined + 1" }' }, '+'],
    [
      'a normaliser',
      { attribute: 'normalize: { sql: "no_such_function(value, 1)" }' },
      '"no_such_function(value, 1)"',
    ],
    ['a merge policy', { attribute: 'merge: { sql: "no_such_aggregate(value)" }' }, 'no_such_aggregate'],
  ])('of %s', async (_, written: Written, marked) => {
    const { printed } = await failed(written)
    const lines = printed.split('\n')
    expect(lines[0]).toMatch(/^models\/all\.yml:\d+:\d+ error CDP6006: \w+ Error: /)
    const carets = lines.findIndex((line) => line.includes('^'))
    const [from, to] = [lines[carets]?.indexOf('^') ?? 0, (lines[carets]?.lastIndexOf('^') ?? 0) + 1]
    expect(lines[carets - 1]?.slice(from, to)).toBe(marked)
  })

  it('of a model, with its line', async () => {
    const { printed } = await failed({ model: 'select id,\n  no_such_column\nfrom {{source "people"}}\n' })
    expect(printed).toMatch(/^models\/report\.sql:2:3 error CDP6006: Binder Error: /)
    expect(printed).toContain('> 2 |   no_such_column\n    |   ^^^^^^^^^^^^^^')
  })
})
