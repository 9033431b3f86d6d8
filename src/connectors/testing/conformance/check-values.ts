import type { OutgoingRow, Value } from '../../connector.js'
import type { FieldType } from '../../description.js'
import { shown } from '../differences.js'
import type { StandInRequest } from '../stand-in.js'
import type { Place } from './places.js'
import { compareRequests, isValueOrText, leavesOf, valueAt } from './structure.js'
import type { Attempt, Talk } from './talk.js'

/** Lower case without spaces, so that the usual changes of spelling leave it as it is. */
const PLAIN = 'plainvalue'

const HOSTILE = [
  `"'\`}{][<>\\"}},{"a":"{{config.name}}`,
  'one\r\nx-injected: 1\n\ntwo',
  '../../x?y=z&w=%2e%2e;#f',
  '..',
  '\u0000\u001b[31m\u2028',
  'é 정 🧑‍🚀 \u202eabc',
  'x'.repeat(20_000),
]

const TYPED: Readonly<Partial<Record<FieldType, readonly Value[]>>> = {
  integer: [42, 9007199254740993n],
  number: [-0.5, 1e21],
  boolean: [true, false],
  date: ['2026-01-31'],
  timestamp: ['2026-01-31T09:00:00Z'],
  json: [{ a: [1, null, 'x'] }, []],
}

/** Texts that say that a value got lost on its way. */
const LOST = /undefined|\[object|^null$|^NaN$/

const taken = () => ({ status: 500, text: '' })

/** Sends text that would be structure if anything took it for such; gives what became of it that should not. */
export async function textFaults(talk: Talk, place: Place): Promise<readonly string[]> {
  const plain = await talk.attempt([place.with(PLAIN)], taken)
  const faults: string[] = []
  if (plain.sent.length === 0) return faults // It takes no text.
  for (const text of HOSTILE) {
    const hostile = await talk.attempt([place.with(text)], taken)
    faults.push(...refusalFaults(place, hostile))
    for (const [before, after] of pairs(plain, hostile)) faults.push(...changes(place, before, after, text))
  }
  return [...new Set(faults)]
}

function changes(place: Place, before: StandInRequest, after: StandInRequest, text: string): string[] {
  const { broken, leaves } = compareRequests(before, after)
  if (broken.length > 0) return broken.map((one) => `${place.name} becomes structure: ${one}`)
  return leaves.flatMap((leaf) => {
    const [was, is] = [String(leaf.before), String(leaf.after)]
    if (!was.includes(PLAIN)) return typeof leaf.after === 'string' ? [] : [changed(place, leaf.path, is)]
    const isQuoted = /(['"`])plainvalue\1/.test(was) && /['"`]/.test(text)
    if (isQuoted && is.includes(text))
      return [
        `${leaf.path}: a quote in ${place.name} would end the text around it (${shown(was)}): write {{json ${place.name}}} without quotes around it`,
      ]
    return holds(is, text) ? [] : [changed(place, leaf.path, is)]
  })
}

function changed(place: Place, path: string, is: string): string {
  return `${path}: ${place.name} arrives as ${shown(is)}`
}

/** Whether a text holds another one, as it is, as JSON, or in another case. */
function holds(text: string, part: string): boolean {
  const folded = text.toLowerCase()
  return [part, part.trim(), JSON.stringify(part).slice(1, -1)].some((one) =>
    folded.includes(one.toLowerCase()),
  )
}

/** Sends values of every type that the place takes, where it is sent as it is. */
export async function typeFaults(talk: Talk, place: Place): Promise<readonly string[]> {
  const plain = await talk.attempt([place.with(PLAIN)], taken)
  const asItIs = plain.sent.map((request) => leavesOf(request).filter(({ value }) => value === PLAIN))
  const faults: string[] = []
  for (const value of place.types.flatMap((type) => TYPED[type] ?? [])) {
    const { sent } = await talk.attempt([place.with(value)], taken)
    for (const [index, request] of sent.entries())
      for (const { place: where } of asItIs[index] ?? []) {
        const found = valueAt(request, where)
        const isWhole =
          typeof value === 'bigint' ? request.body.includes(String(value)) : isValueOrText(found, value)
        if (where[0] !== 'path' && !isWhole)
          faults.push(
            `${where.join('.')}: ${shown(typeof value === 'bigint' ? String(value) : value)} arrives as ${shown(found)}`,
          )
      }
  }
  return faults
}

/** Sends rows that lack a value, and rows with a null. */
export async function absenceFaults(talk: Talk, row: OutgoingRow): Promise<readonly string[]> {
  const whole = await talk.attempt([row], taken)
  const known = new Set(whole.sent.flatMap(leavesOf).map(({ value }) => value))
  const faults: string[] = []
  for (const { name, row: lacking } of lackingRows(row)) {
    const attempt = await talk.attempt([lacking], taken)
    faults.push(...refusalFaults({ name }, attempt))
    for (const { place, value } of attempt.sent.flatMap(leavesOf))
      if (typeof value === 'string' && LOST.test(value) && !known.has(value))
        faults.push(`${place.join('.')}: without ${name} it is ${shown(value)}`)
  }
  return faults
}

function lackingRows(row: OutgoingRow): { readonly name: string; readonly row: OutgoingRow }[] {
  const { destinationId, customerId: _customer, previous, ...rest } = row
  const without = Object.keys(row.fields).flatMap((name) => {
    const { [name]: _, ...others } = row.fields
    return [
      { name: `row.${name}`, row: { ...row, fields: others } },
      { name: `a value of row.${name}`, row: { ...row, fields: { ...row.fields, [name]: null } } },
    ]
  })
  const kept = { ...rest, ...(previous && { previous: { key: previous.key } }) }
  return destinationId === undefined ? without : [...without, { name: 'row.$destination_id', row: kept }]
}

/** What is wrong with a row is no reason to stop. */
function refusalFaults({ name }: Pick<Place, 'name'>, { sent, answer }: Attempt): string[] {
  return sent.length === 0 && answer.kind === 'stop'
    ? [`a row with this ${name} stops the run instead of being refused: ${answer.message}`]
    : []
}

function pairs(before: Attempt, after: Attempt): (readonly [StandInRequest, StandInRequest])[] {
  const [a, b] = [before, after].map(({ lookups, sent }) => [...lookups, ...sent])
  return (a ?? []).flatMap((request, index) => {
    const other = b?.[index]
    return other ? [[request, other] as const] : []
  })
}
