import type { OperationDefinition } from '../../../language/connector.js'
import type { ResultsDefinition } from '../../../language/connector-request.js'
import type { Answer, OutgoingRow, RowOutcome } from '../../connector.js'
import { shown } from '../differences.js'
import type { GivenAnswer } from '../loopback-server.js'
import type { Specimen } from './specimen.js'
import { answerAbout, REFUSED } from './synthetic-answer.js'
import type { Talk } from './talk.js'

/** Answers by which no row may count as taken, and of which the vendor's fault is not the row's. */
const TROUBLES: readonly (GivenAnswer & { readonly what: string })[] = [
  { what: 'HTTP 500', status: 500, text: '' },
  { what: 'HTTP 503 with a page of HTML', status: 503, text: '<html>down</html>' },
  { what: 'HTTP 429', status: 429, text: '{}' },
  { what: 'HTTP 401', status: 401, text: '{}' },
  { what: 'HTTP 403', status: 403, text: '{}' },
]

/** Says what vendors say in bad times; gives where a row counts as taken, or as refused, by it. */
export async function troubleFaults(talk: Talk, { row, operation }: Specimen): Promise<readonly string[]> {
  const faults: string[] = []
  for (const { what, ...given } of TROUBLES) {
    const { answer, sent } = await talk.attempt([row], () => given)
    if (sent.length > 0 && answer.kind === 'results')
      faults.push(`${what}: the row is ${answer.rows[0]?.outcome}; it must be tried again, or the run stop`)
  }
  for (const { what, ...given } of unbelievable(operation)) {
    const { answer, sent } = await talk.attempt([row], () => given)
    if (sent.length > 0 && isTaken(answer)) faults.push(`${what}: the row counts as taken`)
  }
  return faults
}

/** Answers of success that say nothing, where the connector says what they must hold. */
function unbelievable({ response, job }: OperationDefinition): (GivenAnswer & { readonly what: string })[] {
  const status = response?.success?.[0] ?? 200
  const html = {
    what: `HTTP ${status} with a page of HTML`,
    status,
    text: '<!doctype html><html>sign in</html>',
  }
  const half = { what: `HTTP ${status} with half of an answer`, status, text: '{"results": [{"id": ' }
  if (!job && !mustSay(response?.results)) return status === 204 ? [] : [html, half]
  return [
    html,
    half,
    { what: `HTTP ${status} with nothing`, status, text: '' },
    { what: `HTTP ${status} with an empty answer`, status, text: '{}' },
  ]
}

function mustSay(results: ResultsDefinition | undefined): boolean {
  if (!results) return false
  if (results.match === 'key') return results.if_none !== 'ok' || results.believe !== undefined
  return results.match === 'position' || results.believe !== undefined
}

function isTaken(answer: Answer): boolean {
  return answer.kind === 'results' && answer.rows.some(({ outcome }) => outcome === 'ok')
}

/** Answers about several rows, one of which is refused; gives which outcome does not reach its row. */
export async function outcomeFaults(talk: Talk, { row, operation }: Specimen): Promise<readonly string[]> {
  const { response, batch, job } = operation
  const results = response?.results ?? ({ match: 'all' } as const)
  if (job) return [] // Its rows are answered for later, as the examples show.
  const rows = Array.from({ length: Math.min(batch?.max_rows ?? 1, 3) }, (_, index) =>
    variant(row, index + 1, rowKey(results)),
  )
  const refused =
    results.match === 'all' || !('code' in codesOf(results)) ? [] : [rows.length - 2].filter((i) => i >= 0)
  const { answer, sent } = await talk.attempt(rows, () =>
    answerAbout(results, response?.success, rows, refused),
  )
  if (sent.length === 0) return []
  if (answer.kind !== 'results')
    return [
      `an answer about each row is not understood: ${answer.kind}${'message' in answer ? ` (${answer.message})` : ''}`,
    ]
  return answer.rows.flatMap((outcome, index) => {
    const isRefused = refused.includes(index)
    return (isRefused ? outcome.outcome === 'rejected' && outcome.code === REFUSED : outcome.outcome === 'ok')
      ? []
      : [`of ${rows.length} rows, ${told(refused)}, row ${index + 1} is ${shown(outcomeOf(outcome))}`]
  })
}

function told(refused: readonly number[]): string {
  return refused.length === 0 ? 'all taken' : `row ${refused.map((index) => index + 1).join()} refused`
}

function outcomeOf(outcome: RowOutcome): string {
  return outcome.outcome === 'rejected' ? `rejected (${outcome.code})` : outcome.outcome
}

function codesOf(results: ResultsDefinition): object {
  if (results.match === 'key' || results.match === 'index') return results.errors ?? {}
  return results
}

function rowKey(results: ResultsDefinition): string {
  return (results.match === 'key' && (results.errors?.row_key ?? results.successes?.row_key)) || '$key'
}

/** The same row of another customer: another key, and another value of the field that names it in answers. */
function variant(row: OutgoingRow, number: number, naming: string): OutgoingRow {
  const key = `test-${number}`
  const { previous, destinationId } = row
  return {
    ...row,
    seq: number,
    key,
    keyFields: Object.fromEntries(Object.keys(row.keyFields).map((name) => [name, key])),
    fields: naming in row.fields ? { ...row.fields, [naming]: key } : row.fields,
    ...(destinationId !== undefined && { destinationId: `test-id-${number}` }),
    ...(previous && { previous: { ...previous, key: `test-old-${number}` } }),
  }
}
