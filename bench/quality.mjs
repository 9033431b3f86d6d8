// @ts-check
/**
 * How well a sensible deterministic rule set finds who is who, on data that is labelled: pairwise precision, recall and F1,
 * and B-cubed. One project a data set, run by `cdp run` as a whole process.
 * Usage: node bench/quality.mjs --data <folder with febrl1.csv, febrl3.csv, fake_1000.csv>
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'

const cdp = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const { values } = parseArgs({ options: { data: { type: 'string' } } })
if (values.data === undefined) {
  console.error('usage: node bench/quality.mjs --data <folder with febrl1.csv, febrl3.csv, fake_1000.csv>')
  process.exit(2)
}

/** People make one mistake in a row more often than two: each rule leaves other columns out. */
const FEBRL = {
  key: 'rec_id',
  person: "regexp_extract(record_key, '^rec-([0-9]+)-', 1)",
  identifiers: { soc_sec_id: 'soc_sec_id' },
  attributes: {
    given_name: 'given_name',
    surname: 'surname',
    street_number: 'street_number',
    address_1: 'address_1',
    suburb: 'suburb',
    postcode: 'postcode',
    date_of_birth: 'date_of_birth',
  },
  match: [
    ['given_name', 'surname', 'date_of_birth'],
    ['given_name', 'date_of_birth', 'postcode'],
    ['surname', 'date_of_birth', 'postcode'],
    ['surname', 'date_of_birth', 'suburb'],
    ['given_name', 'date_of_birth', 'suburb'],
    ['given_name', 'surname', 'address_1'],
    ['given_name', 'surname', 'postcode', 'street_number'],
    ['date_of_birth', 'address_1'],
    ['date_of_birth', 'street_number', 'postcode'],
    ['surname', 'address_1', 'street_number', 'suburb'],
    ['given_name', 'address_1', 'street_number', 'postcode'],
  ],
}

const DATA_SETS = {
  febrl1: FEBRL,
  febrl3: FEBRL,
  fake_1000: {
    key: 'unique_id',
    person: 'cluster',
    identifiers: { email: 'email' },
    attributes: { first_name: 'first_name', surname: 'surname', dob: 'dob', city: 'city' },
    match: [
      ['first_name', 'surname', 'dob'],
      ['first_name', 'dob', 'city'],
      ['surname', 'dob', 'city'],
      ['first_name', 'surname', 'city'],
      ['first_name', 'dob'],
      ['surname', 'dob'],
    ],
  },
}

/** @param {typeof FEBRL} set */
function models({ key, identifiers, attributes, match }) {
  const fields = (/** @type {Record<string, string>} */ of) =>
    Object.entries(of)
      .map(([name, column]) => `${name}: ${column}`)
      .join(', ')
  const rules = match.map((on, i) => `      - { name: rule_${i + 1}, on: [${on.join(', ')}] }`)
  return `entities:
  - name: person
    identifiers: [${Object.keys(identifiers)
      .map((name) => `{ name: ${name}, normalize: lower }`)
      .join(', ')}]
    match:
${rules.join('\n')}
sources:
  - name: people
    file: data/people.csv
    key: ${key}
    identifiers: { ${fields(identifiers)} }
    attributes: { ${fields(attributes)} }
`
}

/** @param {string} folder @param {string} person */
async function quality(folder, person) {
  const instance = await DuckDBInstance.create(join(folder, 'target', 'dev.duckdb'))
  const connection = await instance.connect()
  const truth = `read_csv('${join(folder, 'data', 'people.csv')}', all_varchar = true, header = true)`
  const label = person.includes('record_key')
    ? person
    : `(select ${person} from ${truth} as t where t.unique_id = record_key)`
  const [row] = (
    await connection.runAndReadAll(`
      with labelled as (
        select ${label} as person, coalesce(person_id, record_key) as found from cdp.person_records
      ), met as (select person, found, count(*) as n from labelled group by all),
      people as (select person, sum(n) as n from met group by all),
      groups as (select found, sum(n) as n from met group by all)
      select
        (select sum(n * (n - 1) / 2) from met) as true_pairs,
        (select sum(n * (n - 1) / 2) from groups) as found_pairs,
        (select sum(n * (n - 1) / 2) from people) as real_pairs,
        (select sum(m.n * m.n / g.n) / sum(m.n) from met as m join groups as g using (found)) as b_precision,
        (select sum(m.n * m.n / p.n) / sum(m.n) from met as m join people as p using (person)) as b_recall
    `)
  ).getRowObjectsJson()
  connection.closeSync()
  instance.closeSync()
  const figure = (/** @type {string} */ name) => Number(row?.[name])
  const f1 = (/** @type {number} */ p, /** @type {number} */ r) => (2 * p * r) / (p + r)
  const precision = figure('true_pairs') / figure('found_pairs')
  const recall = figure('true_pairs') / figure('real_pairs')
  const [bPrecision, bRecall] = [figure('b_precision'), figure('b_recall')]
  return { precision, recall, f1: f1(precision, recall), bPrecision, bRecall, bF1: f1(bPrecision, bRecall) }
}

console.log('data set     pairwise P       R      F1   B-cubed P       R      F1   seconds')
for (const [name, set] of Object.entries(DATA_SETS)) {
  const data = resolve(values.data, `${name}.csv`)
  if (!existsSync(data)) {
    console.log(`${name.padEnd(12)} skipped: there is no ${name}.csv in the folder`)
    continue
  }
  const folder = mkdtempSync(join(tmpdir(), 'cdp-quality-'))
  for (const part of ['data', 'models']) mkdirSync(join(folder, part))
  copyFileSync(data, join(folder, 'data', 'people.csv'))
  writeFileSync(join(folder, 'models', 'people.yml'), models(/** @type {typeof FEBRL} */ (set)))
  writeFileSync(
    join(folder, 'profiles.yml'),
    `name: quality\nlanguage: 1\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }\n`,
  )
  const begin = Date.now()
  const run = spawnSync(process.execPath, [cdp, 'run', '--project-dir', folder], { encoding: 'utf8' })
  const seconds = (Date.now() - begin) / 1000
  if (run.status !== 0) throw new Error(run.stderr)
  const q = await quality(folder, set.person)
  const shown = [q.precision, q.recall, q.f1, q.bPrecision, q.bRecall, q.bF1].map((x) => x.toFixed(4))
  console.log(
    `${name.padEnd(12)} ${shown[0]?.padStart(10)}  ${shown[1]}  ${shown[2]} ${shown[3]?.padStart(11)}  ${shown[4]}  ${shown[5]}  ${seconds.toFixed(1).padStart(8)}`,
  )
  rmSync(folder, { recursive: true })
}
