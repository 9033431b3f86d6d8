import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** SQL models: what they may read, what becomes of their text, and where they are told when they fail. */

const PROJECT = {
  'profiles.yml': `name: tiny
language: 1
default_target: dev
vars: { country: "it's", minimum: 2, strict: true, column: amount }
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`,
  'models/all.yml': `
sources:
  - { name: people, file: data/people.csv, key: p, updated_at: at, identifiers: { person: p }, attributes: { city: city } }
  - { name: clicks, file: data/clicks.csv, key: k, event: { value: clicked }, timestamp: at, identifiers: { person: p } }
  - { name: rates, file: data/rates.csv, key: code }
  - { name: scored, model: scores, key: person, identifiers: { person: person }, attributes: { score: { column: score, type: integer } } }
entities:
  - { name: customer, identifiers: [{ name: person }], max_profile_share: 100% }
models:
  - { name: scores, materialized: table, description: "It's the score." }
  - { name: report, public: true, materialized: table, description: "For people; '); drop table x; --" }
  - { name: report_view, public: true }
`,
  'data/people.csv': `p,city,at
ann,Rome,2026-01-01
bob,it's,2026-01-01
`,
  'data/clicks.csv': 'k,p,at\n1,ann,2026-01-02\n2,ann,2026-01-03\n3,zoe,2026-01-03\n',
  'data/rates.csv': 'code,rate\nusd,1\neur,1.1\n',
}

async function run(models: Readonly<Record<string, string>>, options = {}) {
  const scores = 'select p as person, length(p) as score from {{source "people"}}'
  const named = {
    scores,
    report: 'select 1 as one',
    report_view: 'select 1 as one',
    ...models,
  }
  const folder = writeProject({
    ...PROJECT,
    ...Object.fromEntries(Object.entries(named).map(([name, sql]) => [`models/sql/${name}.sql`, sql])),
  })
  const done = await runProjectIn(folder, { asOf: '2026-06-01', ...options })
  return { folder, done }
}

async function good(models: Readonly<Record<string, string>>) {
  const { folder, done } = await run(models)
  expect(done.printed).toBe('')
  expect(done.result?.error).toBeUndefined()
  return folder
}

describe('a SQL model', () => {
  it('reads sources as they are, other models, and what is known before traits', async () => {
    const folder = await good({
      cities: 'select distinct city from {{source "people"}}',
      upper: 'select upper(city) as city from {{ref "cities"}} where city is not null',
      clicks_of: `
        select e.customer_id, count(*) as clicks, max(a.city) as city, max(i.value) as person, max(r.record_key) as record
        from {{ref "customer_events"}} as e
        join {{ref "customer_attributes"}} as a using (customer_id)
        join {{ref "customer_identifiers"}} as i using (customer_id)
        join {{ref "customer_records"}} as r using (customer_id)
        where r.source = 'people' or r.source is not null
        group by e.customer_id
      `,
      report: 'select person, clicks, city from {{ref "clicks_of"}} order by person',
      report_view:
        'select code, cast(rate as decimal(4,2)) as rate, (select count(*) from {{ref "upper"}}) as n from {{source "rates"}}',
    })
    expect(await query(folder, 'select * from report')).toEqual([
      { person: 'ann', clicks: '4', city: 'Rome' },
    ])
    expect(await query(folder, 'select * from report_view order by code')).toEqual([
      { code: 'eur', rate: '1.10', n: '2' },
      { code: 'usd', rate: '1.00', n: '2' },
    ])
    // A source that reads a model takes part like any other.
    expect(
      await query(
        folder,
        'select person, score, record_count, event_count from customer_profiles order by 1',
      ),
    ).toEqual([
      { person: 'ann', score: '3', record_count: '2', event_count: '2' },
      { person: 'bob', score: '3', record_count: '2', event_count: '0' },
      { person: 'zoe', score: null, record_count: '0', event_count: '1' },
    ])
  })

  it('is a view or a table, internal unless public', async () => {
    const folder = await good({ helper: 'select 1 as one' })
    const found = await query(
      folder,
      `
        select table_schema || '.' || table_name as name, table_type from information_schema.tables
        where table_name in ('helper', 'scores', 'report', 'report_view') order by 1
      `,
    )
    expect(found.map((row) => `${row.name} ${row.table_type}`)).toEqual([
      'cdp.report VIEW',
      'cdp.report_view VIEW',
      'cdp_internal.helper VIEW',
      'cdp_internal.report BASE TABLE',
      'cdp_internal.report_view VIEW',
      'cdp_internal.scores BASE TABLE',
    ])
    const comments = await query(folder, `select comment from duckdb_views() where view_name = 'report'`)
    expect(comments).toEqual([{ comment: "For people; '); drop table x; --" }])
  })

  it('a view goes on working after the run, over the published tables', async () => {
    const folder = await good({
      middle: 'select customer_id, city from {{ref "customer_attributes"}}',
      report_view:
        'select m.city, s.score from {{ref "middle"}} as m cross join {{ref "scores"}} as s where s.person = {{literal "ann"}}',
    })
    const rows = 'select city, score from report_view order by city nulls last'
    const expected = [
      { city: 'Rome', score: '3' },
      { city: "it's", score: '3' },
      { city: null, score: '3' },
    ]
    expect(await query(folder, rows)).toEqual(expected)
    writeFiles(folder, { 'data/people.csv': 'p,city,at\nann,Oslo,2026-02-01\n' })
    await runProjectIn(folder, { asOf: '2026-06-02' })
    expect(await query(folder, rows)).toEqual([
      { city: 'Oslo', score: '3' },
      { city: null, score: '3' },
    ])
  })

  it('is filled in by literals, variables, the time of the run and macros', async () => {
    const folder = writeProject({})
    writeFiles(folder, {
      ...PROJECT,
      'macros/shout.hbs': "upper({{column}}) || {{literal mark}} {{! it's a macro }}",
      'models/sql/scores.sql': `select p as person, 1 as score from {{source "people"}} where cast("at" as timestamp) <= {{as_of}}`,
      'models/sql/report.sql': `
        -- it's {{! not code }} a comment; with $as_of and a ';'
        select
          {{as_of}} as moment,
          '$as_of' as text, "$as_of" as quoted, $$ $as_of $$ as dollars, /* $as_of ; */
          {{var "country"}} as country,
          {{var "minimum"}} + 1 as minimum,
          {{var "strict"}} as strict,
          {{raw (var "column")}} as amount,
          {{literal "it's {{x"}} as written,
          {{> shout column="city" mark="'!"}} as shouted,
          {{#if (eq (var "minimum") "2")}}'two'{{else}}'other'{{/if}} as word
        from (select 5 as amount, 'c' as city, 'q' as "$as_of") as t ; `,
      'models/sql/report_view.sql': `select city from {{source "people"}} where city = {{var "country"}} -- the end; it's over`,
    })
    const done = await runProjectIn(folder, { asOf: '2026-06-01T10:00:00Z' })
    expect(done.printed).toBe('')
    expect(done.result?.error).toBeUndefined()
    expect(await query(folder, 'select * from report')).toEqual([
      {
        moment: '2026-06-01 10:00:00',
        text: '$as_of',
        quoted: 'q',
        dollars: ' $as_of ',
        country: "it's",
        minimum: 3,
        strict: true,
        amount: 5,
        written: "it's {{x",
        shouted: "C'!",
        word: 'two',
      },
    ])
    expect(await query(folder, 'select * from report_view')).toEqual([{ city: "it's" }])
  })
})

describe('a model that fails', () => {
  it('names its file and line, and publishes nothing', async () => {
    const { done } = await run({
      report: 'select *\nfrom {{ref "customer_events"}}\nwhere no_such_column > 1\n  and source is not null',
    })
    expect(done.result?.status).toBe('failed')
    expect(done.result?.error).toMatchObject({
      node: 'model.report',
      exit_code: 1,
      file: 'target/compiled/model.report.sql',
      written_in: 'models/sql/report.sql:3',
    })
    expect(done.result?.error?.message).toContain('no_such_column')
  })

  it('where it fails on its rows, names its file', async () => {
    const { done } = await run({ report: `select cast('x' || p as integer) as n\nfrom {{source "people"}}` })
    expect(done.result?.error).toMatchObject({ node: 'model.report', exit_code: 1 })
    expect(done.result?.error?.written_in).toMatch(/^models\/sql\/report\.sql(:1)?$/)
  })
})
