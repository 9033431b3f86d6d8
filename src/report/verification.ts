import type { Difference, DifferenceKind, Named, Verification } from '../inspect/verify/verification.js'
import { counted, duration } from './amounts.js'
import type { Paint } from './paint.js'
import { rowName } from './row-name.js'
import { cut } from './table.js'

/** What was verified and what differs, for a person. */
export function verificationText(
  verification: Verification,
  milliseconds: number,
  paint: Paint,
  width: number,
): string {
  const { ok, checked, differences, difference_count: count, seed } = verification
  const looked = checked.flatMap((one) => [
    `${paint.bold(one.entity)}: ${counted(one.customers, 'customer')} of ${counted(one.total, 'customer')} recomputed from ${counted(one.rows, 'row')}: ${counted(one.identifiers, 'identifier')}, ${counted(one.golden_values, 'golden value')}; ${counted(one.source_rows, 'row')} read again from ${one.source_rows === 1 ? 'its source' : 'sources'}`,
    ...(one.customers < one.total - one.skipped ? [paint.dim(`  chosen by --seed ${seed}`)] : []),
    ...(one.skipped === 0 ? [] : [`  skipped: ${counted(one.skipped, 'customer')} with too many rows`]),
    ...one.unchecked.map((what) => paint.dim(`  not recomputed: ${what}`)),
  ])
  const told = differences.flatMap((one) => differenceLines(one, paint, width))
  const more =
    count > differences.length ? [`… and ${counted(count - differences.length, 'more', 'more')}`] : []
  const verdict = ok
    ? [`${paint.green('Verified')} in ${duration(milliseconds)}: tables and rows agree`]
    : [
        `${paint.red('Inconsistent')}: ${counted(count, 'difference')} between tables and rows, found in ${duration(milliseconds)}`,
        `${paint.dim('hint:')} ${remedy(differences)}`,
      ]
  return `${[...looked, '', ...told, ...more, ...(told.length > 0 ? [''] : []), ...verdict].join('\n')}\n`
}

const WORDS: Readonly<Record<DifferenceKind, string>> = {
  row_differs: 'a row reads otherwise in its source',
  promise_broken: 'a row came, changed or went without a new value',
  linked_apart: 'a row links two customers, and no refused link says why they are two',
  refused_together: 'one customer, although the link is listed as refused',
  not_connected: 'one customer, although nothing links its identifiers',
  identifier_missing: 'a row has an identifier that no customer has',
  identifier_unseen: 'a customer has an identifier that no row has',
  identifier_twice: 'an identifier is listed several times',
  identifier_renamed: 'an identifier is listed with another value',
  identifier_differs: 'an identifier was seen otherwise',
  not_shared: 'an identifier is shared, and joins all the same',
  over_limit: 'a customer holds more than its limit',
  record_misplaced: 'a row belongs to another customer',
  customer_differs: 'a customer was seen otherwise',
  customer_missing: 'a customer is not listed',
  golden_value: 'the golden value is another',
  profile_differs: 'the profile says something else',
  id_registry: 'the id is not the one that was minted',
}

function remedy(differences: readonly Difference[]): string {
  return differences.every(({ kind }) => kind === 'promise_broken')
    ? 'Runs do not see these rows, as loaded_at promises that they are as they were. "cdp run --reprocess <source> --from <time> --to <time>" compares a range again, "cdp run --full-refresh" everything.'
    : 'Tables were changed by something else than a run, or a run built only a part. "cdp run --full-refresh" builds them anew.'
}

function differenceLines(one: Difference, paint: Paint, width: number): readonly string[] {
  const about = one.about.map(namedText).join(' – ')
  const customer = one.customer_id === null ? '' : ` of ${one.customer_id}`
  const facts = [
    ...(one.published === null ? [] : [`published  ${one.published}`]),
    ...(one.expected === null ? [] : [`expected   ${one.expected}`]),
    ...(one.row === null ? [] : [`row        ${rowName(one.row.source, one.row.record_key)}`]),
  ]
  return [
    `${paint.red('differs')} ${cut(`${about}${customer}: ${WORDS[one.kind]}`, Math.max(20, width - 8))}`,
    ...facts.map((fact) => paint.dim(cut(`  ${fact}`, width))),
  ]
}

function namedText({ name, value }: Named): string {
  return value === undefined ? name : `${name}:${value}`
}
