import type { NamedIdentifier, Override } from '../language/override.js'
import { typesByStrength } from '../program/context.js'
import type { CheckStep, MeasureStep, Step } from '../program/program.js'
import { asOf, cast, nullOf, type Scope } from '../program/scope.js'
import { check, createTable, measure } from '../program/steps.js'
import { allOf, as, lines, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { normalize } from '../sql/normalizers.js'
import { from } from '../sql/relation.js'
import { maskedText } from '../staging/personal.js'
import { hasOverrides, isDecided } from './decided.js'
import { decisionsOfTable, undecidedRows } from './decisions-table.js'
import type { IdentityInput } from './graph-tables.js'
import { namedNodes, namedSteps, overridesByNode } from './named.js'
import { personalTypes } from './personal-types.js'
import { type IdentityScratch, scratchOf } from './scratch.js'

/**
 * What people decided, beside the nodes that it is about: one row an override and pair of nodes of one partition.
 * `kind`, `position` (from 0, in the order of files), `u` and `v` (null of a block). Only those that hold at `as_of`.
 */
export function overrideSteps(scope: Scope, input: IdentityInput): Step[] {
  if (!isDecided(input)) return []
  const t = scratchOf(scope, input.entity.name)
  const select = sql`
    select
      ${lines([name('o', 'position'), name('o', 'kind'), as(name('x', 'node'), 'u'), as(name('y', 'node'), 'v')])}
    from ${overridesByNode(scope, input)}
    where ${name('o', 'holds')}
      and (${name('o', 'kind')} = 'block' or ${name('y', 'node')} is not null)
  `
  return [
    ...namedSteps(scope, input),
    ...createTable(scope, 'The identifiers that it is about, as far as rows have them.', t.rulings, select),
    unseenWarning(scope, input),
  ]
}

/** What people decided, before anything is known of rows: position, kind, strength and value of both sides, expires, holds. */
export function writtenSteps(scope: Scope, input: IdentityInput): Step[] {
  if (!isDecided(input)) return []
  const { overrides } = scratchOf(scope, input.entity.name)
  const written = writtenOverrides(scope, input, asOf)
  return [
    ...createTable(scope, 'What people decided, in normal form.', overrides, written),
    ...undecidedRows(scope, input),
    ...timeWarnings(scope, input),
  ]
}

/** All overrides of the entity, in the order of files, with their values in normal form and whether they hold at a moment. */
export function writtenOverrides(scope: Scope, input: IdentityInput, moment: Sql): Sql {
  const { functions } = scope.dialect
  const today = functions.dayIn(moment, input.timezone)
  const personal = personalTypes(input)
  const rows = input.overrides.map((override, position) => {
    const [first, second] = override.identifiers
    const expires = override.expires
    const day =
      expires === undefined ? nullOf(scope, 'date') : functions.typedLiteral(expires, { kind: 'date' })
    const columns = [
      as(sql`${position}`, 'position'),
      as(cast(scope, sql`${override.kind}`, 'string'), 'kind'),
      ...sideOf(scope, input, first, ''),
      ...sideOf(scope, input, second, 'other_'),
      as(day, 'expires'),
      as(expires === undefined ? sql`true` : sql`${today} < ${day}`, 'holds'),
      as(cast(scope, sql`${described(override, personal)}`, 'string'), 'override'),
      as(cast(scope, sql`${override.place}`, 'string'), 'place'),
    ]
    return sql`
      select
        ${lines(columns)}
    `
  })
  return unionAll([...rows, ...decisionsOfTable(scope, input, moment)])
}

/** `strength` and `value` of one identifier; the value is null where its type refuses it. */
function sideOf(
  scope: Scope,
  input: IdentityInput,
  identifier: NamedIdentifier | undefined,
  prefix: string,
): readonly Sql[] {
  const declared = input.entity.identifiers.find((one) => one.name === identifier?.type)
  if (!identifier || !declared)
    return [as(nullOf(scope, 'integer'), `${prefix}strength`), as(nullOf(scope, 'string'), `${prefix}value`)]
  const value = cast(scope, sql`${identifier.value}`, 'string')
  const normal = normalize(scope.dialect, value, declared.cleaning.normalize ?? { kind: 'trim' })
  const strength = cast(scope, sql`${typesByStrength(input.entity).indexOf(declared.name)}`, 'integer')
  return [as(strength, `${prefix}strength`), as(normal, `${prefix}value`)]
}

/** `link email:a…@x.com, shop_id:7`: it is told in summaries, which are kept in files, so personal values are masked. */
function described({ kind, identifiers }: Override, personal: ReadonlySet<string>): string {
  const sides = identifiers.map(
    ({ type, value }) => `${type}:${personal.has(type) ? maskedText(value.trim()) : value}`,
  )
  return `${kind} ${sides.join(', ')}`
}

/** How many days before its end an override is announced. */
const NOTICE_DAYS = 30

/** What no longer holds and what soon will not, whether anything else has changed or not. */
function timeWarnings(scope: Scope, input: IdentityInput): CheckStep[] {
  const t = scratchOf(scope, input.entity.name)
  const { functions } = scope.dialect
  const today = functions.dayIn(asOf, input.timezone)
  const soon = functions.dayIn(functions.addSeconds(asOf, NOTICE_DAYS * 86_400), input.timezone)
  const found = (where: Sql) => sql`
    select ${list([name('override'), name('expires'), name('place')])}
    from ${from(t.overrides)}
    where ${where}
    order by ${name('position')}
  `
  return [
    check(scope, 'Overrides that no longer hold.', found(sql`not ${name('holds')}`), {
      message: 'Overrides have expired: rows alone decide again.',
      remedy: 'Renew them, or take them out.',
      severity: 'warning',
    }),
    check(
      scope,
      'Overrides that soon will not hold.',
      found(allOf([name('holds'), sql`${name('expires')} > ${today}`, sql`${name('expires')} <= ${soon}`])),
      {
        message: `Overrides expire within ${NOTICE_DAYS} days.`,
        remedy: 'Renew them in time, or let them go.',
        severity: 'warning',
      },
    ),
  ]
}

/** What cannot hold: no row has one of its identifiers. */
function unseenWarning(scope: Scope, input: IdentityInput): CheckStep {
  const t = scratchOf(scope, input.entity.name)
  const unseen = sql`
    select ${list([name('o', 'override'), name('o', 'place')])}
    from ${from(t.overrides)} as ${name('o')}
    where ${name('o', 'holds')}
      and not exists (
        select 1
        from ${from(t.rulings)} as ${name('r')}
        where ${name('r', 'position')} = ${name('o', 'position')}
      )
    order by ${name('o', 'position')}
  `
  return check(scope, 'Overrides that do nothing.', unseen, {
    message: 'Overrides do nothing: no row has the identifiers that they name, or their types refuse them.',
    remedy: 'Look for a typing error; rejected_identifiers lists what was refused.',
    severity: 'warning',
  })
}

/** Values that are blocked, as `node`. */
export function blockedNodes(scope: Scope, input: IdentityInput): Sql {
  return sql`select ${name('u')} as ${name('node')} from ${from(scratchOf(scope, input.entity.name).rulings)} where ${name('kind')} = 'block'`
}

/** Links that people made, as edges: `u`, `v` and their position. A blocked value is not linked. */
export function linkEdges(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  const isFree = (column: string) => sql`${name(column)} not in (${blockedNodes(scope, input)})`
  return sql`
    select
      ${name('u')} as ${name('hub')},
      ${name('v')} as ${name('spoke')},
      0 as ${name('row_count')},
      ${as(nullOf(scope, 'timestamp'), 'first_seen_at')},
      ${as(nullOf(scope, 'timestamp'), 'last_seen_at')},
      ${name('position')} as ${name('link')}
    from ${from(t.rulings)}
    where ${allOf([sql`${name('kind')} = 'link'`, sql`${name('u')} <> ${name('v')}`, isFree('u'), isFree('v')])}
  `
}

/** Links that rows would make between the two sides of an unlink. */
function refusedBy(t: IdentityScratch): Sql {
  return sql`
    select count(*)
    from ${from(t.refused)} as ${name('r')}
    left join ${from(t.decided)} as ${name('d')} on ${name('d', 'node')} = ${name('r', 'u')}
    left join ${from(t.decided)} as ${name('c')} on ${name('c', 'node')} = ${name('r', 'v')}
    join ${from(t.unlinks)} as ${name('k')}
      on ${name('k', 'a')} = coalesce(${name('d', 'component')}, ${name('r', 'u')})
      and ${name('k', 'b')} = coalesce(${name('c', 'component')}, ${name('r', 'v')})
    where ${name('k', 'position')} = ${name('o', 'position')}
  `
}

/** What each override changed in this run, for the summary: rows whose value was blocked, links made, links refused. */
export function overrideFigures(scope: Scope, input: IdentityInput): MeasureStep[] {
  if (!isDecided(input)) return []
  const t = scratchOf(scope, input.entity.name)
  const effect = sql`
    case ${name('o', 'kind')}
      when 'block' then (
        select coalesce(sum(${name('n', 'row_count')}), 0)
        from ${from(t.rulings)} as ${name('r')}
        join ${from(namedNodes(scope, input.entity.name))} as ${name('n')} on ${name('n', 'node')} = ${name('r', 'u')}
        where ${name('r', 'position')} = ${name('o', 'position')}
      )
      when 'link' then (
        select count(*)
        from ${from(t.edges)} as ${name('e')}
        where ${name('e', 'link')} = ${name('o', 'position')} and ${name('e', 'row_count')} = 0
      )
      else (
        ${hasOverrides(input, 'unlink') ? refusedBy(t) : sql`select 0`}
      )
    end
  `
  return [
    measure(
      scope,
      'overrides',
      sql`
        select
          ${name('o', 'override')},
          ${name('o', 'kind')},
          ${name('o', 'holds')},
          ${as(effect, 'effect')}
        from ${from(t.overrides)} as ${name('o')}
        order by ${name('o', 'position')}
      `,
    ),
  ]
}
