import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { query, writeProject } from '../project-run.js'
import { ACCOUNTS, ENTITY, figures, ran, rejected, succeeded } from './accounts.js'

describe('keys', () => {
  it('are of equal rows where what is empty in one is null, or not there, in another', async () => {
    const yaml = `${ENTITY}
sources:
  - { name: people, file: people.json, key: id, identifiers: { email: email }, attributes: [city] }
  - { name: listed, table: main.listed, key: id, identifiers: { email: email } }
`
    const folder = writeProject({
      'models/all.yml': yaml,
      'people.json': `[
{"id":1,"email":"a@x.com","city":"","note":"x"},
{"id":1,"email":"a@x.com","city":null,"note":"x"},
{"id":1,"email":"a@x.com","note":"x"},
{"id":2,"email":"b@x.com","city":"Rome"},
{"id":2,"email":"b@x.com","city":""}
]`,
    })
    const database = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
    await database.execute(`
      create table main.listed as
      select * from (values ('l', 'l@x.com', ''), ('l', 'l@x.com', null)) as t (id, email, note)
    `)
    await database.close()
    for (const _ of ['full', 'incremental']) {
      const run = await succeeded(folder)
      expect(figures(run, 'people')).toMatchObject({ read: '5', kept: '2', repeated: '2', rejected: '1' })
      expect(figures(run, 'listed')).toMatchObject({ read: '2', kept: '1', repeated: '1', rejected: '0' })
      expect(
        await query(folder, 'select source, record_key, reason from rejected_records order by all'),
      ).toEqual([{ source: 'people', record_key: '2', reason: 'duplicate_key' }])
      expect(await query(folder, "select city, note from enriched_people where email = 'a@x.com'")).toEqual([
        { city: null, note: 'x' },
      ])
      expect(await query(folder, 'select note from enriched_listed')).toEqual([{ note: null }])
    }
  })

  it('are text, numbers as plain decimals, several parts as a JSON array', async () => {
    const yaml = `${ENTITY}
sources:
  - { name: accounts, file: accounts.jsonl, key: id, max_rejected: 100%, identifiers: { email: email } }
  - name: lines
    file: lines.csv
    key: [order_id, line]
    max_rejected: 100%
    identifiers: { email: email }
  - { name: numbered, table: main.numbered, key: id, identifiers: { email: email } }
`
    const folder = writeProject({
      'models/all.yml': yaml,
      'accounts.jsonl': `{"id":17.0,"email":"a@x.com"}
{"id":"007","email":"b@x.com"}
{"id":12345678901234567890,"email":"c@x.com"}
{"id":null,"email":"d@x.com"}
{"email":"e@x.com"}
{"id":"","email":"f@x.com"}
`,
      'lines.csv': `order_id,line,email
1001,2,a@x.com
"10""01",,b@x.com
,1,c@x.com
x,"a,b",d@x.com
`,
    })
    const database = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
    await database.execute(`
      create table main.numbered as
      select * from (values (7.50::decimal(9,2), 'a@x.com'), (12::decimal(9,2), 'b@x.com')) as t (id, email)
    `)
    await database.close()
    await succeeded(folder)
    expect(await query(folder, 'select source, record_key from customer_records order by all')).toEqual([
      { source: 'accounts', record_key: '007' },
      { source: 'accounts', record_key: '12345678901234567890' },
      { source: 'accounts', record_key: '17' },
      { source: 'lines', record_key: '["1001","2"]' },
      { source: 'lines', record_key: '["x","a,b"]' },
      { source: 'numbered', record_key: '12' },
      { source: 'numbered', record_key: '7.5' },
    ])
    expect(
      await query(
        folder,
        'select source, reason, column_name, count(*) as n from rejected_records group by all order by all',
      ),
    ).toEqual([
      { source: 'accounts', reason: 'missing_key', column_name: 'id', n: '3' },
      { source: 'lines', reason: 'missing_key', column_name: 'order_id, line', n: '2' },
    ])
  })

  const DUPLICATES = `id,email,name,updated_at
a,old@x.com,Old,2026-01-01
a,new@x.com,New,2026-02-01
b,b@x.com,Bob,2026-01-01
b,b@x.com,Bob,2026-01-01
b,b@x.com,Bob,2026-01-01
c,c1@x.com,Cid,2026-01-01
c,c2@x.com,Cid,2026-01-01
d,d1@x.com,Dot,
d,d2@x.com,Dot,2020-01-01
e,e1@x.com,Eve,
e,e1@x.com,Eve,
e,e2@x.com,Eve,
f,f@x.com,Fay,2026-01-01
f,f@x.com,Fay,2026-01-01
f,f@x.com,Fay,2026-02-01
g,g@x.com,Gus,2026-01-01
`

  it('of several rows the latest stays; what time cannot order is rejected, but for one', async () => {
    const { folder, run } = await ran(ACCOUNTS, { 'accounts.csv': DUPLICATES })
    const kept = await query(
      folder,
      'select "raw__id" as id, "raw__email" as email from rows_accounts order by all',
    )
    const email = new Map(kept.map((row) => [row.id, row.email]))
    expect(kept.map((row) => row.id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(email.get('a')).toBe('new@x.com')
    expect(email.get('d')).toBe('d2@x.com')
    // Of three undated rows of e two are alike: they are repetitions if they stay, else both stand in the way.
    const ofE = email.get('e') === 'e1@x.com' ? { repeated: 1, rejected: 1 } : { repeated: 0, rejected: 2 }
    expect(figures(run)).toMatchObject({
      read: '16',
      kept: '7',
      superseded: '4',
      repeated: String(2 + ofE.repeated),
      rejected: String(1 + ofE.rejected),
    })
    expect(await rejected(folder)).toEqual(
      ['c', ...Array.from({ length: ofE.rejected }, () => 'e')].map((key) => ({
        record_key: key,
        reason: 'duplicate_key',
        column_name: 'id',
        value: key,
      })),
    )
  })

  it('the order of rows makes no difference', async () => {
    const { folder } = await ran(ACCOUNTS, { 'accounts.csv': DUPLICATES })
    const tables = [
      ...[
        'customer_profiles',
        'customer_attributes',
        'customer_identifiers',
        'customer_records',
        'customer_provenance',
      ],
      ...[
        'customer_id_changes',
        'rejected_records',
        'rejected_values',
        'rejected_identifiers',
        'enriched_accounts',
      ],
    ]
    const contents = async (of: string) => {
      const found: unknown[] = []
      for (const table of tables) {
        const columns = table === 'customer_id_changes' ? '* exclude (run_id)' : '*'
        found.push(await query(of, `select ${columns} from ${table} order by all`))
      }
      return found
    }
    const before = await contents(folder)
    const [header = '', ...lines] = DUPLICATES.trimEnd().split('\n')
    for (const shuffled of [
      [...lines].reverse(),
      [...lines].sort(),
      [...lines.slice(7), ...lines.slice(0, 7)],
    ]) {
      const other = await ran(ACCOUNTS, { 'accounts.csv': `${[header, ...shuffled].join('\n')}\n` })
      expect(await contents(other.folder)).toEqual(before)
    }
  })

  it('with versions: all, key and time name a row; all give identifiers, the latest gives attributes', async () => {
    const yaml = ACCOUNTS.replace('    key: id', '    versions: all\n    key: id')
    const { folder, run } = await ran(yaml, {
      'accounts.csv': `id,email,name,updated_at
a,first@x.com,First,2026-01-01
a,second@x.com,Second,2026-03-01
a,second@x.com,Second,2026-03-01
a,undated@x.com,Undated,
b,b1@x.com,Bob,2026-01-01
b,b2@x.com,Rob,2026-01-01
`,
    })
    expect(figures(run)).toMatchObject({
      read: '6',
      kept: '4',
      repeated: '1',
      superseded: '0',
      rejected: '1',
    })
    expect(await rejected(folder)).toEqual([
      { record_key: 'b', reason: 'duplicate_key', column_name: 'id', value: 'b' },
    ])
    expect(
      await query(
        folder,
        `select p.name, p.email, p.record_count, count(*) as emails
         from customer_profiles as p
         join customer_identifiers as i on i.customer_id = p.customer_id and i.identifier = 'email'
         where p.shop_id = 'a'
         group by all`,
      ),
    ).toEqual([{ name: 'Second', email: 'second@x.com', record_count: '1', emails: '3' }])
    expect(await query(folder, "select count(*) as n from customer_records where record_key = 'a'")).toEqual([
      { n: '1' },
    ])
  })

  it('deleted rows are gone, and do not bring older ones back', async () => {
    const yaml = ACCOUNTS.replace('    key: id', '    deleted: gone\n    key: id')
    const { folder, run } = await ran(yaml, {
      'accounts.csv': `id,email,name,updated_at,gone
a,a@x.com,Ann,2026-01-01,false
b,b@x.com,Bob,2026-01-01,yes
c,c1@x.com,Cid,2026-01-01,no
c,c2@x.com,Cid,2026-02-01,1
d,d@x.com,Dot,2026-01-01,perhaps
e,e@x.com,Eve,2026-01-01,
`,
    })
    expect(figures(run)).toMatchObject({ read: '6', kept: '3', deleted: '2', superseded: '1' })
    expect(await query(folder, 'select record_key from customer_records order by 1')).toEqual(
      ['a', 'd', 'e'].map((record_key) => ({ record_key })),
    )
    expect(await query(folder, 'select record_key, reason, column_name, value from rejected_values')).toEqual(
      [{ record_key: 'd', reason: 'cast', column_name: 'gone', value: 'perhaps' }],
    )
  })
})
