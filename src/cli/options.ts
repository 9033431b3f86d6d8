import { UsageError } from '../diagnostics/errors.js'
import { unstorable } from '../sql/storable-text.js'
import { type Invocation, type OptionSpec, textOption } from './command.js'

export const projectDirOption: OptionSpec = {
  flags: '--project-dir <dir>',
  description: 'the project; by default the nearest folder upwards with a profiles.yml that has targets',
}

const targetOption: OptionSpec = {
  flags: '--target <name>',
  description: 'a target of profiles.yml; default_target unless given',
}

const varsOption: OptionSpec = {
  flags: '--vars <json>',
  description: 'variables that win over those of profiles.yml: \'{"region": "US"}\' or region=US,raw=raw_dev',
}

export const outputOption: OptionSpec = {
  flags: '--output <format>',
  description: 'text (default), or json on standard output',
  choices: ['text', 'json'],
}

export const selectOption: OptionSpec = {
  flags: '--select <selector...>',
  description: 'only these nodes: name, +name, name+, tag:x, kind:segment',
}

/** Of every command that reads a project. */
export const projectOptions: readonly OptionSpec[] = [
  projectDirOption,
  targetOption,
  varsOption,
  outputOption,
]

type Scalar = string | number | boolean

/** `--vars` as a JSON object of scalars, or as `name=value` pairs, whose values are text. */
export function varsOf(invocation: Invocation): Readonly<Record<string, Scalar>> | undefined {
  const text = textOption(invocation, 'vars')?.trim()
  if (text === undefined || text === '') return undefined
  return text.startsWith('{') ? jsonVars(text) : pairVars(text)
}

const REMEDY = 'Write --vars \'{"region": "US"}\' or --vars region=US,raw=raw_dev'

function jsonVars(text: string): Readonly<Record<string, Scalar>> {
  let parsed: Record<string, unknown>
  try {
    parsed = JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`--vars is no valid JSON: ${(error as Error).message}`, REMEDY)
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => {
      const hidden = typeof value === 'string' ? unstorable(value) : undefined
      if (hidden)
        throw new UsageError(
          `the variable "${name}" of --vars has ${hidden}: no text of a database can hold it`,
        )
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [name, value]
      throw new UsageError(`the variable "${name}" of --vars is no text, number or boolean`, REMEDY)
    }),
  )
}

function pairVars(text: string): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new UsageError(`--vars has no "name=value" in "${pair}"`, REMEDY)
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
}
