import { describe, expect, it } from 'vitest'
import { openTarget } from '../../src/cli/load-project.js'
import { load, query, runProjectIn, writeProject } from '../project-run.js'

/** Numbers that are none, or so large that no sum holds them: set aside, whatever the file, and never the end of a run. */

const orders = (file: string) => `
entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
sources:
  - name: orders
    file: ${file}
    key: k
    identifiers: { person: p }
    properties: { weight: { type: float }, amount: { type: number }, pieces: { type: integer } }
traits:
  - { name: weight_sum, from: orders, sum: weight }
  - { name: weight_mean, from: orders, avg: weight }
  - { name: amount_sum, from: orders, sum: amount }
  - { name: pieces_sum, from: orders, sum: pieces }
  - { name: per_piece, ratio: [amount_sum, pieces_sum] }
`

const PROJECT = { 'models/all.yml': orders('orders.csv') }

const ROWS = [
  ['1', 'inf', '1'],
  ['2', '-inf', '2.5'],
  ['3', 'nan', '99999999999999999999.5'],
  ['4', '1e30', '100000000000000000000'],
  ['5', '2.5', '0'],
  ['6', '1.5', '-100000000000000000000'],
]

async function refusedIn(folder: string): Promise<readonly (readonly unknown[])[]> {
  const found = await query(
    folder,
    'select record_key, reason, column_name from rejected_values order by all',
  )
  return found.map(({ record_key, reason, column_name }) => [record_key, reason, column_name])
}

const REFUSED = [
  ['1', 'cast', 'weight'],
  ['2', 'cast', 'weight'],
  ['3', 'cast', 'weight'],
  ['4', 'cast', 'amount'],
  ['4', 'cast', 'weight'],
  ['6', 'cast', 'amount'],
]

const SUMS = {
  weight_sum: '4.000000000',
  weight_mean: '2.000000',
  amount_sum: '100000000000000000003.000000000',
}

describe('infinity, no number and numbers of 1e20 and more are set aside', () => {
  const sums = 'select weight_sum, weight_mean, amount_sum from customer_profiles'

  it('in a CSV file', async () => {
    const text = ROWS.map(([k, weight, amount]) => `${k},ann,${weight},${amount},1\n`).join('')
    const folder = writeProject({ ...PROJECT, 'orders.csv': `k,p,weight,amount,pieces\n${text}` })
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect(await refusedIn(folder)).toEqual(REFUSED)
    expect(await query(folder, sums)).toEqual([SUMS])
  })

  it('in JSON', async () => {
    const text = ROWS.map(([k, weight, amount]) => {
      const number = weight?.endsWith('inf') || weight === 'nan' ? `"${weight}"` : weight
      // As text: of numbers with a fraction, DuckDB keeps the digits that a double has.
      return `{"k":${k},"p":"ann","weight":${number},"amount":"${amount}","pieces":1}\n`
    }).join('')
    const folder = writeProject({ 'models/all.yml': orders('orders.jsonl'), 'orders.jsonl': text })
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect(await refusedIn(folder)).toEqual(REFUSED)
    expect(await query(folder, sums)).toEqual([SUMS])
  })

  it('in a Parquet file', async () => {
    const folder = writeProject({ 'models/all.yml': orders('orders.parquet') })
    const rows = ROWS.map(
      ([k, weight, amount]) => `('${k}', 'ann', '${weight}'::double, ${amount}::decimal(38,4), 1)`,
    )
    const database = await openTarget(load(folder))
    await database.execute(
      `copy (select * from (values ${rows.join(', ')}) as t (k, p, weight, amount, pieces)) to '${folder}/orders.parquet'`,
    )
    await database.close()
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect(await refusedIn(folder)).toEqual(REFUSED)
    expect(await query(folder, sums)).toEqual([SUMS])
  })
})

describe('sums that are too large', () => {
  const csv = (rows: readonly string[]) => ({
    ...PROJECT,
    'orders.csv': `k,p,weight,amount,pieces\n${rows.join('\n')}\n`,
  })

  it('of integers, and quotients of such numbers, are null for that customer, and the run warns of them', async () => {
    const folder = writeProject(
      csv([
        '1,ann,9e19,90000000000000000000,9223372036854775807',
        '2,ann,9e19,90000000000000000000,1',
        '3,bob,1,3,9223372036854775807',
        '4,cyd,-9e19,1,-9223372036854775808',
        '5,cyd,-9e19,1,-1',
      ]),
    )
    const { result } = await runProjectIn(folder)
    expect(result?.status).toBe('succeeded')
    expect(
      await query(
        folder,
        'select person, amount_sum, pieces_sum, weight_mean, per_piece from customer_profiles order by person',
      ),
    ).toEqual([
      {
        person: 'ann',
        amount_sum: '180000000000000000000.000000000',
        pieces_sum: null,
        weight_mean: null,
        per_piece: null,
      },
      {
        person: 'bob',
        amount_sum: '3.000000000',
        pieces_sum: '9223372036854775807',
        weight_mean: '1.000000',
        per_piece: '0.000000',
      },
      { person: 'cyd', amount_sum: '2.000000000', pieces_sum: null, weight_mean: null, per_piece: null },
    ])
    expect(
      result?.warnings.map(({ node, rows }) => [
        node,
        rows.map((row) => [row.trait, row.computed_from, row.customers]),
      ]),
    ).toEqual([
      [
        'traits.customer',
        [
          ['per_piece', 'amount_sum, pieces_sum', '1'],
          ['pieces_sum', 'orders', '2'],
          ['weight_mean', 'orders', '2'],
        ],
      ],
    ])
  })

  it('cannot come of numbers: as many as a source can have fit', async () => {
    const most = '99999999999999999999.999999999'
    const folder = writeProject(csv(Array.from({ length: 1000 }, (_, i) => `${i},ann,1,${most},1`)))
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect(await query(folder, 'select amount_sum from customer_profiles')).toEqual([
      { amount_sum: '99999999999999999999999.999999000' },
    ])
  })

  it('that might come of declared digits are an error before anything runs', async () => {
    const yaml = orders('orders.csv').replace('amount: { type: number }', 'amount: { type: "number(38,2)" }')
    const { printed } = await runProjectIn(writeProject({ ...csv([]), 'models/all.yml': yaml }))
    expect(printed).toContain(
      'error CDP4001: amount of orders has up to 36 digits before the point and 2 after it: its sum may not fit',
    )
    expect(printed).toContain('expected: at most 29 digits, as number(29,2) has them')
  })
})
