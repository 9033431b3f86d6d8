import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

describe('two entities in one project', () => {
  const TWO = `
sources:
  - name: seats
    file: data/seats.csv
    key: k
    updated_at: at
    entities:
      user:
        identifiers: { login: login }
        attributes: { source: name, party: party, record_key: rk }
      account:
        identifiers: { domain: domain }
        attributes: { observed_at: plan, value: plan, c: plan }
        partition: { column: region }
  - name: clicks
    file: data/clicks.csv
    key: k
    entity: user
    event: { value: clicked }
    timestamp: at
    identifiers: { login: login }
    properties: { event: what, row_key: what }
entities:
  - name: user
    id_column: uid
    identifiers: [{ name: login }]
    max_profile_share: 100%
    attributes: [{ name: party, merge: most_frequent }, { name: record_key, merge: longest }]
  - name: account
    partition: region
    identifiers: [{ name: domain }]
    max_profile_share: 100%
    attributes: [{ name: observed_at, merge: collect }, { name: value, merge: max }]
traits:
  - { name: p, entity: user, from: clicks, count: true }
  - { name: l, entity: user, from: clicks, most_frequent: event }
  - { name: pass_1, entity: user, from: seats, last: source }
  - { name: level_1, entity: user, type: string, sql: "uid || l" }
  - { name: rows, entity: user, type: string, sql: "level_1 || coalesce(source, '')" }
  - { name: seats, entity: account, from: seats, count: true }
segments:
  - { name: m, entity: user, where: { sql: "uid is not null and p > 0" } }
  - { name: big, entity: account, where: { all: [{ trait: seats, gte: 2 }, { sql: "account_id like 'a%'" }] } }
`
  it('keep apart, whatever names they use, and a partition is never crossed', async () => {
    const folder = writeProject({
      'models/all.yml': TWO,
      'data/seats.csv': `k,login,name,party,rk,domain,plan,region,at
1,ann,Ann,x,1,acme.com,gold,eu,2026-01-01
2,bob,Bob,y,22,acme.com,free,eu,2026-01-02
3,ann,Anna,x,333,acme.com,gold,us,2026-01-03
4,cyd,,,,,,us,2026-01-03
`,
      'data/clicks.csv': 'k,login,what,at\n1,ann,buy,2026-01-01\n2,bob,see,2026-01-01\n',
    })
    const run = await runProjectIn(folder)
    expect(run.printed).toBe('')
    expect(run.result?.error).toBeUndefined()
    const users = await query(
      folder,
      `select login, source, party, record_key, p, l, pass_1, level_1 = uid || l as same, rows = uid || l || source as all_rows, record_count from user_profiles order by login`,
    )
    expect(users).toEqual([
      {
        login: 'ann',
        source: 'Anna',
        party: 'x',
        record_key: '333',
        p: '1',
        l: 'buy',
        pass_1: 'Anna',
        same: true,
        all_rows: true,
        record_count: '2',
      },
      {
        login: 'bob',
        source: 'Bob',
        party: 'y',
        record_key: '22',
        p: '1',
        l: 'see',
        pass_1: 'Bob',
        same: true,
        all_rows: true,
        record_count: '1',
      },
      {
        login: 'cyd',
        source: null,
        party: null,
        record_key: null,
        p: '0',
        l: null,
        pass_1: null,
        same: null,
        all_rows: null,
        record_count: '1',
      },
    ])
    expect(
      await query(folder, 'select domain, observed_at, value, c, seats from account_profiles order by seats'),
    ).toEqual([
      { domain: 'acme.com', observed_at: '["gold"]', value: 'gold', c: 'gold', seats: '1' },
      { domain: 'acme.com', observed_at: '["free","gold"]', value: 'gold', c: 'free', seats: '2' },
    ])
    expect(
      await query(folder, 'select login, entered_at is not null as entered from segment_m order by 1'),
    ).toEqual([
      { login: 'ann', entered: true },
      { login: 'bob', entered: true },
    ])
    expect(await query(folder, 'select count(*) as n from account_segments')).toEqual([{ n: '1' }])
    // A row about both shows both.
    const seats = await query(
      folder,
      `
        select k, u.login, a.value as plan from enriched_seats as s
        left join user_profiles as u using (uid) left join account_profiles as a using (account_id) order by k
      `,
    )
    expect(seats.map((row) => Object.values(row).join(' '))).toEqual([
      '1 ann gold',
      '2 bob gold',
      '3 ann gold',
      '4 cyd ',
    ])
  })
})
