import type { ConnectorDefinition, ConnectorExample } from '../../language/connector.js'
import type { Answer, Destination, OutgoingRow, RowOutcome, Value } from '../connector.js'
import { connectorOf } from '../declared/connector-of.js'
import type { Config } from '../description.js'
import { bodyData } from './body-data.js'
import { differences, shown } from './differences.js'
import { type ReceivedRequest, startLoopbackServer } from './loopback-server.js'

export interface ExampleClock {
  readonly now: () => number
  readonly random: () => number
}

/** A job that is still not done after so many questions never will be. */
const MAX_POLLS = 20

/**
 * Runs an example of a connector's file against a server on this machine that stands in for every host: rows in, requests
 * compared as data, answers in, outcomes compared. Gives what differs.
 */
export async function runExample(
  definition: ConnectorDefinition,
  example: ConnectorExample,
  clock: ExampleClock,
): Promise<readonly string[]> {
  const wrong: string[] = []
  const asked: URL[] = []
  let next = 0
  const server = await startLoopbackServer((request) => {
    const index = next++
    const expected = example.requests[index]
    const url = asked[index]
    if (!expected || !url) {
      wrong.push(`request ${index + 1} is not expected: ${request.method} ${url?.href ?? request.path}`)
      return { status: 500, text: '' }
    }
    wrong.push(...requestDifferences(request, url, expected).map((one) => `request ${index + 1}: ${one}`))
    const { status, headers, body } = expected.answer
    return {
      status,
      headers,
      text: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    }
  })
  const reroute = (url: URL) => {
    asked.push(url)
    return new URL(`${url.pathname}${url.search}`, `http://127.0.0.1:${server.port}`)
  }
  const connector = connectorOf(definition, { reroute })
  const config = withDefaults(definition, example.config ?? {})
  try {
    const destination = await connector.open({
      name: 'example',
      config,
      allowHttp: false,
      allowPrivate: false,
      ...clock,
    })
    wrong.push(...(await speak(destination, example)))
    await destination.close()
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  } finally {
    await server.close()
  }
  const missing = example.requests.slice(next).map(({ method, url }) => `${method} ${url} was not sent`)
  return [...wrong, ...missing]
}

export function withDefaults(definition: ConnectorDefinition, config: Config): Config {
  const defaults = Object.entries(definition.config ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...config }
}

type ExampleRequest = ConnectorExample['requests'][number]

function requestDifferences(request: ReceivedRequest, url: URL, expected: ExampleRequest): string[] {
  const headers = Object.entries(expected.headers ?? {}).flatMap(([name, value]) =>
    differences(request.headers[name.toLowerCase()], value, `header ${name}`),
  )
  const wanted = new URL(expected.url)
  return [
    ...differences(request.method, expected.method, 'method'),
    ...differences(`${url.origin}${url.pathname}`, `${wanted.origin}${wanted.pathname}`, 'url'),
    ...differences(Object.fromEntries(url.searchParams), Object.fromEntries(wanted.searchParams), 'query'),
    ...headers,
    ...differences(bodyData(request.body, request.headers['content-type']), expected.body, 'body'),
  ]
}

async function speak(destination: Destination, example: ConnectorExample): Promise<string[]> {
  const { signal } = new AbortController()
  const { operation, outcome } = example
  if (!operation) return outcomeDifferences((await destination.check(signal)).kind, outcome)
  const audience =
    example.audience === undefined ? undefined : await destination.prepare?.(example.audience, signal)
  if (audience?.kind === 'stop') return outcomeDifferences(audience.kind, outcome)
  const rows = exampleRows(example)
  const batch = { operation, rows, idempotencyKey: 'example-1', ...(audience && { audience }) }
  let answer = await destination.send?.(batch, signal)
  for (let polls = 0; answer?.kind === 'pending' && polls < MAX_POLLS && outcome !== 'pending'; polls++) {
    const known = rows.map(({ seq, key }) => ({ seq, key, keyFields: {}, fields: {} }))
    answer = await destination.poll?.(answer.job, { ...batch, rows: known }, signal)
  }
  return answer ? answerDifferences(answer, outcome) : ['the connector sends no rows']
}

/** The rows of an example as the engine would give them. */
export function exampleRows({ rows = [], key = [] }: Pick<ConnectorExample, 'rows' | 'key'>): OutgoingRow[] {
  return rows.map((row, index) => {
    const fields = Object.entries(row).filter(([name]) => !name.startsWith('$')) as [string, Value][]
    const keyFields = Object.fromEntries(fields.filter(([name]) => key.includes(name)))
    const keys = key.map((name) => String(keyFields[name] ?? ''))
    const previous = row.$previous as { key: string; destination_id?: string } | undefined
    return {
      seq: index + 1,
      key: keys.length === 1 ? (keys[0] ?? '') : JSON.stringify(keys),
      keyFields,
      fields: Object.fromEntries(fields.filter(([name]) => !key.includes(name))),
      ...(row.$destination_id !== undefined && { destinationId: String(row.$destination_id) }),
      ...(row.$customer_id !== undefined && { customerId: String(row.$customer_id) }),
      ...(previous && {
        previous: {
          key: previous.key,
          ...(previous.destination_id !== undefined && { destinationId: previous.destination_id }),
        },
      }),
    }
  })
}

function answerDifferences(answer: Answer, expected: ConnectorExample['outcome']): string[] {
  if (answer.kind !== 'results' || !Array.isArray(expected)) {
    const kind =
      answer.kind === 'throttle' && answer.waitMs !== undefined ? { throttle: answer.waitMs } : answer.kind
    const wanted =
      typeof expected === 'object' && 'throttle' in expected
        ? { throttle: expected.throttle.seconds * 1000 }
        : expected
    const isSame = wanted === answer.kind || differences(kind, wanted, '').length === 0
    const why = 'message' in answer ? ` (${answer.message})` : ''
    return isSame ? [] : [`the outcome is ${shown(kind)}${why}, expected ${shown(wanted)}`]
  }
  return answer.rows.flatMap((row, index) => {
    const found = outcomeText(row)
    const wanted = expected[index]
    const isSame = differences(found, wanted, '').length === 0 || wanted === row.outcome
    const why = 'message' in row ? ` (${row.message})` : ''
    return isSame
      ? []
      : [`the outcome of row ${index + 1} is ${shown(found)}${why}, expected ${shown(wanted)}`]
  })
}

function outcomeText(row: RowOutcome): unknown {
  if (row.outcome === 'ok') return row.destinationId === undefined ? 'ok' : { ok: row.destinationId }
  return row.outcome === 'rejected' ? { rejected: row.code } : row.outcome
}

function outcomeDifferences(kind: string, expected: ConnectorExample['outcome']): string[] {
  return kind === expected ? [] : [`the outcome is ${shown(kind)}, expected ${shown(expected)}`]
}
