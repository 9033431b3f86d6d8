import type { ResultsDefinition } from '../../language/connector-request.js'
import type { Answer, RowOutcome } from '../connector.js'
import type { ScopedRow } from './body-template.js'
import { atPath, textAt } from './path.js'
import { oneLine } from './vendor-message.js'

type Matched = readonly RowOutcome[] | Exclude<Answer, { kind: 'results' }>
type Of<M extends ResultsDefinition['match']> = Extract<ResultsDefinition, { match: M }>

/**
 * The outcome of each row, in the order of `rows`, from the body of an answer; or what the answer means as a whole where
 * it does not say what became of rows. An answer is not believed because its status is 200.
 */
export function matchRows(definition: ResultsDefinition, body: unknown, rows: readonly ScopedRow[]): Matched {
  switch (definition.match) {
    case 'position':
      return byPosition(definition, body, rows)
    case 'key':
      return byKey(definition, body, rows)
    case 'index':
      return byIndex(definition, body, rows)
    case 'all':
      return together(definition, body, rows)
  }
}

const OK: RowOutcome = { outcome: 'ok' }

function unbelieved(message: string): Matched {
  return { kind: 'retry', message, maybeProcessed: true }
}

function ok(
  item: unknown,
  { id, created }: { readonly id?: string | undefined; readonly created?: string | undefined },
): RowOutcome {
  const destinationId = textAt(item, id)
  const isCreated = created === undefined ? undefined : atPath(item, created)
  return {
    outcome: 'ok',
    ...(destinationId !== undefined && { destinationId }),
    ...(typeof isCreated === 'boolean' && { created: isCreated }),
  }
}

interface Codes {
  readonly retry_codes?: readonly string[] | undefined
  readonly accept_codes?: readonly string[] | undefined
}

function refused(
  code: string | undefined,
  message: string | undefined,
  { retry_codes, accept_codes }: Codes,
): RowOutcome {
  if (code !== undefined && accept_codes?.includes(code)) return OK
  const said = oneLine(message ?? code ?? 'the destination does not say why')
  if (code !== undefined && retry_codes?.includes(code))
    return { outcome: 'retry', message: `${code}: ${said}` }
  return { outcome: 'rejected', code: code ?? 'rejected', message: said }
}

function byPosition(definition: Of<'position'>, body: unknown, rows: readonly ScopedRow[]): Matched {
  const items = atPath(body, definition.path)
  if (!Array.isArray(items)) return unbelieved('the answer has no results of rows')
  if (items.length !== rows.length)
    return unbelieved(`the answer has ${items.length} results for ${rows.length} rows`)
  return items.map((item) => {
    const code = textAt(item, definition.code)
    const isOk = definition.ok === undefined ? code === undefined : atPath(item, definition.ok) === true
    return isOk ? ok(item, definition) : refused(code, textAt(item, definition.message), definition)
  })
}

function byKey(definition: Of<'key'>, body: unknown, rows: readonly ScopedRow[]): Matched {
  const { errors, successes, if_none = 'retry', believe } = definition
  const folded = (key: string) => (definition.ignore_case ? key.toLowerCase() : key)
  if (believe !== undefined && isMissing(atPath(body, believe)))
    return unbelieved(`the answer has no "${believe}"`)
  const strange = strangeList(body, errors?.path)
  if (strange !== undefined) return unbelieved(strange)
  const failures = failuresAt(body, errors?.path)
  const passes = listAt(body, successes?.path)
  if (failures.length + passes.length === 0 && if_none !== 'ok') {
    const message = 'the answer has neither results nor errors'
    return if_none === 'split' && rows.length > 1
      ? { kind: 'split', code: 'no_results', message }
      : unbelieved(message)
  }
  const taken = new Map<string, RowOutcome>()
  for (const item of passes) {
    const key = textAt(item, successes?.key)
    if (key !== undefined) taken.set(folded(key), ok(item, successes ?? {}))
  }
  // A row may lack what names it in answers: nothing is about it then.
  const nameOf = ({ scope }: ScopedRow, rowKey = '$key'): string | undefined => {
    const name = textAt(scope, rowKey)
    return name === undefined ? undefined : folded(name)
  }
  const names = new Set(rows.map((row) => nameOf(row, errors?.row_key)))
  const rejected = new Map<string, RowOutcome>()
  const strays: RowOutcome[] = []
  for (const { item, list } of failures) {
    const keys = (errors?.key ?? []).flatMap((path) => textAt(item, path) ?? [])
    const key = keys.map(folded).find((one) => names.has(one))
    const code = textAt(item, errors?.code) ?? list
    const outcome = refused(code, textAt(item, errors?.message), definition)
    if (key !== undefined) rejected.set(key, outcome)
    else strays.push(outcome)
  }
  return rows.map((row) => {
    const failure = rejected.get(nameOf(row, errors?.row_key) ?? NOBODY)
    const pass = taken.get(nameOf(row, successes?.row_key) ?? NOBODY)
    return failure ?? pass ?? unnamed(strays, successes !== undefined, rows.length)
  })
}

/** No name of a row: `textAt` gives no empty text. */
const NOBODY = ''

/** A row that the answer does not name. `strays`: errors that name none of the rows. */
function unnamed(strays: readonly RowOutcome[], namesSuccesses: boolean, rows: number): RowOutcome {
  const [stray] = strays
  if (stray && rows === 1) return stray
  if (stray) return { outcome: 'unknown', message: 'the answer has an error that names no row' }
  return namesSuccesses ? { outcome: 'unknown', message: 'the answer does not name the row' } : OK
}

function byIndex(definition: Of<'index'>, body: unknown, rows: readonly ScopedRow[]): Matched {
  const { errors, believe } = definition
  const strange = strangeList(body, errors.path)
  if (strange !== undefined) return unbelieved(strange)
  const failures = failuresAt(body, errors.path)
  if (failures.length === 0 && believe !== undefined && isMissing(atPath(body, believe)))
    return unbelieved(`the answer has neither errors nor "${believe}"`)
  const outcomes = new Map<number, RowOutcome>()
  const strays: RowOutcome[] = []
  for (const { item, list } of failures) {
    const outcome = refused(textAt(item, errors.code) ?? list, textAt(item, errors.message), definition)
    const index = firstNumber(textAt(item, errors.index))
    if (index !== undefined && index < rows.length) outcomes.set(index, outcome)
    else strays.push(outcome)
  }
  return rows.map((_, index) => outcomes.get(index) ?? unnamed(strays, false, rows.length))
}

function firstNumber(text: string | undefined): number | undefined {
  const digits = text === undefined ? undefined : /(\d+)/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function together(definition: Of<'all'>, body: unknown, rows: readonly ScopedRow[]): Matched {
  const { believe } = definition
  if (believe !== undefined && isMissing(atPath(body, believe)))
    return unbelieved(`the answer has no "${believe}"`)
  return rows.map(() => (rows.length === 1 ? ok(body, definition) : OK))
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}

interface Failure {
  readonly item: unknown
  /** Of several lists the name of the one that it stands in. */
  readonly list?: string
}

function failuresAt(body: unknown, paths: readonly string[] = []): readonly Failure[] {
  return paths.flatMap((path) => {
    const list = paths.length > 1 ? path.split('.').at(-1) : undefined
    return listAt(body, path).map((item) => ({ item, ...(list !== undefined && { list }) }))
  })
}

/** What is wrong with an answer that has something else where its errors should be listed: that is not "no errors". */
function strangeList(body: unknown, paths: readonly string[] = []): string | undefined {
  const path = paths.find((one) => {
    const found = atPath(body, one)
    if (Array.isArray(found) || !found) return false
    return typeof found !== 'object' || Object.keys(found).length > 0
  })
  return path === undefined ? undefined : `"${path}" of the answer is no list of errors`
}

function listAt(body: unknown, path: string | undefined): readonly unknown[] {
  const found = path === undefined ? undefined : atPath(body, path)
  return Array.isArray(found) ? found : []
}
