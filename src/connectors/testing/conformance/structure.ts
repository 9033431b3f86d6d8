import { jsonText } from '../../../template/json-text.js'
import { lookUp } from '../../../template/leaf-template.js'
import type { Value } from '../../connector.js'
import { bodyData } from '../body-data.js'
import { shown } from '../differences.js'
import type { StandInRequest } from '../stand-in.js'

/** A leaf of a request that differs between two values of the same place. */
export interface ChangedLeaf {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

export interface Compared {
  /** Where more than leaves differ: a value became structure. */
  readonly broken: readonly string[]
  readonly leaves: readonly ChangedLeaf[]
}

/** Compares two requests that should differ in the values of leaves and in nothing else. */
export function compareRequests(before: StandInRequest, after: StandInRequest): Compared {
  const broken: string[] = []
  const leaves: ChangedLeaf[] = []
  const compare = (a: unknown, b: unknown, path: string): void => {
    const [left, right] = [membersOf(a), membersOf(b)]
    if (!left && !right) {
      if (!Object.is(a, b)) leaves.push({ path, before: a, after: b })
    } else if (!left || !right || String(Object.keys(left)) !== String(Object.keys(right)))
      broken.push(`${path} is ${shown(b)}, and was ${shown(a)}`)
    else for (const key of Object.keys(left)) compare(left[key], right[key], `${path}.${key}`)
  }
  const { headers: _, ...parts } = partsOf(before)
  const { headers, ...changed } = partsOf(after)
  for (const name of Object.keys(parts) as (keyof typeof parts)[]) compare(parts[name], changed[name], name)
  if (String(Object.keys(partsOf(before).headers)) !== String(Object.keys(headers)))
    broken.push(`the headers are ${Object.keys(headers).join(', ')}`)
  return { broken, leaves }
}

function partsOf({ method, url, headers, body }: StandInRequest) {
  const named = Object.entries(headers).filter(([name]) => name !== 'content-length')
  return {
    method,
    host: url.origin,
    path: url.pathname.split('/').map(decodeURIComponent),
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(named),
    body: bodyData(body, headers['content-type']),
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

/** Every leaf of a request's path, parameters and body, with where it stands. */
export function leavesOf(request: StandInRequest): readonly Leaf[] {
  const { path, query, body } = partsOf(request)
  const found: Leaf[] = []
  const visit = (value: unknown, place: readonly string[]): void => {
    const members = membersOf(value)
    if (members) for (const [key, item] of Object.entries(members)) visit(item, [...place, key])
    else found.push({ place, value })
  }
  visit({ path, query, body }, [])
  return found
}

export interface Leaf {
  readonly place: readonly string[]
  readonly value: unknown
}

/** What stands at the place of a leaf, whole; undefined where nothing does. */
export function valueAt(request: StandInRequest, place: readonly string[]): unknown {
  return lookUp(partsOf(request), place)
}

/** Whether a leaf is a value, or the text of it. */
export function isValueOrText(leaf: unknown, value: Value): boolean {
  const text = typeof value === 'object' ? jsonText(value) : String(value)
  return leaf === text || JSON.stringify(leaf) === jsonText(value)
}
