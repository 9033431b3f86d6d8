import { describe, expect, it } from 'vitest'
import { query } from '../project-run.js'
import { ran } from './accounts.js'

/** `source/key` of the rows of each customer, in order; unidentified rows are left out. */
async function groups(folder: string): Promise<readonly string[]> {
  const rows = await query(
    folder,
    `select string_agg(source || '/' || record_key, ' ' order by source, record_key) as records
     from customer_records where customer_id is not null
     group by customer_id order by records`,
  )
  return rows.map((row) => String(row.records))
}

const unidentified = async (folder: string) =>
  (
    await query(
      folder,
      "select source || '/' || record_key as r from customer_records where customer_id is null order by r",
    )
  ).map((row) => row.r)

/** Refused identifiers as `source identifier value rule row_count sample`. */
const refused = async (folder: string) =>
  (await query(folder, 'select * from rejected_identifiers order by source, identifier, rule, value')).map(
    (row) =>
      [
        row.source,
        row.identifier,
        JSON.stringify(row.value),
        row.rule,
        row.row_count,
        row.sample_record_key,
      ].join(' '),
  )

const values = async (folder: string, identifier: string) =>
  (
    await query(
      folder,
      `select value from customer_identifiers where identifier = '${identifier}' order by 1`,
    )
  ).map((r) => r.value)

describe('rejected identifiers', () => {
  it('stand for nothing, by default and by the lists of the entity', async () => {
    const { folder } = await ran(
      `
entities:
  - name: customer
    identifiers:
      - name: code
      - name: email
        normalize: email
        accept: '[.](com|org)$'
        reject: [' NoReply@X.com ', 'mailto:shop@x.com', { pattern: '^(test|none)@' }]
      - { name: raw, normalize: none }
      - { name: anything, default_rejects: false }
      - { name: serial, normalize: digits, reject: ['12-34'] }
sources:
  - name: accounts
    file: accounts.csv
    key: id
    identifiers: { code: code, email: email, raw: raw, anything: anything, serial: serial }
`,
      {
        'accounts.csv': `id,code,email,raw,anything,serial
01,NULL,noreply@x.com,r,null,12 34
02, N/a ,SHOP@x.com,r,-1,1234
03,000-00,test@x.com, Unknown ,0,ABC
04,null,a@x.de, ,,0-0
05,\u00a0none\u200b,a@x,null,,5
06,null,mailto:ann@x.com,r2,,6
07,abc,contest@x.org,r3,,7
08,   ,,,,
`,
      },
    )
    expect(await refused(folder)).toEqual([
      'accounts code " N/a " default 1 02',
      'accounts code "000-00" default 1 03',
      'accounts code "NULL" default 1 01',
      'accounts code "null" default 2 04',
      'accounts code "\u00a0none\u200b" default 1 05',
      'accounts email "a@x.de" accept 1 04',
      'accounts email "a@x" email 1 05',
      'accounts email "SHOP@x.com" reject 1 02',
      'accounts email "noreply@x.com" reject 1 01',
      'accounts email "test@x.com" reject 1 03',
      'accounts raw " Unknown " default 1 03',
      'accounts raw "null" default 1 05',
      'accounts serial "0-0" default 1 04',
      'accounts serial "ABC" digits 1 03',
      'accounts serial "12 34" reject 1 01',
      'accounts serial "1234" reject 1 02',
    ])
    expect(await values(folder, 'code')).toEqual(['abc'])
    expect(await values(folder, 'email')).toEqual(['ann@x.com', 'contest@x.org'])
    expect(await values(folder, 'raw')).toEqual([' ', 'r', 'r2', 'r3'])
    expect(await values(folder, 'anything')).toEqual(['-1', '0', 'null'])
    expect(await values(folder, 'serial')).toEqual(['5', '6', '7'])
    expect(await unidentified(folder)).toEqual(['accounts/08'])
  })

  it('are checked after the normaliser, but for the default ones', async () => {
    const { folder } = await ran(
      `
entities:
  - name: customer
    identifiers:
      - { name: code, normalize: { sql: "replace(value, 'x', '') -- without x" }, accept: '^[0-9]+$', reject: ['x7'] }
      - { name: tag, normalize: name }
sources:
  - { name: accounts, file: accounts.csv, key: id, identifiers: { code: code, tag: tag } }
`,
      { 'accounts.csv': 'id,code,tag\n1,x12,"Ann, Smith"\n2,xx,ann smith\n3,7,...\n4,y,None\n5,none,-1-\n' },
    )
    expect(await refused(folder)).toEqual([
      'accounts code "y" accept 1 4',
      'accounts code "none" default 1 5',
      'accounts code "7" reject 1 3',
      'accounts code "xx" sql 1 2',
      'accounts tag "None" default 1 4',
      'accounts tag "..." name 1 3',
    ])
    expect(await groups(folder)).toEqual(['accounts/1 accounts/2', 'accounts/5'])
  })
})

describe('shared values', () => {
  const SHARED = `
entities:
  - name: customer
    identifiers:
      - name: shop_id
      - { name: email, normalize: email, shared_above: { shop_id: 2 } }
      - { name: device, normalize: lower, shared_above: { email: 1 } }
      - name: cookie
    attributes:
      - { name: emails, from: email, merge: collect }
sources:
  - name: accounts
    file: accounts.csv
    key: id
    identifiers: { shop_id: shop, email: email, device: device, cookie: cookie }
  - name: notes
    file: notes.csv
    key: id
    identity: attach
    identifiers: { device: device, email: email, cookie: cookie }
`
  it('are counted all at once, before any is taken out, and join nobody', async () => {
    const { folder } = await ran(SHARED, {
      'accounts.csv': `id,shop,email,device,cookie
1,s1,fam@x.com,d1,c1
2,s2,Fam@x.com,d1,c2
3,s3,FAM@x.com,d2,c3
4,s4,two@x.com,d3,c4
5,s5,two@x.com,D3,c5
6,,fam@x.com,d4,c6
7,,own@x.com,d4,c6
8,,fam@x.com,d5,
9,,,d4,
10,,fam@x.com,,
`,
      'notes.csv': 'id,device,email,cookie\nn1,D4,fam@x.com,\nn2,d4,fam@x.com,c6\nn3,d3,,\n',
    })
    // fam@x.com met 3 shops: shared. d4 met fam@x.com (shared, but counted) and own@x.com: shared. d1 met one e-mail.
    expect(await refused(folder)).toEqual([
      'accounts device "d4" shared_above 3 6',
      'accounts email "fam@x.com" shared_above 6 1',
      'notes device "d4" shared_above 2 n1',
      'notes email "fam@x.com" shared_above 2 n1',
    ])
    expect(await groups(folder)).toEqual([
      'accounts/1 accounts/2',
      'accounts/3',
      'accounts/4 accounts/5 notes/n3',
      'accounts/6 accounts/7 notes/n2',
      'accounts/8',
    ])
    expect(await unidentified(folder)).toEqual(['accounts/10', 'accounts/9', 'notes/n1'])
    expect(await values(folder, 'email')).toEqual(['own@x.com', 'two@x.com'])
  })

  it('still feed attributes that are made of them', async () => {
    const { folder } = await ran(SHARED, {
      'accounts.csv': 'id,shop,email,device,cookie\n1,s1,fam@x.com,,\n2,s2,fam@x.com,,\n3,s3,fam@x.com,,\n',
      'notes.csv': 'id,device,email,cookie\nn1,d,,\n',
    })
    expect(await query(folder, 'select shop_id, emails from customer_profiles order by 1')).toEqual(
      ['s1', 's2', 's3'].map((shop_id) => ({ shop_id, emails: '["fam@x.com"]' })),
    )
  })
})

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
