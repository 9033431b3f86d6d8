import type { CheckStep } from '../program/program.js'
import type { Measures } from './result.js'
import { StepFailure } from './run-steps.js'

/**
 * A source that had rows in the last run and has none in this one is more likely broken than empty: publishing it would
 * retire every id that stands on it. Throws before anything is published, unless that is allowed.
 */
export function refuseEmptied(now: Measures, before: Measures, isAllowed: boolean): void {
  if (isAllowed) return
  const rows = Object.keys(now).flatMap((node) => {
    const [kept, last] = [keptRows(now, node), keptRows(before, node)]
    return kept === 0 && last !== undefined && last > 0
      ? [{ source: node.replace('source.', ''), kept: 0, kept_by_the_last_run: last }]
      : []
  })
  if (rows.length === 0) return
  throw new StepFailure('No source may be suddenly empty.', undefined, { step: EMPTIED, rows })
}

const EMPTIED: CheckStep = {
  kind: 'check',
  title: 'No source may be suddenly empty.',
  sql: '',
  message: 'A source that had rows has none any more. Nothing was published.',
  remedy: 'See what became of its rows; if that is meant, run with --allow-empty.',
  code: 'CDP6001',
  severity: 'error',
}

/** Rows of a source that were left after cleaning; undefined of other nodes, and of reference tables. */
function keptRows(measures: Measures, node: string): number | undefined {
  const kept = measures[node]?.rows?.[0]?.kept
  return kept === undefined || kept === null ? undefined : Number(kept)
}
