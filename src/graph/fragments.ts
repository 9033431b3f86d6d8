import type { Origin } from '../language/origin.js'
import { checkExpression, functionsIn } from '../sql/user-fragment.js'
import type { Checking } from './checking.js'
import { namesIn } from './fragment-names.js'

/** What the expression of a place may read, where that is known. */
export interface FragmentScope {
  readonly names: readonly string[]
  /** What the expression makes: `trait`, `normaliser`. */
  readonly called: string
  /** It sees one of these, `profile` or `row`: no aggregate, no window. */
  readonly sees?: string
}

/** Aggregates and window functions of all engines; `min` of two values is `least` there. */
const OVER_ROWS = new Map(
  `sum avg count count_if countif string_agg array_agg group_concat listagg any_value arg_max arg_min max_by min_by bool_and
  bool_or every median quantile quantile_cont percentile_cont stddev variance approx_count_distinct row_number rank
  dense_rank ntile lag lead first_value last_value nth_value over`
    .split(/\s+/)
    .map((name): [string, string | undefined] => [name, undefined]),
)
OVER_ROWS.set('min', 'the lesser of two values is least(a, b)')
OVER_ROWS.set('max', 'the greater of two values is greatest(a, b)')

/** One expression (CDP4002), with names that are there (CDP3001) where it is known which are. */
export function checkFragment(checking: Checking, sql: string, place: Origin, scope?: FragmentScope): void {
  const { findings, lexicon } = checking
  checking.fragments.push({ sql, place })
  const error = checkExpression(sql, lexicon)
  if (error) {
    const inside = { from: error.offset, to: error.offset + 1 }
    findings.error('CDP4002', place, error.message, { inside })
    return
  }
  if (!scope) return
  if (scope.sees !== undefined) checkPerRow(checking, sql, place, scope.called, scope.sees)
  const known = new Set(scope.names.map((name) => name.toLowerCase()))
  for (const used of namesIn(sql, lexicon)) {
    const name = used.name.toLowerCase()
    if (known.has(name)) continue
    known.add(name)
    if (isBroken(checking, name)) continue
    const inside = { from: used.offset, to: used.offset + used.name.length + (used.quoted ? 2 : 0) }
    const lookup = {
      kind: 'trait',
      name: used.name,
      called: `name in the SQL of a ${scope.called}:`,
    } as const
    findings.unknown(place, { ...lookup, candidates: scope.names }, { inside })
  }
}

function isBroken({ findings }: Checking, name: string): boolean {
  return (['attribute', 'trait', 'identifier'] as const).some((kind) => findings.isBroken(kind, name))
}

function checkPerRow(
  { findings, lexicon }: Checking,
  sql: string,
  place: Origin,
  called: string,
  sees: string,
): void {
  const call = functionsIn(sql, lexicon).find((one) => OVER_ROWS.has(one.name))
  if (!call) return
  const what = call.name === 'over' ? 'a window' : `${call.name}()`
  findings.error('CDP4002', place, `${what} goes over many rows, the SQL of a ${called} sees one ${sees}`, {
    inside: { from: call.offset, to: call.offset + call.name.length },
    expected: `one expression over the values of a ${sees}`,
    hint: OVER_ROWS.get(call.name) ?? 'what is computed over rows is a trait with "from"',
  })
}
