import type { Row } from '../engines/connection.js'
import type { RunResult } from '../run/result.js'
import { count, counted } from './amounts.js'

type Measures = RunResult['measures']

/** What limits and overrides did in a run, and what looks wrong: a line each, none where there is nothing to say. */
export function healthLines(measures: Measures, entity: string): readonly string[] {
  const rows = (kind: 'identity' | 'health', name: string): readonly Row[] =>
    measures[`${kind}.${entity}`]?.[name] ?? []
  return [
    ...refusedLine(rows('identity', 'refused_edges')),
    ...overrideLines(rows('identity', 'overrides')),
    ...rows('health', 'suspect').map(suspectLine),
  ]
}

function refusedLine(rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return []
  const all = rows.reduce((sum, row) => sum + Number(row.edge_count), 0)
  const reasons = rows.map((row) => `${count(Number(row.edge_count))} ${row.reason}`)
  return [
    `refused: ${counted(all, 'link')} (${reasons.slice(0, MOST).join('; ')}${rows.length > MOST ? '; …' : ''})`,
  ]
}

/** How many reasons are told. */
const MOST = 5

/** How many overrides are told. */
const LISTED = 12

function overrideLines(rows: readonly Row[]): readonly string[] {
  const shown = rows.slice(0, LISTED).map(overrideLine)
  return rows.length > LISTED ? [...shown, `… and ${count(rows.length - LISTED)} more overrides`] : shown
}

function overrideLine(row: Row): string {
  return `override ${row.override}: ${row.holds === true ? effectOf(String(row.kind), Number(row.effect)) : 'expired'}`
}

function effectOf(kind: string, effect: number): string {
  switch (kind) {
    case 'block':
      return effect === 0 ? 'no row has it' : `keeps it from joining ${counted(effect, 'row')}`
    case 'link':
      return effect === 0
        ? 'changes nothing: rows say the same, it is refused, or no row has both'
        : `made ${counted(effect, 'link')} that no row makes`
    default:
      return effect === 0 ? 'no link is between them' : `refused ${counted(effect, 'link')}`
  }
}

/** Its value is masked where it is personal. */
function suspectLine(row: Row): string {
  const met = `${count(Number(row.met_count))} different ${row.met_identifier}`
  return `suspicious: ${row.identifier}:${row.value} meets ${met}; see "cdp identity"`
}
