import type { Identifier } from '../language/entity.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { normalize } from '../sql/normalizers.js'
import { defaultRefusal, firstRefusal, listRefusals } from '../staging/cleaning.js'
import { ask, type Inspected, textOf } from './inspected.js'

/** A value as a run would read it: its normal form, or the rule that refuses it; neither where it is empty. */
export interface IdentifierValue {
  readonly normal?: string
  readonly refusedBy?: string
}

/** Reads a value as staging reads those of sources, on the engine itself: what is typed in finds what was stored. */
export async function readIdentifier(
  inspected: Inspected,
  identifier: Identifier,
  written: string,
): Promise<IdentifierValue> {
  const { dialect } = inspected.scope
  const { cleaning } = identifier
  const read = name('read')
  const normal = name('normal')
  const refusals = [
    ...(cleaning.defaultRejects ? [defaultRefusal(dialect, read)] : []),
    { rule: cleaning.normalize?.kind ?? 'trim', when: sql`${read} is not null and ${normal} is null` },
    ...listRefusals(dialect, cleaning, normal),
  ]
  const [row] = await ask(
    inspected,
    sql`
      select normal, ${firstRefusal(refusals)} as rule
      from (
        select ${read}, ${normalForm(inspected, identifier, read)} as normal
        from (
          select ${trimmed(inspected, identifier, sql`${written}`)} as ${read}
        ) as written
      ) as normalised
    `,
  )
  const refusedBy = textOf(row, 'rule')
  if (refusedBy !== undefined) return { refusedBy }
  const found = textOf(row, 'normal')
  return found === undefined ? {} : { normal: found }
}

function trimmed({ scope }: Inspected, { cleaning }: Identifier, text: Sql): Sql {
  return cleaning.normalize?.kind === 'none' ? text : sql`nullif(${scope.dialect.functions.trim(text)}, '')`
}

/** The normal form of a text column of the statement. */
export function normalForm({ scope }: Inspected, { cleaning }: Identifier, column: Sql): Sql {
  return normalize(scope.dialect, column, cleaning.normalize ?? { kind: 'trim' })
}
