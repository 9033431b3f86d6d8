import { conditionSql, type Operand } from '../conditions/condition-sql.js'
import type { Condition, Test } from '../language/condition.js'
import type { Sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import type { FieldReader } from './input.js'

/** Which rows of a source are read at all: over its own columns, whose type is that of what they are compared with. */
export function sourceCondition(reader: FieldReader, where: Condition): Sql {
  const { scope } = reader.context
  return conditionSql(rewritten(reader, where), {
    scope,
    operand: (subject, test): Operand => {
      const type = typeOfTest(test)
      const field = {
        from: { kind: 'column', column: subject.name, exact: false },
        origin: where.origin,
      } as const
      return { expression: reader.typed(field, type), type }
    },
  })
}

/** SQL fragments see the columns by their own names, which they have only in the first layer. */
function rewritten(reader: FieldReader, condition: Condition): Condition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { ...condition, conditions: condition.conditions.map((c) => rewritten(reader, c)) }
    case 'not':
      return { ...condition, condition: rewritten(reader, condition.condition) }
    case 'sql':
      return { ...condition, sql: reader.fragmentColumn(condition.sql) }
    default:
      return condition
  }
}

/** Text has no type of its own: a number in the test makes it a number, a moment a timestamp. */
function typeOfTest(test: Test): LogicalType {
  switch (test.op) {
    case 'before':
    case 'after':
    case 'within':
    case 'within_next':
      return { kind: 'timestamp' }
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'matches':
    case 'exists':
      return { kind: 'string' }
    case 'in':
    case 'not_in':
      return typeOfScalar(test.values[0])
    case 'between':
      return typeOfScalar(test.low)
    default:
      return typeOfScalar(test.value)
  }
}

function typeOfScalar(value: string | number | boolean | undefined): LogicalType {
  if (typeof value === 'boolean') return { kind: 'boolean' }
  if (typeof value === 'number') return { kind: 'number', precision: 38, scale: 9 }
  return { kind: 'string' }
}
