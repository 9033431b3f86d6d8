import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

/** Phones of rows that tell their region: `[number, region, normal form]`, an empty region is none, null a refused number. */
type Case = readonly [string, string, string | null]

/** `phone` has a default region, `fax` has none; both take the row's own. */
async function normalForms(type: 'phone' | 'fax', cases: readonly Case[]): Promise<readonly Case[]> {
  const lines = cases.map(([number, region], i) => `${String(i + 1000)},"${number}","${region}"`)
  const folder = writeProject({
    'data/people.csv': `id,number,country\n${lines.join('\n')}\n`,
    'models/people.yml': `
      entities:
        - name: customer
          identifiers:
            - { name: id }
            - { name: phone, normalize: { phone: { region: US } } }
            - { name: fax, normalize: phone }
      sources:
        - name: people
          file: data/people.csv
          key: id
          identifiers: { id: id, ${type}: { column: number, region_column: country } }
      `,
  })
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  const rows = await query(
    folder,
    `select id__customer__${type}__1 as normal from rows_people order by record_key`,
  )
  return cases.map(([number, region], i) => [number, region, rows[i]?.normal as string | null])
}

function becomes(cases: readonly Case[], type: 'phone' | 'fax' = 'phone') {
  return async () => expect(await normalForms(type, cases)).toEqual(cases)
}

describe('phones of rows that tell their region', () => {
  it(
    'national numbers lose their trunk prefix and take the calling code',
    becomes([
      ['(650) 555-1212', 'US', '+16505551212'],
      ['1-650-555-1212', 'US', '+16505551212'],
      ['07911 123456', 'GB', '+447911123456'],
      ['7911 123456', 'GB', '+447911123456'],
      ['020 7946 0958', 'GB', '+442079460958'],
      ['030 123456', 'DE', '+4930123456'],
      ['01 23 45 67 89', 'FR', '+33123456789'],
      ['8 (495) 123-45-67', 'RU', '+74951234567'],
      ['495 123 45 67', 'RU', '+74951234567'],
      ['(11) 91234-5678', 'BR', '+5511912345678'],
      ['011 91234-5678', 'BR', '+5511912345678'],
      ['02 9374 4000', 'AU', '+61293744000'],
      ['03-1234-5678', 'JP', '+81312345678'],
      ['06 1 234 5678', 'HU', '+3612345678'],
    ]),
  )

  it(
    'where there is no trunk prefix the number stays whole, in Italy with its zero',
    becomes([
      ['06 1234 5678', 'IT', '+390612345678'],
      ['339 123 4567', 'IT', '+393391234567'],
      ['22 12 34 56', 'NO', '+4722123456'],
      ['55 1234 5678', 'MX', '+525512345678'],
      ['621 123 456', 'LU', '+352621123456'],
      ['2123 4567', 'HK', '+85221234567'],
    ]),
  )

  it(
    'international numbers are read alike in every region, 00 everywhere, other exit prefixes at home',
    becomes([
      ['+49 30 123456', 'US', '+4930123456'],
      ['0049 30 123456', 'US', '+4930123456'],
      ['0049 30 123456', 'DE', '+4930123456'],
      ['011 44 20 7946 0958', 'US', '+442079460958'],
      ['0011 44 20 7946 0958', 'AU', '+442079460958'],
      ['8 10 49 30 123456', 'RU', '+4930123456'],
      ['010 1 650 555 1212', 'JP', '+16505551212'],
      ['+1 650 555 1212', 'XX', '+16505551212'],
    ]),
  )

  it(
    'a zero in brackets is dialled at home only, extensions nowhere',
    becomes([
      ['+49 (0)30 123456', 'DE', '+4930123456'],
      ['0049 (0) 30 123456', 'GB', '+4930123456'],
      ['(0)30 123456', 'DE', '+4930123456'],
      ['(0) 6 1234 5678', 'IT', '+390612345678'],
      ['650.555.1212 x3', 'US', '+16505551212'],
      ['+1 650 555 1212 ext. 77', 'DE', '+16505551212'],
      ['030 123456 Ext 5', 'DE', '+4930123456'],
      ['020 7946 0958;ext=7', 'GB', '+442079460958'],
      ['020 7946 0958 #12', 'GB', '+442079460958'],
    ]),
  )

  it(
    'regions are read in any case and spacing; a row without one has the default',
    becomes([
      ['07911 123456', 'gb', '+447911123456'],
      ['07911 123456', '  Gb ', '+447911123456'],
      ['415.555.2671 x123', '', '+14155552671'],
      ['(650) 555-1212', '   ', '+16505551212'],
      ['07911 123456', '', null],
    ]),
  )

  it(
    'without a default a row without region has international numbers only',
    becomes(
      [
        ['07911 123456', 'GB', '+447911123456'],
        ['07911 123456', '', null],
        ['+44 7911 123456', '', '+447911123456'],
        ['0044 7911 123456', '', '+447911123456'],
      ],
      'fax',
    ),
  )

  it(
    'unknown regions, wrong lengths and what is no number are refused',
    becomes([
      ['(650) 555-1212', 'XX', null],
      ['(650) 555-1212', 'USA', null],
      ['07911 123456', 'US', null],
      ['12345', 'US', null],
      ['555-2671', 'US', null],
      ['12', 'DE', null],
      ['abc', 'US', null],
      ['+0 650 555 1212', 'US', null],
      ['+1234567890123456', 'US', null],
      ['', 'US', null],
      ['650+555+1212', 'US', null],
    ]),
  )
})
