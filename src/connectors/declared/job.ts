import type { JobDefinition } from '../../language/connector-request.js'
import type { RowOutcome } from '../connector.js'
import { waitOf } from './wait.js'

/** What is kept of a job between two processes: how the destination calls it, and the rows that are not in it. */
export interface Job {
  readonly id: string
  readonly settled: ReadonlyMap<number, RowOutcome>
}

const DEFAULT_WAIT_MS = 5000

export function jobText(id: string, settled: ReadonlyMap<number, RowOutcome>): string {
  return JSON.stringify({ id, settled: [...settled] })
}

export function jobOf(text: string): Job {
  const { id, settled } = JSON.parse(text) as { id: string; settled: [number, RowOutcome][] }
  return { id, settled: new Map(settled) }
}

export function waitBetween({ every }: JobDefinition): number {
  return waitOf(every, 0) ?? DEFAULT_WAIT_MS
}
