import { conditionSql } from '../../conditions/condition-sql.js'
import { typeOfAttribute, typeOfTrait } from '../../graph/types.js'
import type { Condition, Subject } from '../../language/condition.js'
import type { Entity } from '../../language/entity.js'
import type { Segment } from '../../language/segment.js'
import type { Context } from '../../program/context.js'
import { current } from '../../program/scope.js'
import { allOf, name, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { profileFragment } from '../traits/profile-fragment.js'
import { fieldsIn, rowFilter, rowsOfCustomers } from '../traits/row-values.js'
import { membersTable } from './segment-tables.js'

/** Whether a profile, `p`, is in the segment. */
export function segmentCondition(context: Context, entity: Entity, segment: Segment): Sql {
  const { scope } = context
  return conditionSql(segment.where, {
    scope,
    operand: (subject) => ({
      expression: name('p', subject.name),
      type: segmentSubjectType(context, entity, subject),
    }),
    segment: (other) => sql`
      ${name('p', 'customer_id')} in (
        select ${name('customer_id')}
        from ${from(current(scope, membersTable({ name: other, entity: segment.entity })))}
      )
    `,
    event: (condition) => eventCondition(context, entity, condition),
    fragment: (text) => profileFragment(scope, entity, text),
  })
}

export function segmentSubjectType(context: Context, entity: Entity, subject: Subject): LogicalType {
  const attribute = entity.attributes.find((a) => a.name === subject.name)
  if (subject.kind === 'attribute' && attribute) return typeOfAttribute(attribute)
  const trait = context.project.traits.find((t) => t.name === subject.name && t.entity === entity.name)
  return subject.kind === 'trait' && trait ? typeOfTrait(trait, context.project) : { kind: 'string' }
}

/** How many events of a kind a customer has; none is a number too: `at_most: 0` holds for who has no event at all. */
function eventCondition(
  context: Context,
  entity: Entity,
  condition: Extract<Condition, { kind: 'event' }>,
): Sql {
  const { op, count } = condition.test
  const fields = condition.where ? fieldsIn(context, entity, condition.from, condition.where) : []
  const counted = (having: Sql) => sql`
    ${name('p', 'customer_id')} in (
      select ${name('customer_id')}
      from (
        ${rowsOfCustomers(context, entity, condition.from, [...new Set(fields)])}
      ) as ${name('events')}
      where ${allOf(rowFilter(context, entity, condition))}
      group by ${name('customer_id')}
      having ${having}
    )
  `
  if (op === 'at_least') return count === 0 ? sql`true` : counted(sql`count(*) >= ${count}`)
  if (op === 'at_most') return sql`not ${counted(sql`count(*) > ${count}`)}`
  return count === 0 ? sql`not ${counted(sql`count(*) > 0`)}` : counted(sql`count(*) = ${count}`)
}
