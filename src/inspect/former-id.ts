import { UsageError } from '../diagnostics/errors.js'
import type { Entity } from '../language/entity.js'
import { shownMoment } from '../run/moments.js'
import { name, sql } from '../sql/fragment.js'
import { ask, entityTable, hasTable, type Inspected, textOf, textOrNull } from './inspected.js'

/** Nobody answers for the id any more. */
export class RetiredId extends UsageError {
  constructor(
    readonly entity: Entity,
    readonly id: string,
    message: string,
  ) {
    super(
      message,
      'Its last row was deleted or set aside, or its identifiers are refused now; see ' +
        `${entity.name}_id_changes and rejected_identifiers.`,
    )
  }
}

/**
 * Follows an id that no customer has any more through the log of changes, to the customer that it was merged into, or, where
 * what it held has moved on since, to who answers for it today. Undefined where the id never was; throws a `RetiredId`
 * where nobody answers.
 */
export async function whatBecameOf(
  inspected: Inspected,
  entity: Entity,
  id: string,
): Promise<{ readonly entity: Entity; readonly id: string; readonly note: string } | undefined> {
  const { steps, last, isRetired } = await follow(inspected, entity, id)
  if (steps.length === 0) return undefined
  const alias = await answerOf(inspected, entity, id)
  const told = steps.join(', ')
  if (alias === undefined ? isRetired : alias === null)
    throw new RetiredId(entity, id, `${told}: no row of any source leads to it any more`)
  if (alias === undefined || alias === null || (alias === last && !isRetired))
    return { entity, id: last, note: told }
  return { entity, id: alias, note: `${told}; ${alias} has what it held` }
}

/** What the log says: each merge, to the end. */
async function follow(inspected: Inspected, entity: Entity, id: string) {
  const steps: string[] = []
  const seen = new Set<string>()
  let current = id
  while (!seen.has(current)) {
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
    if (!change) break
    const at = textOf(change, 'changed_at')
    const when = at === undefined ? '' : ` as of ${shownMoment(at)}`
    if (change.kind === 'retired')
      return { steps: [...steps, `the id ${current} was retired${when}`], last: current, isRetired: true }
    const heir = String(change.id)
    steps.push(`${current} was merged into ${heir}${when}`)
    current = heir
  }
  return { steps, last: current, isRetired: false }
}

/** Who answers for the id today: null where nobody does, undefined where that is not recorded. */
async function answerOf(
  inspected: Inspected,
  entity: Entity,
  id: string,
): Promise<string | null | undefined> {
  if (!(await hasTable(inspected, `${entity.name}_id_aliases`))) return undefined
  const [row] = await ask(
    inspected,
    sql`
      select ${name(entity.idColumn)} as id
      from ${entityTable(inspected, entity, 'id_aliases')}
      where previous_id = ${id}
    `,
  )
  return row === undefined ? undefined : textOrNull(row, 'id')
}
