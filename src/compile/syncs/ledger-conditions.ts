import { allOf, name, type Sql, sql } from '../../sql/fragment.js'
import { ledger, now, type SyncScope } from './sync-scope.js'

// What a row of the ledger `l` says, beside a desired row `d` where there is one.

/** A run was going to send something about it, and nobody knows whether it came to that. */
export const isDirty = sql`${name('l', 'dirty_run')} is not null`
/** It is neither held for review nor worked on by the destination. */
export const isFree = sql`not coalesce(${name('l', 'held')}, false) and ${name('l', 'job')} is null`
/** The destination may have it. */
export const isKnown = sql`(${name('l', 'acked_hash')} is not null or ${isDirty})`

/** What was refused when it should leave, and its time has not come. */
export const isLeavingLater = sql`(coalesce(${name('l', 'failed_hash')}, '') = 'leave' and ${name('l', 'retry_at')} > ${now})`

export const joinLedger = (scope: SyncScope) => sql`
  left join ${ledger(scope)} as ${name('l')}
    on ${name('l', 'audience')} = ${name('d', 'audience')}
    and ${name('l', 'row_key')} = ${name('d', 'row_key')}
`

/** Rows that the destination should have, and does not have as they are. */
export function isPlanned({ operations }: SyncScope): Sql {
  const adds = operations.main === 'append' || operations.main === 'create' || operations.main === 'delete'
  const differs = adds
    ? sql`${name('l', 'acked_hash')} is null`
    : sql`(${name('l', 'acked_hash')} is null or ${name('l', 'acked_hash')} <> ${name('d', 'row_hash')})`
  return allOf([
    sql`${name('d', 'verdict')} = 'valid'`,
    isFree,
    sql`(${isDirty} or (${differs} and not ${isWaiting}))`,
  ])
}

/** The destination refused this very row, and its time has not come. */
export const isWaiting = sql`(coalesce(${name('l', 'failed_hash')}, '') = ${name('d', 'row_hash')} and ${name('l', 'retry_at')} > ${now})`
