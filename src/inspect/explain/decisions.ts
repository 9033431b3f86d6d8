import { isDecided } from '../../identity/decided.js'
import { writtenInTable } from '../../identity/decisions-table.js'
import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { writtenOverrides } from '../../identity/overrides.js'
import type { Override } from '../../language/override.js'
import { published } from '../../program/scope.js'
import { lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { lastPublishedRun } from '../../state/runs.js'
import { stateLiteral } from '../../state/store.js'
import { ask, type Inspected } from '../inspected.js'
import type { Ruling } from './explanation.js'
import type { Cte } from './read-sources.js'

/** What people decided about the entity, in the order of files, with their values in normal form. */
export interface Decisions {
  readonly rulings: readonly Ruling[]
  /** `overrides` as a subquery, as of the last run; undefined where there are none. */
  readonly cte: Cte | undefined
}

/** Whether an override held is judged by the last run's `as_of`. */
export async function readDecisions(inspected: Inspected, input: IdentityInput): Promise<Decisions> {
  if (!isDecided(input)) return { rulings: [], cte: undefined }
  const { scope, connection } = inspected
  const run = await lastPublishedRun({ ...scope, connection })
  const moment = stateLiteral({ moment: run?.asOf ?? '1970-01-01 00:00:00' })
  const select = writtenOverrides(scope, input, moment)
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines(['position', 'holds', 'value', 'other_value'].map((column) => name(column)))}
      from (
        ${select}
      ) as ${name('overrides')}
      order by ${name('position')}
    `,
  )
  const decisions = [...input.overrides, ...(await decisionsInTable(inspected, input))]
  const rulings = decisions.map((override, i) => {
    const row = rows[i]
    return ruling(override, row?.holds === true, [row?.value, row?.other_value])
  })
  return { rulings, cte: { name: 'overrides', select } }
}

type Decision = Omit<Override, 'origin' | 'entity' | 'identifiers'> & {
  readonly identifiers: readonly { readonly type: string; readonly value: string }[]
}

async function decisionsInTable(inspected: Inspected, input: IdentityInput): Promise<readonly Decision[]> {
  const select = writtenInTable(inspected.scope, input)
  if (!select) return []
  const place = input.entity.overridesFrom?.join('.') ?? ''
  const rows = await ask(inspected, select)
  return rows.map((row) => {
    const kind = String(row.kind) as Override['kind']
    const written = kind === 'block' ? [row.identifier] : [row.identifier, row.other_identifier]
    const identifiers = written.map((text) => {
      const [type = '', ...value] = String(text).split(':')
      return { type: type.trim(), value: value.join(':') }
    })
    const { reason, by, expires } = row
    return {
      kind,
      identifiers,
      place,
      ...(reason !== null && { reason: String(reason) }),
      ...(by !== null && { by: String(by) }),
      ...(expires !== null && { expires: String(expires).slice(0, 10) }),
    }
  })
}

function ruling(override: Decision, holds: boolean, normal: readonly unknown[]): Ruling {
  return {
    kind: override.kind,
    identifiers: override.identifiers.map(({ type, value }, i) => ({
      identifier: type,
      value: typeof normal[i] === 'string' ? normal[i] : value,
    })),
    reason: override.reason ?? null,
    by: override.by ?? null,
    expires: override.expires ?? null,
    place: override.place,
    holds,
  }
}

/** Whether some override of the kind held. */
export function hasHeld({ rulings }: Decisions, kind: Ruling['kind']): boolean {
  return rulings.some((one) => one.kind === kind && one.holds)
}

/** Links that people made inside the component: `hub`, `spoke`, `link` (the position of the override). */
export function linksInside(): Sql {
  return sql`
    select
      ${name('x', 'node')} as ${name('hub')},
      ${name('y', 'node')} as ${name('spoke')},
      ${name('o', 'position')} as ${name('link')}
    from ${name('overrides')} as ${name('o')}
    join ${name('component')} as ${name('x')}
      on ${name('x', 'strength')} = ${name('o', 'strength')} and ${name('x', 'value')} = ${name('o', 'value')}
    join ${name('component')} as ${name('y')}
      on ${name('y', 'strength')} = ${name('o', 'other_strength')} and ${name('y', 'value')} = ${name('o', 'other_value')}
    where ${name('o', 'kind')} = 'link' and ${name('o', 'holds')} and ${name('x', 'node')} <> ${name('y', 'node')}
  `
}

/** Values of the component that are set aside and belong to it by a person's link alone: their rows join nobody. */
export function linkedCte({ scope }: Inspected, input: IdentityInput): Cte {
  const select = sql`
    select ${name('c', 'node')}
    from ${name('component')} as ${name('c')}
    join ${from(published(scope, sharedValuesTable(input.entity.name)))} as ${name('s')}
      on ${name('s', 'identifier')} = ${name('c', 'identifier')} and ${name('s', 'value')} = ${name('c', 'value')}
  `
  return { name: 'linked', select }
}
