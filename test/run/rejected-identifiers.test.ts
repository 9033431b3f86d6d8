import { describe, expect, it } from 'vitest'
import { ran } from './accounts.js'
import { groups, refused, unidentified, values } from './read-identity.js'

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
