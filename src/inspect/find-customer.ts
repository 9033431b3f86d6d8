import { UsageError } from '../diagnostics/errors.js'
import type { Entity } from '../language/entity.js'
import { isEventSource } from '../language/source.js'
import { anyOf, name, type Sql, sql } from '../sql/fragment.js'
import { whatBecameOf } from './former-id.js'
import { readIdentifier } from './identifier-value.js'
import { ask, entityTable, hasTable, type Inspected, textOf } from './inspected.js'
import type { Wanted } from './wanted.js'
import { whyNoIdentifier, whyNoRow } from './why-not.js'

/** A customer that was found; `note` says how, where what was asked for answers under another name today. */
export interface FoundCustomer {
  readonly entity: Entity
  readonly id: string
  readonly note?: string
}

/**
 * The customer that is asked for. Throws a `UsageError` where there is none, which says why: nothing was run yet, the
 * value is refused or shared, the row was set aside, the id is retired.
 */
export async function findCustomer(inspected: Inspected, wanted: Wanted): Promise<FoundCustomer> {
  const entities = wanted.kind === 'id' ? wanted.entities : [wanted.entity]
  await checkHasRun(inspected, entities)
  switch (wanted.kind) {
    case 'identifier':
      return byIdentifier(inspected, wanted)
    case 'row':
      return byRow(inspected, wanted)
    case 'id':
      return byId(inspected, wanted)
  }
}

async function checkHasRun(inspected: Inspected, entities: readonly Entity[]): Promise<void> {
  for (const { name: entity } of entities) if (await hasTable(inspected, `${entity}_profiles`)) return
  const tables = entities.map(({ name: entity }) => `${entity}_profiles`).join(' or ')
  throw new UsageError(
    `no run on the target ${inspected.project.settings.target.name} has built ${tables} yet`,
    'Run "cdp run" first.',
  )
}

export function notRunYet(target: string): UsageError {
  return new UsageError(`nothing has been run on the target ${target} yet`, 'Run "cdp run" first.')
}

async function byIdentifier(
  inspected: Inspected,
  wanted: Extract<Wanted, { kind: 'identifier' }>,
): Promise<FoundCustomer> {
  const { entity, identifier } = wanted
  const read = await readIdentifier(inspected, identifier, wanted.value)
  if (read.normal !== undefined) {
    const [row] = await ask(
      inspected,
      sql`
        select ${name(entity.idColumn)} as id
        from ${entityTable(inspected, entity, 'identifiers')}
        where identifier = ${identifier.name} and ${name('value')} = ${read.normal}
        order by id
        limit 1
      `,
    )
    const id = textOf(row, 'id')
    if (id !== undefined) return { entity, id }
  }
  throw await whyNoIdentifier(inspected, wanted, read)
}

async function byRow(inspected: Inspected, wanted: Extract<Wanted, { kind: 'row' }>): Promise<FoundCustomer> {
  const { entity, source } = wanted
  const table = entityTable(inspected, entity, isEventSource(source) ? 'events' : 'records')
  const key = keyCondition(inspected, wanted)
  const [row] = await ask(
    inspected,
    sql`
      select ${name(entity.idColumn)} as id, record_key
      from ${table}
      where ${name('source')} = ${source.name} and ${key}
      order by id nulls last
      limit 1
    `,
  )
  const id = textOf(row, 'id')
  if (id !== undefined) return { entity, id }
  throw await whyNoRow(inspected, wanted, key, row !== undefined)
}

/** A composite key is the JSON array of its parts; it may be written as such, or as its parts with slashes or commas. */
export function keyCondition({ scope }: Inspected, wanted: Extract<Wanted, { kind: 'row' }>): Sql {
  const { source, key } = wanted
  const written = [sql`record_key = ${key}`]
  for (const sign of ['/', ',']) {
    const parts = key.split(sign).map((part) => part.trim())
    if (source.key.length < 2 || parts.length !== source.key.length) continue
    written.push(sql`record_key = ${scope.dialect.functions.jsonArray(parts.map((part) => sql`${part}`))}`)
  }
  return anyOf(written)
}

async function byId(
  inspected: Inspected,
  { entities, id }: Extract<Wanted, { kind: 'id' }>,
): Promise<FoundCustomer> {
  for (const entity of entities) {
    if (!(await hasTable(inspected, `${entity.name}_profiles`))) continue
    if (await answers(inspected, entity, id)) return { entity, id }
    const heir = await whatBecameOf(inspected, entity, id)
    if (heir) return heir
  }
  throw new UsageError(
    `there is no ${entities.map((entity) => entity.name).join(' or ')} with the id ${id}`,
    'An id looks like c_04dc0923fb3a558c0ae6; an identifier is written type:value, a row source/key.',
  )
}

async function answers(inspected: Inspected, entity: Entity, id: string): Promise<boolean> {
  const profiles = entityTable(inspected, entity, 'profiles')
  const rows = await ask(
    inspected,
    sql`select 1 as one from ${profiles} where ${name(entity.idColumn)} = ${id}`,
  )
  return rows.length > 0
}
