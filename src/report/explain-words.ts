import type { Asked, Point, Ruling, Sightings } from '../inspect/explain/explanation.js'
import { rowName } from './row-name.js'

export function askedText({ asked }: { readonly asked: Asked['asked'] }): string {
  return asked.kind === 'customer' ? asked.id : pointText(asked)
}

/** As the command line writes it; a match rule's value as its parts. */
export function pointText(point: Point): string {
  return point.kind === 'row'
    ? rowName(point.source, point.record_key)
    : `${point.identifier}:${valueText(point)}`
}

export function valueText(point: Exclude<Point, { kind: 'row' }>): string {
  return point.kind === 'match' ? (JSON.parse(point.value) as readonly string[]).join(' · ') : point.value
}

/** `linked by ann.lee: Called in · until 2027-06-30 · models/overrides.yml:3`. */
export function rulingText({ kind, reason, by, place, expires, holds }: Ruling): string {
  const done = kind === 'link' ? 'linked' : kind === 'unlink' ? 'kept apart' : 'blocked'
  const who = by === null ? done : `${done} by ${by}`
  const end = expires === null ? [] : [holds ? `until ${expires}` : `until ${expires}: it holds no more`]
  return [reason === null ? who : `${who}: ${reason}`, ...end, place].join(' · ')
}

export function period({ first_seen_at: first, last_seen_at: last }: Sightings): string {
  const [from, to] = [(first ?? last ?? '').slice(0, 10), (last ?? first ?? '').slice(0, 10)]
  return from === '' ? 'undated' : from === to ? from : `${from} to ${to}`
}
