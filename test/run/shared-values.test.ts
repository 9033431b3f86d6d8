import { describe, expect, it } from 'vitest'
import { query } from '../project-run.js'
import { ran } from './accounts.js'
import { groups, refused, unidentified, values } from './read-identity.js'

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
