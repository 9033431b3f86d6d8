import { describe, expect, it } from 'vitest'
import { query } from '../project-run.js'
import { ran } from './accounts.js'
import { groups, refused, unidentified, values } from './read-identity.js'

describe('match rules', () => {
  it('join rows that have all parts and agree, after names are compared as names', async () => {
    const { folder } = await ran(
      `
entities:
  - name: customer
    identifiers: [{ name: shop_id }]
    match:
      - { name: person, on: [last_name, birth_date, { attribute: postcode, normalize: none }] }
      - { name: household, on: [street, { attribute: number, normalize: digits }], shared_above: { shop_id: 2 } }
    attributes:
      - { name: birth_date, type: date }
      - { name: number, type: integer }
sources:
  - name: accounts
    file: accounts.csv
    key: id
    identifiers: { shop_id: shop }
    attributes: [last_name, birth_date, postcode, street, number]
  - name: letters
    file: letters.csv
    key: id
    identity: attach
    attributes: [last_name, birth_date, postcode, street]
`,
      {
        'accounts.csv': `id,shop,last_name,birth_date,postcode,street,number
01,s1,O'Néill,1980-05-12,AB1,,
02,s2,o neill,1980-05-12T10:00:00Z,AB1,,
03,s3,O'Neill,1980-05-12,ab1,,
04,s4,O'Neill,1980-05-13,AB1,,
05,s5,O'Neill,,AB1,,
06,s6,O'Neill,not a day,AB1,,
07,s7,unknown,1980-05-12,AB1,,
08,s8,Unknown,1980-05-12,AB1,,
09,s9,--,1980-05-12,AB1,Main St.,12
10,s10,,,,MAIN ST,12
11,s11,,,,High St,7
12,s12,,,,High St,7
13,s13,,,,High St,7
14,,O'NEILL,1980-05-12,AB1,,
15,,,1980-05-12,AB1,High St,7
`,
        'letters.csv': `id,last_name,birth_date,postcode,street
a,O’Neill,1980-05-12,AB1,Main St
b,Smith,1980-05-12,AB1,Main St
c,,1980-05-12,AB1,Main St
`,
      },
    )
    expect(await groups(folder)).toEqual([
      'accounts/01 accounts/02 accounts/14 letters/a',
      ...['accounts/03', 'accounts/04', 'accounts/05', 'accounts/06', 'accounts/07', 'accounts/08'],
      'accounts/09 accounts/10',
      ...['accounts/11', 'accounts/12', 'accounts/13'],
    ])
    expect(await unidentified(folder)).toEqual(['accounts/15', 'letters/b', 'letters/c'])
    expect(await refused(folder)).toEqual(['accounts household "[\\"high st\\",\\"7\\"]" shared_above 4 11'])
    // Composite identifiers are no identifiers that a person would look for.
    expect(await query(folder, 'select distinct identifier from customer_identifiers')).toEqual([
      { identifier: 'shop_id' },
    ])
  })
})

describe('which customer a row belongs to', () => {
  it('that of its strongest accepted identifier; rules come after all identifiers', async () => {
    const { folder, run } = await ran(
      `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }, { name: cookie }]
    match: [{ name: person, on: [last_name, city] }]
sources:
  - { name: accounts, file: accounts.csv, key: id, identifiers: { shop_id: shop, email: email } }
  - { name: people, file: people.csv, key: id, identifiers: { cookie: cookie }, attributes: [last_name, city] }
  - name: panel
    file: panel.csv
    key: id
    party: third
    identifiers: { cookie: cookie, email: [email, other], shop_id: shop }
    attributes: [last_name, city]
`,
      {
        'accounts.csv': 'id,shop,email\n1,s1,ann@x.com\n2,s2,bob@x.com\n',
        'people.csv': 'id,cookie,last_name,city\np1,c1,Smith,Ulm\np2,c2,Jones,Ulm\n',
        'panel.csv': `id,cookie,email,other,shop,last_name,city
a,c1,bob@x.com,,s1,Jones,Ulm
b,c1,bob@x.com,,s9,Jones,Ulm
c,c1,nobody@x.com,bob@x.com,,,
d,c1,n/a,,,Jones,Ulm
e,c9,,,,Jones,Ulm
f,c9,ann@x.com,bob@x.com,,,
g,c9,,,,Nobody,Ulm
h,,,,,,
`,
      },
    )
    expect(await groups(folder)).toEqual([
      'accounts/1 panel/a panel/f',
      'accounts/2 panel/b panel/c',
      'panel/d people/p1',
      'panel/e people/p2',
    ])
    expect(await unidentified(folder)).toEqual(['panel/g', 'panel/h'])
    expect(run.result?.measures['identity.customer']?.identity?.[0]?.unidentified).toBe('2')
    // What only attaching sources have is no node of the graph.
    expect(await values(folder, 'cookie')).toEqual(['c1', 'c2'])
    expect(await values(folder, 'shop_id')).toEqual(['s1', 's2'])
    expect(await query(folder, "select record_count from customer_profiles where shop_id = 's1'")).toEqual([
      { record_count: '3' },
    ])
  })

  it('a joining row ties all of its identifiers together, a star from the strongest', async () => {
    const { folder, run } = await ran(
      `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }, { name: cookie }]
sources:
  - { name: visits, file: visits.csv, key: id, identifiers: { cookie: [first, second], email: email, shop_id: shop } }
`,
      {
        'visits.csv': `id,first,second,email,shop
1,c1,c2,a@x.com,s1
2,c1,c2,a@x.com,s1
3,c2,c1,,
4,c3,c3,,
5,,c4,b@x.com,
6,,,,s2
`,
      },
    )
    expect(await groups(folder)).toEqual(['visits/1 visits/2 visits/3', 'visits/4', 'visits/5', 'visits/6'])
    // s1–a@x.com, s1–c1, s1–c2, c1–c2, b@x.com–c4
    expect(run.result?.measures['identity.customer']?.identity?.[0]).toMatchObject({
      customers: '4',
      identifiers: '8',
      edges: '5',
      unidentified: '0',
      largest_profile: '4',
      created: '4',
    })
    expect(
      await query(
        folder,
        "select value, row_count from customer_identifiers where identifier = 'cookie' order by 1",
      ),
    ).toEqual([
      { value: 'c1', row_count: '3' },
      { value: 'c2', row_count: '3' },
      { value: 'c3', row_count: '1' },
      { value: 'c4', row_count: '1' },
    ])
  })
})
