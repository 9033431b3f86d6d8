import type { ConnectorDefinition } from '../../../language/connector.js'
import type { OutgoingRow } from '../../connector.js'
import type { StandInClock, StandInRequest } from '../stand-in.js'
import type { Specimen } from './specimen.js'
import { talkWith } from './talk.js'

/** Not changed by the usual changes of spelling. */
const MARK = 'marked'

/**
 * After `rekey` the ledger takes a row for sent, so its request must hold every field that `upsert` sends; gives those that
 * it lacks. An operation of `key_only` says so itself.
 */
export async function rekeyFaults(
  definition: ConnectorDefinition,
  rekey: Specimen,
  upsert: Specimen,
  clock: StandInClock,
): Promise<readonly string[]> {
  if (rekey.operation.key_only) return []
  const names = Object.keys(upsert.row.fields).filter((name) => !(name in rekey.row.keyFields))
  const withField = (row: OutgoingRow, name: string): OutgoingRow => ({
    ...row,
    fields: { ...upsert.row.fields, [name]: MARK },
  })
  const carriedBy = (specimen: Specimen) =>
    talkWith(definition, specimen, clock, async (talk) => {
      const carried: string[] = []
      for (const name of names) {
        const { sent } = await talk.attempt([withField(specimen.row, name)], () => ({
          status: 500,
          text: '',
        }))
        if (sent.some(holdsMark)) carried.push(name)
      }
      return carried
    })
  const there = new Set(await carriedBy(rekey))
  const lacking = (await carriedBy(upsert)).filter((name) => !there.has(name))
  return lacking.map((name) => `row.${name} is not sent, though upsert sends it: send it, or say key_only`)
}

function holdsMark({ url, body }: StandInRequest): boolean {
  return url.href.includes(MARK) || body.includes(MARK)
}
