import { nullOf } from '../../program/scope.js'
import { allOf, anyOf, as, lines, list, literal, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS } from '../../state/sync-tables.js'
import { PHASE } from './move.js'
import { ledger, now, outcomesTable, planTable, type SyncScope, syncRunId } from './sync-scope.js'

/** Hashes of the ledger that are of no row. */
export const UNKNOWN_CONTENT = '?'
const LEAVING = 'leave'

/** How long a rejected row waits before it is tried again as it is: longer each time, a day at most. */
const RETRY_HOURS = [1, 4, 12, 24]

export const p = (column: string): Sql => name('p', column)
const l = (column: string): Sql => name('l', column)
export const o = (column: string): Sql => name('o', column)
export const isOutcome = (...words: readonly string[]): Sql =>
  sql`${o('outcome')} in (${list(words.map((word) => literal(word)))})`
export const isPhase = (phase: number): Sql => sql`${p('phase')} = ${phase}`

/** Outcomes `o` beside the moves of the plan `p` that they are of. */
export const moved = (scope: SyncScope): Sql => sql`
  ${from(outcomesTable(scope))} as ${name('o')}
  join ${from(planTable(scope))} as ${name('p')} on ${p('seq')} = ${o('seq')}
`

/** Ledger rows that stay, as they are after these outcomes. Taken away means forgotten; so does merged into another. */
export function settled(scope: SyncScope): Sql {
  const own = allOf([
    sql`not ${isPhase(PHASE.merge)}`,
    sql`not (${isPhase(PHASE.leave)} and ${isOutcome('ok')})`,
  ])
  return unionAll([rowsAfter(scope, 'row_key', own), rowsAfter(scope, 'previous_key', previousStays)])
}

/** A row that was to be re-keyed or merged and was not is still there under its key: it leaves as others do. */
const previousStays = allOf([
  sql`${p('previous_key')} is not null`,
  sql`(not ${isOutcome('ok')} or coalesce(${o('previous_stays')}, false))`,
])

function rowsAfter(scope: SyncScope, key: 'row_key' | 'previous_key', where: Sql): Sql {
  return sql`
    select
      ${lines(LEDGER_COLUMNS.map(({ name: column, type }) => as(after(scope, column, type, key), column)))}
    from ${moved(scope)}
    join ${ledger(scope)} as ${name('l')}
      on ${l('audience')} = ${p('audience')}
      and ${l('row_key')} = ${p(key)}
    where ${where}
  `
}

function after(scope: SyncScope, column: string, type: LogicalType, key: 'row_key' | 'previous_key'): Sql {
  const none = nullOf(scope.scope, type)
  const isDone = key === 'row_key' ? isOutcome('ok') : sql`false`
  const isRefused = isOutcome('rejected')
  const either = (done: Sql, refused: Sql, else_: Sql): Sql =>
    sql`case when ${isDone} then ${done} when ${isRefused} then ${refused} else ${else_} end`
  switch (column) {
    case 'customer_id':
      return key === 'row_key' ? sql`coalesce(${p('customer_id')}, ${l('customer_id')})` : l('customer_id')
    case 'destination_id':
      return either(
        sql`coalesce(${o('destination_id')}, ${p('destination_id')}, ${l('destination_id')})`,
        l('destination_id'),
        sql`coalesce(${o('destination_id')}, ${l('destination_id')})`,
      )
    case 'acked_hash':
      return either(
        sentHash(scope),
        sql`case when ${anyOf([p('was_dirty'), o('uncertain')])} then ${UNKNOWN_CONTENT} else ${l('acked_hash')} end`,
        l('acked_hash'),
      )
    case 'acked_at':
      return either(now, l('acked_at'), l('acked_at'))
    case 'created':
      return sql`(coalesce(${l('created')}, false) or coalesce(${o('created')}, false))`
    case 'dirty_run':
      return sql`
        case
          when ${isOutcome('ok', 'rejected')} or (${isOutcome('unsent')} and not ${p('was_dirty')}) then ${none}
          else ${syncRunId}
        end
      `
    case 'held':
      return isOutcome('held')
    case 'failed_hash': {
      const isTakenAway = sql`${isPhase(PHASE.leave)} or ${isPhase(PHASE.merge)}`
      const ofWhat =
        key === 'previous_key'
          ? literal(LEAVING)
          : sql`case when ${isTakenAway} then ${LEAVING} else ${p('row_hash')} end`
      return either(none, ofWhat, l('failed_hash'))
    }
    case 'failures':
      return either(literal(0), sql`coalesce(${l('failures')}, 0) + 1`, l('failures'))
    case 'retry_at':
      return either(none, retryAt(scope), l('retry_at'))
    case 'error_code':
      return either(none, o('code'), isOutcomeOr(o('code'), l('error_code')))
    case 'error_message':
      return either(none, o('message'), isOutcomeOr(o('message'), l('error_message')))
    case 'job':
      return sql`case when ${isOutcome('pending')} then ${o('job')} end`
    case 'job_operation':
      return sql`case when ${isOutcome('pending')} then ${p('operation')} end`
    case 'job_hash':
      return sql`case when ${isOutcome('pending')} then ${p('row_hash')} end`
    default:
      return l(column)
  }
}

const isOutcomeOr = (said: Sql, before: Sql): Sql =>
  sql`case when ${isOutcome('unknown', 'held')} then ${said} else ${before} end`

function retryAt({ scope }: SyncScope): Sql {
  const { addSeconds } = scope.dialect.functions
  const last = RETRY_HOURS.at(-1) ?? 24
  const whens = RETRY_HOURS.slice(0, -1).map(
    (hours, failures) => sql`when ${failures} then ${addSeconds(now, hours * 3600)}`,
  )
  return sql`case coalesce(${l('failures')}, 0) ${whens.reduce((all, one) => sql`${all} ${one}`)} else ${addSeconds(now, last * 3600)} end`
}

/** What a destination has whose `rekey` takes the key alone is not what was planned: the next run sends it. */
function sentHash({ connector }: SyncScope): Sql {
  if (!connector.operations.rekey?.keyOnly) return p('row_hash')
  return sql`case when ${isPhase(PHASE.rekey)} then ${UNKNOWN_CONTENT} else ${p('row_hash')} end`
}
