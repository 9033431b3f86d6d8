import type { Attribute } from '../../language/entity.js'
import type { Source } from '../../language/source.js'
import { list, name, type Sql, sql } from '../../sql/fragment.js'

/** An order of a customer's rows in which the first with a value wins. Attributes with the same order share one ranking. */
export interface PolicyOrder {
  /** Equal keys mean equal orders. */
  readonly key: string
  readonly terms: Sql
}

/** Ties end in party, source and key, so that the result never depends on the order of rows. */
export const TIES = list([name('party'), name('source'), name('record_key')])

/** The latest row first, undated ones last. */
export const LATEST: PolicyOrder = {
  key: 'latest',
  terms: sql`${name('observed_at')} desc nulls last, ${TIES}`,
}

/** The earliest row first, undated ones last. */
export const EARLIEST: PolicyOrder = {
  key: 'earliest',
  terms: sql`${name('observed_at')} asc nulls last, ${TIES}`,
}

/**
 * The order that decides an attribute alone, or undefined where its policy looks at values too. `fill_missing` is an order:
 * a weaker party's row comes after every stronger one's. So is `update_if_newer` for the most recent value.
 */
export function orderOf(attribute: Attribute, sources: readonly Source[]): PolicyOrder | undefined {
  if (attribute.from !== undefined) return undefined
  const { merge } = attribute
  const isMixed = new Set(sources.map((source) => source.party)).size > 1
  const strongerFirst = isMixed && attribute.enrich !== 'update_if_newer'
  switch (merge.kind) {
    case 'most_recent':
      return strongerFirst ? partyFirst(LATEST) : LATEST
    case 'oldest':
      if (isMixed && !strongerFirst) return undefined
      return strongerFirst ? partyFirst(EARLIEST) : EARLIEST
    case 'source_priority': {
      if (isMixed && !strongerFirst) return undefined
      const then = merge.then === 'most_recent' ? LATEST : merge.then === 'oldest' ? EARLIEST : undefined
      return then && prioritised(merge.sources, then, strongerFirst)
    }
    default:
      return undefined
  }
}

function partyFirst(order: PolicyOrder): PolicyOrder {
  return { key: `party, ${order.key}`, terms: sql`${name('party')}, ${order.terms}` }
}

/** Named sources in their order, whatever their party; then the others. */
function prioritised(sources: readonly string[], then: PolicyOrder, strongerFirst: boolean): PolicyOrder {
  const place = placeOfSource(sources)
  const party = sql`case when ${name('source')} in (${list(sources.map((s) => sql`${s}`))}) then 1 else ${name('party')} end`
  return {
    key: `${strongerFirst ? 'party, ' : ''}${sources.join(' ')}, ${then.key}`,
    terms: strongerFirst ? sql`${party}, ${place}, ${then.terms}` : sql`${place}, ${then.terms}`,
  }
}

/** 1 for the first named source, and so on; one more than all of them for the others. */
export function placeOfSource(sources: readonly string[]): Sql {
  const whens = sources.map((source, i) => sql`when ${source} then ${i + 1}`)
  return sql`case ${name('source')} ${list(whens, ' ')} else ${sources.length + 1} end`
}
