import type { ConnectorDefinition } from '../../src/language/connector.js'
import { CONNECTOR_OPERATIONS } from '../../src/language/connector-words.js'

const GENERATED =
  '<!-- Generated from the files in connectors/. UPDATE_EXPECTED=1 npx vitest run test/docs writes it. -->'

/** `docs/reference/shipped-connectors.md`: what each connector that comes with cdp can do. */
export function shippedConnectorsPage(connectors: readonly ConnectorDefinition[]): string {
  const parts = [
    '# Connectors that come with cdp',
    GENERATED,
    'Beside `file` and `table`, which are programs: [files and tables](../activation.md#files-and-tables). How to write one: [connectors](../connectors.md). What vendors do not let be done, and why: [there too](../connectors.md#what-vendors-do-not-let-be-done).',
    'A number is how many rows go in one request; `*` says that it may be sent twice without harm, so that nothing is held where an answer is lost.',
    operationsTable(connectors),
    'How answers are read: `rows` says how the outcome of a row is found, `job` that the vendor works on it later, `lists` that a sync can name an audience, which is made where it is missing; `check` that the credentials can be tried without a change.',
    answersTable(connectors),
  ]
  return `${parts.join('\n\n')}\n`
}

function operationsTable(connectors: readonly ConnectorDefinition[]): string {
  const rows = connectors.map(({ name, operations }) => [
    `\`${name}\``,
    ...CONNECTOR_OPERATIONS.map((word) => {
      const operation = operations[word]
      return operation ? `${operation.batch?.max_rows ?? 1}${operation.idempotent ? '*' : ''}` : ''
    }),
  ])
  return table(['', ...CONNECTOR_OPERATIONS.map((word) => `\`${word}\``)], rows)
}

function answersTable(connectors: readonly ConnectorDefinition[]): string {
  const rows = connectors.map(({ name, title, category = 'other', auth, operations, audience, check }) => {
    const all = Object.values(operations).flatMap((operation) => (operation ? [operation] : []))
    const isJob = all.some(({ job }) => job !== undefined)
    const matches = new Set(all.flatMap(({ response, job }) => matchesOf(response, job)))
    return [
      `\`${name}\``,
      title,
      category === 'marketing' ? 'yes' : '',
      auth?.type ?? 'none',
      [...matches].sort().join(', '),
      isJob ? 'yes' : '',
      audience ? 'yes' : '',
      check ? 'yes' : '',
    ]
  })
  return table(['', 'of', 'needs a purpose', 'auth', 'rows', 'job', 'lists', 'check'], rows)
}

type Operation = NonNullable<ConnectorDefinition['operations']['upsert']>

function matchesOf(response: Operation['response'], job: Operation['job']): string[] {
  const found = [response?.results, job?.poll.response.results, job?.details?.results]
  const matches = found.flatMap((results) => (results ? [results.match] : []))
  return matches.length === 0 ? ['all'] : matches
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
