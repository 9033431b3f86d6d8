import { UsageError } from '../diagnostics/errors.js'
import type { Entity } from '../language/entity.js'
import { shownMoment } from '../run/moments.js'
import { name, sql } from '../sql/fragment.js'
import { ask, entityTable, type Inspected, textOf } from './inspected.js'

/**
 * Follows an id that nobody answers to any more through the log of changes, to the customer that it was merged into.
 * Undefined where the id never was; throws a `UsageError` where it was retired.
 */
export async function whatBecameOf(
  inspected: Inspected,
  entity: Entity,
  id: string,
): Promise<{ readonly entity: Entity; readonly id: string; readonly note: string } | undefined> {
  const steps: string[] = []
  const seen = new Set<string>()
  for (let current = id; !seen.has(current); ) {
    seen.add(current)
    const [change] = await ask(
      inspected,
      sql`
        select kind, changed_at, ${name(entity.idColumn)} as id
        from ${entityTable(inspected, entity, 'id_changes')}
        where (kind = 'merged' and previous_id = ${current})
          or (kind = 'retired' and ${name(entity.idColumn)} = ${current})
        order by changed_at desc, run_id desc
        limit 1
      `,
    )
    if (!change) return steps.length === 0 ? undefined : { entity, id: current, note: steps.join(', ') }
    const at = textOf(change, 'changed_at')
    const when = at === undefined ? '' : ` as of ${shownMoment(at)}`
    if (change.kind === 'retired')
      throw new UsageError(
        [...steps, `the id ${current} was retired${when}: no row of any source leads to it any more`].join(
          ', ',
        ),
        'Its last row was deleted or set aside, or its identifiers are refused now; see ' +
          `${entity.name}_id_changes and rejected_identifiers.`,
      )
    const heir = String(change.id)
    steps.push(`${current} was merged into ${heir}${when}`)
    current = heir
  }
  return undefined
}
