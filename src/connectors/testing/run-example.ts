import type { ConnectorDefinition, ConnectorExample } from '../../language/connector.js'
import type { Answer, Destination, RowOutcome } from '../connector.js'
import { bodyData } from './body-data.js'
import { differences, shown } from './differences.js'
import { exampleRows } from './example-rows.js'
import type { GivenAnswer } from './loopback-server.js'
import { type StandInClock, type StandInRequest, withStandIn } from './stand-in.js'

/** A job that is still not done after so many questions never will be. */
const MAX_POLLS = 20

/**
 * Runs an example of a connector's file against a server on this machine that stands in for every host: rows in, requests
 * compared as data, answers in, outcomes compared. Gives what differs.
 */
export async function runExample(
  definition: ConnectorDefinition,
  example: ConnectorExample,
  clock: StandInClock,
): Promise<readonly string[]> {
  const wrong: string[] = []
  let next = 0
  const answer = (request: StandInRequest): GivenAnswer => {
    const expected = example.requests[next++]
    if (!expected) {
      wrong.push(`request ${next} is not expected: ${request.method} ${request.url.href}`)
      return { status: 500, text: '' }
    }
    wrong.push(...requestDifferences(request, expected).map((one) => `request ${next}: ${one}`))
    const { status, headers, body } = expected.answer
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    return { status, headers, text }
  }
  try {
    await withStandIn(definition, example.config ?? {}, clock, answer, async (destination) => {
      wrong.push(...(await speak(destination, example)))
    })
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  }
  const missing = example.requests.slice(next).map(({ method, url }) => `${method} ${url} was not sent`)
  return [...wrong, ...missing]
}

type ExampleRequest = ConnectorExample['requests'][number]

function requestDifferences(request: StandInRequest, expected: ExampleRequest): string[] {
  const { url } = request
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
    example.audience === undefined ? undefined : await destination.prepare?.(example.audience, true, signal)
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
