import type { ConfigField, ConnectorDescription } from '../connectors/description.js'
import { closest } from '../diagnostics/closest.js'
import type { Destination } from '../language/destination.js'
import { at, type Origin } from '../language/origin.js'
import { describeValue, didYouMean, oneOf } from '../language/problem.js'
import { environmentNames, renderValueTemplate } from '../template/value-template.js'
import type { Checking } from './checking.js'

/** The connector of a destination, and what it is configured with. */
export function checkDestination(checking: Checking, destination: Destination): void {
  const { connectors, findings } = checking
  const { connector: name, origin } = destination
  const connector = connectors.get(name)
  if (!connector) {
    findings.unknown(at(origin, 'connector'), { kind: 'connector', name, candidates: [...connectors.keys()] })
    return
  }
  const place = at(origin, 'config')
  for (const [key, value] of Object.entries(destination.config))
    checkConfig(checking, connector, key, value, at(place, key))
  const keys = Object.keys(connector.config)
  // What was meant by a key that is not known is not missing too.
  const meant = Object.keys(destination.config).map((key) => (keys.includes(key) ? key : closest(key, keys)))
  for (const [key, field] of Object.entries(connector.config)) {
    if (!field.required || field.default !== undefined || meant.includes(key)) continue
    findings.error('CDP2002', origin, `the connector ${name} needs "${key}" in the config`, {
      expected: field.description,
    })
  }
}

function checkConfig(
  checking: Checking,
  connector: ConnectorDescription,
  key: string,
  value: unknown,
  place: Origin,
): void {
  const { findings } = checking
  const field = connector.config[key]
  const keys = Object.keys(connector.config)
  if (!field) {
    findings.error(
      'CDP2001',
      place,
      `unknown key ${JSON.stringify(key)} of the connector ${connector.name}`,
      {
        which: 'key',
        expected: oneOf(keys),
        hint: didYouMean(closest(key, keys)),
      },
    )
    return
  }
  if (typeof value === 'string' && value.includes('{{')) {
    checkTemplate(checking, value, place)
    return
  }
  if (field.type === 'secret') {
    findings.secret(place, `the secret "${key}" is written out`, {
      expected: `${key}: "{{ env 'NAME' }}"`,
      hint: 'put it into an environment variable, and change it: it may be in the history of this file',
    })
    return
  }
  checkValue(checking, field, value, place)
}

/** Variables of the environment are asked for by a sync; here they only need to be written right. */
function checkTemplate({ findings, declarations }: Checking, text: string, place: Origin): void {
  const env = Object.fromEntries(environmentNames(text).map((name) => [name, name]))
  const { vars } = declarations.project.settings
  for (const { code, message, from, to, expected, hint } of renderValueTemplate(text, { vars, env }).problems)
    findings.error(code, place, message, { inside: { from, to }, expected, hint })
}

function checkValue(
  { findings, declarations }: Checking,
  field: ConfigField,
  value: unknown,
  place: Origin,
): void {
  const expected = expectedOf(field.type)
  if (!isOfType(value, field.type)) {
    findings.error('CDP2003', place, `the value must be ${expected}, not ${describeValue(value)}`)
    return
  }
  if (field.enum && !field.enum.includes(value as never)) {
    const words = field.enum.map(String)
    findings.error('CDP2004', place, `${JSON.stringify(value)} is not allowed`, {
      expected: oneOf(words),
      hint: didYouMean(closest(String(value), words)),
    })
  }
  const { targetNames } = declarations.project.settings
  if (field.type === 'target' && !targetNames.includes(String(value)))
    findings.error('CDP3001', place, `there is no target ${JSON.stringify(value)}`, {
      expected: oneOf(targetNames),
      hint: didYouMean(closest(String(value), targetNames)),
    })
}

function expectedOf(type: ConfigField['type']): string {
  if (type === 'integer') return 'a whole number'
  if (type === 'number') return 'a number'
  return type === 'boolean' ? 'true or false' : 'text'
}

function isOfType(value: unknown, type: ConfigField['type']): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'number') return typeof value === 'number'
  if (type === 'boolean') return typeof value === 'boolean'
  return typeof value === 'string' || typeof value === 'number'
}
