import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { Row } from '../engines/connection.js'
import { isEventSource } from '../language/source.js'
import { publicRelation } from '../program/scope.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { type IdentifierValue, normalForm } from './identifier-value.js'
import { ask, entityTable, type Inspected, textOf } from './inspected.js'
import { personalNames } from './personal.js'
import type { Wanted } from './wanted.js'

type WantedIdentifier = Extract<Wanted, { kind: 'identifier' }>
type WantedRow = Extract<Wanted, { kind: 'row' }>

/** Why nobody answers to an identifier, and the nearest thing that helps. */
export async function whyNoIdentifier(
  inspected: Inspected,
  wanted: WantedIdentifier,
  read: IdentifierValue,
): Promise<UsageError> {
  const { identifier, value } = wanted
  const shown = `${identifier.name}:${read.normal ?? value}`
  const [listed] = await ask(inspected, refusalsOf(inspected, wanted, read))
  if (read.refusedBy !== undefined) {
    const seen = listed ? ` (${seenIn(listed)})` : ''
    return new UsageError(
      `${shown} identifies nobody: ${refusalText(read.refusedBy, identifier.name)}${seen}`,
      `Its rules are those of the identifier type ${identifier.name} in the entity ${wanted.entity.name}.`,
    )
  }
  if (read.normal === undefined) return new UsageError('an empty value identifies nobody')
  if (listed && listed.rule === 'shared_above')
    return new UsageError(
      `${shown} is shared: it was seen with more other identifiers than shared_above allows, so it joins nobody (${seenIn(listed)})`,
      'Show one of its rows, or another identifier of the customer.',
    )
  if (listed && listed.rule === 'block')
    return new UsageError(
      `${shown} is blocked by an override, so it joins nobody (${seenIn(listed)})`,
      blockedAt(inspected, wanted, read.normal),
    )
  if (listed)
    return new UsageError(
      `${shown} was refused by the rule ${listed.rule} (${seenIn(listed)})`,
      'The rules may have changed since: "cdp run" reads the sources again.',
    )
  return new UsageError(
    `no ${wanted.entity.name} has ${shown}`,
    await nearest(inspected, wanted, read.normal),
  )
}

/** Who blocked it, why and where. */
function blockedAt(
  { project }: Inspected,
  { entity, identifier, value }: WantedIdentifier,
  normal: string,
): string {
  const block = project.overrides.find(
    ({ entity: of, kind, identifiers: [one] }) =>
      of === entity.name &&
      kind === 'block' &&
      one?.type === identifier.name &&
      [value.trim(), normal].includes(one.value),
  )
  if (!block) return 'Show one of its rows, or another identifier of the customer.'
  return [block.reason, block.by, block.place].filter((part) => part !== undefined).join(' · ')
}

/** Refused values are listed as they came, shared ones in their normal form. */
function refusalsOf(
  inspected: Inspected,
  { identifier, value }: WantedIdentifier,
  read: IdentifierValue,
): Sql {
  const listed = name('value')
  const same =
    read.normal === undefined
      ? sql`false`
      : sql`${normalForm(inspected, identifier, listed)} = ${read.normal}`
  const { lower, trim } = inspected.scope.dialect.functions
  const alike = (text: Sql): Sql => lower(trim(text))
  return sql`
    select rule, sum(row_count) as row_count, min(${name('source')}) as ${name('source')}, min(sample_record_key) as record_key
    from ${from(publicRelation(inspected.scope, 'rejected_identifiers'))}
    where identifier = ${identifier.name} and (${alike(listed)} = ${alike(sql`${value}`)} or ${same})
    group by rule
    order by row_count desc, rule
    limit 1
  `
}

function seenIn(row: Row): string {
  const count = Number(row.row_count)
  return `in ${count} ${count === 1 ? 'row' : 'rows'}, for example ${row.source}/${row.record_key}`
}

function refusalText(rule: string, type: string): string {
  switch (rule) {
    case 'default':
      return 'it stands for "no value" (default_rejects)'
    case 'reject':
      return 'the list `reject` names it'
    case 'accept':
      return 'it does not match `accept`'
    default:
      return `it cannot be read as ${rule === type ? `${/^[aeiou]/.test(rule) ? 'an' : 'a'} ${rule}` : `${type} (normalize: ${rule})`}`
  }
}

/** The same value under another type, or the value nearest to it, where it may be said. */
async function nearest(inspected: Inspected, wanted: WantedIdentifier, normal: string): Promise<string> {
  const { entity, identifier } = wanted
  const table = entityTable(inspected, entity, 'identifiers')
  const value = name('value')
  const [other] = await ask(
    inspected,
    sql`select min(identifier) as identifier from ${table} where ${value} = ${normal} and identifier <> ${identifier.name}`,
  )
  const type = textOf(other, 'identifier')
  if (type !== undefined) return `There is a ${type} with that value: ${type}:${normal}`
  const { identifiers } = personalNames(inspected.project, entity, inspected.scope.dialect.lexicon)
  if (identifiers.has(identifier.name) && !inspected.saysPersonal) return NOT_THERE
  const alike = await ask(
    inspected,
    sql`
      select ${value}
      from ${table}
      where identifier = ${identifier.name}
        and length(${value}) between ${normal.length - 2} and ${normal.length + 2}
        and (
          substring(${value}, 1, 2) = ${normal.slice(0, 2)}
          or substring(${value}, length(${value}) - 3) = ${normal.slice(-4)}
        )
      order by ${value}
      limit 20000
    `,
  )
  const near = closest(
    normal,
    alike.map((row) => String(row.value)),
  )
  return near === undefined ? NOT_THERE : `Did you mean ${identifier.name}:${near}?`
}

const NOT_THERE = 'No row of the last run has it; rows that came since are read by "cdp run".'

/** Why a row leads to nobody: `isThere` where it was read and placed nowhere. */
export async function whyNoRow(
  inspected: Inspected,
  { entity, source, key }: WantedRow,
  condition: Sql,
  isThere: boolean,
): Promise<UsageError> {
  const shown = `${source.name}/${key}`
  if (isThere)
    return new UsageError(
      `${shown} belongs to no ${entity.name}: none of its identifiers leads to one`,
      source.identity === 'attach'
        ? 'Rows of this source only look up customers that others make (identity: attach).'
        : 'They are empty, refused or shared: see rejected_identifiers.',
    )
  const [rejected] = await ask(
    inspected,
    sql`
      select reason, column_name
      from ${from(publicRelation(inspected.scope, 'rejected_records'))}
      where ${name('source')} = ${source.name} and ${condition}
      order by reason
      limit 1
    `,
  )
  if (rejected) {
    const column = textOf(rejected, 'column_name')
    return new UsageError(
      `${shown} was set aside: ${rejected.reason}${column === undefined ? '' : ` (${column})`}`,
      'See rejected_records.',
    )
  }
  return new UsageError(
    `${source.name} has no row with the key ${key}`,
    await sampleKey(inspected, { entity, source }),
  )
}

async function sampleKey(
  inspected: Inspected,
  { entity, source }: Pick<WantedRow, 'entity' | 'source'>,
): Promise<string> {
  const names = personalNames(inspected.project, entity, inspected.scope.dialect.lexicon)
  const table = entityTable(inspected, entity, isEventSource(source) ? 'events' : 'records')
  const [row] = await ask(
    inspected,
    sql`select min(record_key) as record_key from ${table} where ${name('source')} = ${source.name}`,
  )
  const sample = textOf(row, 'record_key')
  if (sample === undefined) return 'The last run read no row of it.'
  return names.keys.has(source.name) ? NOT_THERE : `Its keys look like this: ${source.name}/${sample}`
}
