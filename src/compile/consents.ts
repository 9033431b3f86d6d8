import type { Consent, Purpose } from '../language/consent.js'
import type { Entity } from '../language/entity.js'
import type { Source, SourceEntity } from '../language/source.js'
import type { PublishedView } from '../program/compiled-node.js'
import type { Context } from '../program/context.js'
import { cast, noRows, nullOf, published } from '../program/scope.js'
import { as, lines, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { nodeColumns } from '../staging/node-columns.js'
import { latestRows } from '../staging/placement.js'
import { rowsTable } from '../staging/rows.js'
import { rowField } from './traits/row-values.js'

const consentShape: readonly { readonly name: string; readonly type: LogicalType }[] = [
  { name: 'purpose', type: { kind: 'string' } },
  { name: 'identifier', type: { kind: 'string' } },
  { name: 'value', type: { kind: 'string' } },
  { name: 'granted', type: { kind: 'boolean' } },
  { name: 'decided_at', type: { kind: 'timestamp' } },
  { name: 'source', type: { kind: 'string' } },
  { name: 'record_key', type: { kind: 'string' } },
]

/** `<entity>_consents`: the latest decision for each value and purpose, of every entity that has purposes. */
export function consentViews(context: Context): PublishedView[] {
  const { purposes, entities } = context.project
  return entities
    .filter((entity) => purposes.some((purpose) => purpose.entity === entity.name))
    .map((entity) => consentView(context, entity))
}

function consentView(context: Context, entity: Entity): PublishedView {
  const { scope, project } = context
  const decisions = project.consents
    .filter((consent) => consent.entity === entity.name)
    .flatMap((consent) => decisionsOf(context, entity, consent))
  const purposes = project.purposes.filter((purpose) => purpose.entity === entity.name)
  const latest = sql`
    select
      ${lines(consentShape.map((column) => name('d', column.name)))},
      row_number() over (
        partition by ${name('d', 'purpose')}, ${name('d', 'identifier')}, ${name('d', 'value')}
        order by ${name('d', 'decided_at')} desc, ${name('d', 'granted')}, ${name('d', 'source')}, ${name('d', 'record_key')}
      ) as ${name('place')}
    from (
      ${decisions.length === 0 ? noRows(scope, consentShape) : unionAll(decisions)}
    ) as ${name('d')}
    where ${name('d', 'purpose')} in (${list(purposes.map((purpose) => literal(purpose.name)))})
      and ${name('d', 'granted')} is not null
      and ${name('d', 'decided_at')} is not null
  `
  return {
    schema: 'public',
    name: `${entity.name}_consents`,
    description: 'The latest decision about each value and purpose.',
    select: sql`
      select
        ${lines([
          as(name('i', 'customer_id'), entity.idColumn),
          ...consentShape.map((column) => name('l', column.name)),
          as(expiry(context, purposes), 'expires_at'),
        ])}
      from (
        ${latest}
      ) as ${name('l')}
      left join ${from(published(scope, identifiersTable(entity.name)))} as ${name('i')}
        on ${name('i', 'identifier')} = ${name('l', 'identifier')}
        and ${name('i', 'value')} = ${name('l', 'value')}
      where ${name('l', 'place')} = 1
    `,
    columns: [
      { name: entity.idColumn, description: `The ${entity.name} who has the value; null where nobody does.` },
    ],
  }
}

/** A withdrawal does not expire. */
function expiry({ scope }: Context, purposes: readonly Purpose[]): Sql {
  const whens = purposes.flatMap(({ name: purpose, expiresAfter }) =>
    expiresAfter
      ? [
          sql`when ${name('l', 'granted')} and ${name('l', 'purpose')} = ${purpose} then ${scope.dialect.functions.addSeconds(name('l', 'decided_at'), expiresAfter.seconds)}`,
        ]
      : [],
  )
  if (whens.length === 0) return nullOf(scope, 'timestamp')
  return sql`case ${whens.reduce((all, one) => sql`${all} ${one}`)} end`
}

/** A SELECT for each occurrence of each identifier type in the rows of decisions. */
function decisionsOf(context: Context, entity: Entity, consent: Consent): readonly Sql[] {
  const source = context.project.sources.find((one) => one.name === consent.from)
  const about = source?.entities.find((one) => one.entity === entity.name)
  if (!source || !about) return []
  return nodeColumns(entity, about)
    .filter(({ type }) => consent.of.includes(type))
    .map(({ type, value }) => decision(context, entity, consent, source, about, type, value))
}

function decision(
  { scope }: Context,
  entity: Entity,
  consent: Consent,
  source: Source,
  about: SourceEntity,
  type: string,
  value: string,
): Sql {
  const field = (written: string): Sql => rowField(source, about, entity, written)
  const purpose =
    consent.purpose.kind === 'value' ? literal(consent.purpose.name) : field(consent.purpose.name)
  const conditions = [sql`${name('r', value)} is not null`, ...latestRows(source)]
  return sql`
    select
      ${lines([
        as(purpose, 'purpose'),
        as(literal(type), 'identifier'),
        as(name('r', value), 'value'),
        as(field(consent.granted), 'granted'),
        as(cast(scope, field(consent.at), 'timestamp'), 'decided_at'),
        as(literal(source.name), 'source'),
        name('r', 'record_key'),
      ])}
    from ${from(published(scope, rowsTable(source.name)))} as ${name('r')}
    where ${conditions.reduce((all, one) => sql`${all} and ${one}`)}
  `
}
