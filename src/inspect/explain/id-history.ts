import type { Row } from '../../engines/connection.js'
import type { IdentityInput } from '../../identity/graph-tables.js'
import type { Entity } from '../../language/entity.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { ask, entityTable, type Inspected, textOrNull } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import type { StoryChange } from './explanation.js'

/** Most ids whose history is followed. */
const MOST_IDS = 500

/** What happened to the id, and to those that were merged into it before, the earliest first. */
export async function changesUpTo(
  inspected: Inspected,
  { entity }: IdentityInput,
  id: string,
): Promise<readonly StoryChange[]> {
  const found = new Map<string, StoryChange>()
  const seen = new Set([id])
  for (let asked: readonly string[] = [id]; asked.length > 0; ) {
    const rows = await ask(inspected, changesQuery(inspected, entity, asked))
    const merged: string[] = []
    for (const row of rows) {
      const change = changeOf(row)
      found.set(JSON.stringify(change), change)
      const { kind, customer_id: heir, previous_id: previous } = change
      if (kind !== 'merged' || previous === null || !asked.includes(heir)) continue
      if (!seen.has(previous) && seen.size < MOST_IDS) merged.push(previous)
      if (seen.size < MOST_IDS) seen.add(previous)
    }
    asked = merged
  }
  return [...found.values()].sort(earlierFirst)
}

const ORDER = ['created', 'split', 'merged', 'retired']

function earlierFirst(a: StoryChange, b: StoryChange): number {
  const rank = (one: StoryChange) =>
    `${one.changed_at ?? ''} ${one.run_id} ${ORDER.indexOf(one.kind)} ${one.customer_id} ${one.previous_id ?? ''}`
  return rank(a) < rank(b) ? -1 : 1
}

function changesQuery(inspected: Inspected, entity: Entity, ids: readonly string[]): Sql {
  const { idColumn } = entity
  const wanted = list(ids.map((id) => sql`${id}`))
  const columns = [
    'run_id',
    'kind',
    'changed_at',
    'previous_id',
    'reason',
    'identifier',
    'value',
    'source',
    'record_key',
  ]
  return sql`
    select
      ${lines([as(name(idColumn), 'customer_id'), ...columns.map((column) => name(column))])}
    from ${entityTable(inspected, entity, 'id_changes')}
    where ${name(idColumn)} in (${wanted}) or ${name('previous_id')} in (${wanted})
  `
}

function changeOf(row: Row): StoryChange {
  return {
    run_id: String(row.run_id),
    kind: String(row.kind),
    changed_at: shownTime(row.changed_at),
    customer_id: String(row.customer_id),
    previous_id: textOrNull(row, 'previous_id'),
    reason: textOrNull(row, 'reason'),
    identifier: textOrNull(row, 'identifier'),
    value: textOrNull(row, 'value'),
    source: textOrNull(row, 'source'),
    record_key: textOrNull(row, 'record_key'),
  }
}
