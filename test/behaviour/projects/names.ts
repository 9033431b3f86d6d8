import { type BehaviourProject, csv } from './project.js'

/** As long as the language lets: with what cdp puts around it, more than engines take. */
const LONG = 'a_name_of_forty_six_characters_and_two_to_spare'.slice(0, 46)
const NASTY = [
  `O'Neil`,
  `say "hi"`,
  'back\\slash \\n \\x41 \\',
  'tab\tand more',
  'line\nbreak',
  'cr\r\nlf',
  'ünïcode 日本 😀 👩‍👩‍👧',
  '$\u007benv:HOME} $as_of {x} %s $1 $$',
  `'; drop table customer; --`,
  '/* comment */ -- x',
  ' spaces ',
  '\\N',
  'null',
  '[]{}<>|&^~`',
]
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

/** Whatever users call their columns, and whatever stands in them, stays text and comes through unchanged. */
export const nastyNames: BehaviourProject = {
  notOn: { redshift: 'its double is a Postgres, whose names have but 63 bytes' },
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person, normalize: none }, { name: order }]
    max_profile_share: 100%
    attributes:
      - { name: user, merge: collect }
      - { name: ${LONG} }
      - { name: ${LONG}_2 }
      - { name: dotted }
      - { name: mixed }
      - { name: from_sql }
sources:
  - name: select
    file: data/nasty.csv
    key: [{ column: "Key's \\"id\\"" }]
    identifiers: { person: { column: "Key's \\"id\\"" } }
    attributes:
      user: { column: "a.b; --" }
      ${LONG}: { column: "a.b; --" }
      ${LONG}_2: { column: "${'é'.repeat(40)}" }
      dotted: { column: "日本 😀" }
      mixed: { column: MixedCase }
      from_sql: { sql: "MixedCase || '/' || lower(mixedcase) || {MixedCase}" }
traits:
  - { name: ${LONG.slice(0, 40)}_count, from: events_of_a_source_with_a_name_of_48_characters_, count: true }
segments:
  - { name: group, where: { attribute: user, contains: "'" } }
  - { name: ${LONG}, where: { attribute: mixed, eq: "Ab" } }
  - { name: ${LONG}_2, where: { attribute: dotted, in: [${NASTY.map((text) => JSON.stringify(text)).join(', ')}] } }
`.replace(
      'traits:\n',
      `  - { name: events_of_a_source_with_a_name_of_48_characters_, file: data/events.csv, key: order, event: { value: "it's; --" }, timestamp: at, identifiers: { person: group } }
traits:
`,
    ),
    'data/nasty.csv': csv(
      [`Key's "id"`, 'a.b; --', 'é'.repeat(40), '日本 😀', 'MixedCase'].map(quoted).join(','),
      ...NASTY.map((text, i) => [String(i + 1), text, text, text, 'Ab'].map(quoted).join(',')),
    ),
    'data/events.csv': csv('order,group,at', 'e1,1,2026-01-01', 'e2,1,2026-01-02'),
  },
  expected: [
    {
      query: `select dotted from {schema}.customer_profiles`,
      rows: NASTY,
    },
    {
      query: `select distinct from_sql from {schema}.customer_profiles`,
      rows: ['Ab/abAb'],
    },
    { query: `select distinct event from {schema}.customer_events`, rows: [`it's; --`] },
  ],
}

/** A table may be called anything that its engine takes, and so may its columns. */
export const nastyTable: BehaviourProject = {
  notOn: { bigquery: 'its double makes no tables by DDL of a user' },
  before: [
    'create schema {schema}_raw',
    'create table {schema}_raw.{nasty table} ({Select} varchar(9), {From} varchar(40))',
    `insert into {schema}_raw.{nasty table} values ('1', 'one; --'), ('2', 'two')`,
  ],
  files: {
    'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: person }]
    max_profile_share: 100%
    attributes: [{ name: note }]
sources:
  - name: tabled
    table: { schema: {schema}_raw, name: {nasty table as YAML} }
    key: Select
    identifiers: { person: Select }
    attributes: { note: From }
`,
  },
  expected: [
    { query: 'select note from {schema}.customer_profiles', rows: ['one; --', 'two'] },
    { query: 'select {From} from {schema}.enriched_tabled', rows: ['one; --', 'two'] },
  ],
}
