import type { Settings } from './profiles.js'

type Vars = Settings['vars']

/**
 * Variables of the project with those of the command line, which win. There everything is text (`--vars days=30`): where
 * the project declares a number or a boolean, text that reads as one is one.
 */
export function withGiven(declared: Vars, given: Vars = {}): Vars {
  const meant = Object.entries(given).map(([name, value]) => [name, meantBy(value, declared[name])] as const)
  return { ...declared, ...Object.fromEntries(meant) }
}

function meantBy(given: Vars[string], declared: Vars[string] | undefined): Vars[string] {
  if (typeof given !== 'string') return given
  if (typeof declared === 'number' && /^-?(0|[1-9]\d*)([.]\d+)?$/.test(given)) return Number(given)
  if (typeof declared === 'boolean' && (given === 'true' || given === 'false')) return given === 'true'
  return given
}
