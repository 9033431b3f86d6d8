import type { ConnectorDefinition } from '../../../language/connector.js'
import type { Config } from '../../description.js'
import type { StandInClock, StandInRequest } from '../stand-in.js'
import { batchOf, type Specimen } from './specimen.js'
import { SECRET_TOKEN, talkWith } from './talk.js'

/**
 * Gives every secret of the config a value that is found again, has a vendor repeat all that it was sent, and looks for it
 * in whatever people read.
 */
export async function secretFaults(
  definition: ConnectorDefinition,
  specimen: Specimen,
  clock: StandInClock,
): Promise<readonly string[]> {
  const planted = plantedSecrets(definition, specimen.config)
  const told = { ...specimen, config: { ...specimen.config, ...planted } }
  const read = await talkWith(definition, told, clock, async ({ attempt, destination }) => {
    const texts = [destination.preview?.(batchOf(told, [told.row])) ?? '']
    for (const status of [200, 400, 401, 404, 500]) {
      const { answer } = await attempt([told.row], (request) => ({ status, text: echo(request) }))
      texts.push(JSON.stringify(answer))
    }
    texts.push(JSON.stringify(await destination.check(new AbortController().signal)))
    return texts
  })
  return [...Object.keys(planted).map(spelling), SECRET_TOKEN].flatMap((secret) => {
    const text = read.find((one) => one.includes(secret))
    return text === undefined ? [] : [`${secret} can be read: ${around(text, secret)}`]
  })
}

function spelling(name: string): string {
  return `s3cret-${name}`
}

function plantedSecrets({ config = {} }: ConnectorDefinition, written: Config): Record<string, string> {
  const names = Object.keys(config).filter((name) => config[name]?.type === 'secret' && name in written)
  return Object.fromEntries(
    names.map((name) => {
      const value = String(written[name])
      // A secret that is an address keeps its host, which is checked.
      return [name, URL.canParse(value) ? new URL(`/${spelling(name)}`, value).href : spelling(name)]
    }),
  )
}

/** An answer that repeats the request in every place where vendors put what they have to say. */
function echo({ url, path, headers, body }: StandInRequest): string {
  const message = `you sent ${url.href} (${path}) ${JSON.stringify(headers)} ${body}`
  const item = { message, detail: message, code: 'echo' }
  return JSON.stringify({ ...item, error: item, errors: [item], results: [item], status: 'error' })
}

function around(text: string, secret: string): string {
  const at = text.indexOf(secret)
  return text.slice(Math.max(0, at - 60), at + secret.length)
}
