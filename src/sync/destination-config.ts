import type { Config, ConfigField, ConnectorDescription } from '../connectors/description.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Destination } from '../language/destination.js'
import { at, type Origin } from '../language/origin.js'
import type { Positions } from '../language/positions.js'
import { environmentNames, renderValueTemplate } from '../template/value-template.js'

export interface ConfigScope {
  readonly vars: Readonly<Record<string, string | number | boolean>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly positions: Positions
}

/**
 * The config of a destination with its templates rendered and defaults filled in: only when it is opened, so that a
 * variable of the environment is asked for by the syncs that need it. What is wrong is said at its place.
 */
export function destinationConfig(
  destination: Destination,
  connector: ConnectorDescription,
  scope: ConfigScope,
): { readonly config: Config } | { readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const config: Record<string, string | number | boolean> = {}
  for (const [key, field] of Object.entries(connector.config)) {
    const written = destination.config[key] ?? field.default
    if (written === undefined || written === null) continue
    const place = at(destination.origin, 'config', key)
    const value = rendered(written, place, scope, diagnostics)
    const typed = value === undefined ? undefined : typedAs(value, field.type)
    if (typed !== undefined) config[key] = typed
    else if (value !== undefined)
      diagnostics.push({
        code: 'CDP2003',
        severity: 'error',
        message: `"${key}" of the destination ${destination.name} is no ${field.type}`,
        span: scope.positions.span(place),
      })
  }
  return diagnostics.length > 0 ? { diagnostics } : { config }
}

/** What is shorter holds no token, and may be a part of any text. */
const SHORTEST_TOKEN = 8

/** Of addresses that come from the environment what follows their host: many hold a token there. */
export function hiddenParts(destination: Destination, config: Config): readonly string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const written = destination.config[key]
    const isGiven = typeof written === 'string' && environmentNames(written).length > 0
    if (!isGiven || !/^https?:/.test(String(value)) || !URL.canParse(String(value))) return []
    const { pathname, search } = new URL(String(value))
    return [`${pathname}${search}`, pathname].filter((part) => part.length >= SHORTEST_TOKEN)
  })
}

function rendered(
  written: unknown,
  place: Origin,
  scope: ConfigScope,
  diagnostics: Diagnostic[],
): string | number | boolean | undefined {
  if (typeof written === 'number' || typeof written === 'boolean') return written
  return renderedText(String(written), place, scope, diagnostics)
}

/** A text with its templates rendered; undefined where something is wrong with them, which is added to the diagnostics. */
export function renderedText(
  written: string,
  place: Origin,
  { vars, env, positions }: ConfigScope,
  diagnostics: Diagnostic[],
): string | undefined {
  const { text, problems } = renderValueTemplate(written, { vars, env })
  for (const { code, message, from, to, expected, hint } of problems)
    diagnostics.push({
      code,
      severity: 'error',
      message,
      span: positions.inside(place, from, to),
      ...(expected !== undefined && { expected }),
      ...(hint !== undefined && { hint }),
    })
  return problems.length > 0 ? undefined : text
}

function typedAs(value: string | number | boolean, type: ConfigField['type']): Config[string] | undefined {
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value
    return value === 'true' ? true : value === 'false' ? false : undefined
  }
  if (type === 'integer' || type === 'number') {
    const number = Number(value)
    const isRight = value !== '' && (type === 'integer' ? Number.isInteger(number) : Number.isFinite(number))
    return isRight ? number : undefined
  }
  return String(value)
}
