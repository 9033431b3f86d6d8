import type { LookupDefinition, ResultsDefinition } from '../../../language/connector-request.js'
import type { LeafScope } from '../../../template/leaf-template.js'
import { evaluateLeaf } from '../../../template/leaf-template.js'
import type { OutgoingRow } from '../../connector.js'
import { leafOf } from '../../declared/body-template.js'
import { textAt } from '../../declared/path.js'
import { scopedRow } from '../../declared/row-scope.js'
import type { GivenAnswer } from '../loopback-server.js'

/** The code under which a row is refused in answers that the kit makes up. */
export const REFUSED = 'refused_by_test'

/** An answer of success that refuses some of the rows, made up by the connector's own rules. */
export function answerAbout(
  results: ResultsDefinition | undefined,
  success: readonly number[] | undefined,
  rows: readonly OutgoingRow[],
  refused: readonly number[],
): GivenAnswer {
  const status = success?.[0] ?? 200
  if (status === 204) return { status, text: '' }
  return { status, text: JSON.stringify(bodyAbout(results ?? { match: 'all' }, rows, refused) ?? {}) }
}

function bodyAbout(
  results: ResultsDefinition,
  rows: readonly OutgoingRow[],
  refused: readonly number[],
): unknown {
  const isRefused = (index: number) => refused.includes(index)
  const failure = ({ code, message }: Paths) => put(put({}, message, 'refused'), code, REFUSED)
  switch (results.match) {
    case 'all':
      return put({}, results.believe, 'done')
    case 'position':
      return put(
        {},
        results.path,
        rows.map((_, index) =>
          isRefused(index)
            ? put(failure(results), results.ok, false)
            : put(put({}, results.ok, true), results.id, `id-${index}`),
        ),
      )
    case 'index': {
      const items = refused.map((index) => put(failure(results.errors), results.errors.index, index))
      return put(put({}, results.believe, 'done'), results.errors.path[0], items)
    }
    case 'key': {
      const { errors, successes } = results
      const named = rows.map((row, index) => ({ index, scope: scopedRow(row, index).scope }))
      const failures = named.flatMap(({ index, scope }) =>
        errors && isRefused(index)
          ? [put(failure(errors), errors.key[0], textAt(scope, errors.row_key ?? '$key'))]
          : [],
      )
      // In another order than the rows.
      const passes = named
        .toReversed()
        .flatMap(({ index, scope }) =>
          successes && !isRefused(index)
            ? [
                put(
                  put({}, successes.key, textAt(scope, successes.row_key ?? '$key')),
                  successes.id,
                  `id-${index}`,
                ),
              ]
            : [],
        )
      return put(put(put({}, results.believe, 'done'), errors?.path[0], failures), successes?.path, passes)
    }
  }
}

interface Paths {
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/** What a lookup finds: every row. */
export function lookupAnswer(
  lookup: LookupDefinition,
  rows: readonly OutgoingRow[],
  scope: LeafScope,
): GivenAnswer {
  const key = String(evaluateLeaf(leafOf(lookup.key), scope))
  const items = rows.map((row, index) => {
    const name = textAt(scopedRow(row, index).scope, lookup.row_key ?? '$key')
    return put(put({}, key, name), lookup.value, `found-${index}`)
  })
  return { status: lookup.response?.success?.[0] ?? 200, text: JSON.stringify(put({}, lookup.path, items)) }
}

/** A copy of a value with something at a path: `errors.0.message` makes a list of one. No path: the value itself. */
export function put(whole: unknown, path: string | undefined, value: unknown): unknown {
  if (path === undefined) return whole
  const parts = path.replace(/^\$\.?/, '').split('.')
  return path === '$' ? value : placed(whole, parts, value)
}

function placed(whole: unknown, [part, ...rest]: readonly string[], value: unknown): unknown {
  if (part === undefined) return value
  const isIndex = /^\d+$/.test(part)
  if (isIndex) {
    const items = Array.isArray(whole) ? [...whole] : []
    items[Number(part)] = placed(items[Number(part)], rest, value)
    return items
  }
  const members = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? whole : {}
  return { ...members, [part]: placed((members as Record<string, unknown>)[part], rest, value) }
}
