import type { Checked } from '../diagnostics/diagnostic.js'
import { sortDiagnostics } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import { parseLeaf } from '../template/leaf-template.js'
import { type ConfigFieldDefinition, type ConnectorDefinition, connectorSchema } from './connector.js'
import { checkConnectorLeaves } from './connector-leaves.js'
import { at, type Origin } from './origin.js'
import { createPositions, type Positions } from './positions.js'
import { oneOf } from './problem.js'
import { Reporter } from './reporter.js'
import { salvage } from './salvage.js'
import { readYaml } from './yaml-file.js'

export interface ParsedConnector extends Checked<ConnectorDefinition | undefined> {
  /** Where its parts stand in the file. */
  readonly positions: Positions
}

/** Reads a connector's file: every mistake in it, and what it defines where there is none. Pure. */
export function parseConnector(file: SourceFile): ParsedConnector {
  const yaml = readYaml(file, () => true)
  const report = new Reporter(createPositions([yaml]))
  report.diagnostics.push(...yaml.diagnostics)
  const connector = yaml.broken ? undefined : built(yaml.value, yaml.faults, file.path, report)
  const literals = report.diagnostics.flatMap(({ code, span }) => (code === 'CDP2008' && span ? [span] : []))
  const masks = literals.filter(({ start, end }) => !file.text.slice(start, end).includes('{{'))
  const diagnostics = sortDiagnostics(report.diagnostics).map((one) =>
    masks.length > 0 ? { ...one, masks } : one,
  )
  return {
    value: diagnostics.length > 0 ? undefined : connector,
    diagnostics,
    positions: report.positions,
  }
}

function built(
  written: unknown,
  faults: readonly Origin['path'][],
  path: string,
  report: Reporter,
): ConnectorDefinition | undefined {
  const origin: Origin = { file: path, path: [] }
  const { value, problems, misspelt } = salvage(connectorSchema, written, faults)
  for (const one of misspelt) report.positions.misspelt(at(origin, ...one.path), one.written)
  for (const problem of problems)
    report.error(problem.code, at(origin, ...problem.path), problem.message, problem)
  if (!value) return undefined
  checkConnectorLeaves(value, origin, report)
  checkName(value, origin, report)
  checkConfig(value, origin, report)
  checkCredentials(value, origin, report)
  checkUrls(value, origin, report)
  checkExamples(value, origin, report)
  return value
}

/** A destination says `connector: hubspot`: that must be one file. */
function checkName({ name }: ConnectorDefinition, origin: Origin, report: Reporter): void {
  const stem = /([^/]+)\.ya?ml$/.exec(origin.file)?.[1]
  if (stem !== name)
    report.error(
      'CDP2004',
      at(origin, 'name'),
      `the connector "${name}" stands in the file of another name`,
      {
        expected: `name: ${stem}, or a file ${name}.yml`,
      },
    )
}

function checkConfig({ config = {} }: ConnectorDefinition, origin: Origin, report: Reporter): void {
  for (const [name, field] of Object.entries(config)) {
    const place = at(origin, 'config', name)
    if (field.type === 'secret' && field.default !== undefined)
      report.error('CDP2008', at(place, 'default'), `the secret "${name}" is written out`, {
        expected: 'no default: a destination gives it',
        hint: CHANGE_IT,
      })
    if (field.required && field.default !== undefined)
      report.error('CDP2006', at(place, 'required'), 'what has a default is never missing', {
        expected: '"required" or "default"',
      })
    if (field.allow_hosts && !mayBeUrl(field))
      report.error('CDP2006', at(place, 'allow_hosts'), 'only a "url", or a "secret" that is one, has hosts')
  }
}

const CHANGE_IT = 'change it: it may be in the history of this file'

const SECRET_KEYS = ['token', 'password', 'value', 'client_secret', 'refresh_token']

function checkCredentials(connector: ConnectorDefinition, origin: Origin, report: Reporter): void {
  const { auth, signature } = connector
  for (const key of SECRET_KEYS) {
    const value = (auth as Readonly<Record<string, unknown>> | undefined)?.[key]
    checkSecret(connector, value, at(origin, 'auth', key), report)
  }
  checkSecret(connector, signature?.secret, at(origin, 'signature', 'secret'), report)
  if (!auth) return
  if (auth.type === 'oauth2' && auth.grant !== 'client_credentials' && auth.refresh_token === undefined)
    report.error('CDP2002', at(origin, 'auth'), 'the key "refresh_token" is missing', {
      expected: 'refresh_token: "{{config.…}}"',
    })
}

/** A credential comes from a field that is masked. */
function checkSecret(
  { config = {} }: ConnectorDefinition,
  value: unknown,
  place: Origin,
  report: Reporter,
): void {
  if (typeof value !== 'string' || value === '') return
  const key = String(place.path.at(-1))
  const expected = `${key}: "{{config.…}}", with a field of type secret`
  const fields = configFields(value)
  if (!value.includes('{{'))
    report.error('CDP2008', place, `the secret "${key}" is written out`, { expected, hint: CHANGE_IT })
  else if (fields.length > 0 && fields.every((name) => config[name] && config[name].type !== 'secret'))
    report.error('CDP2008', place, `the secret "${key}" would be printed`, { expected })
}

/** Names of the fields of config that a template reads. */
function configFields(template: string): string[] {
  return parseLeaf(template).paths.flatMap(({ parts: [root, name] }) =>
    root === 'config' && name !== undefined ? [name] : [],
  )
}

/** An address is written out, or begins with a base URL of config: no data decides which host is spoken to. */
function checkUrls(connector: ConnectorDefinition, origin: Origin, report: Reporter): void {
  const fields = connector.config ?? {}
  for (const { url, place } of urlsOf(connector, origin)) {
    const base = /^\{\{\s*config\.([a-z0-9_]+)\s*\}\}(?=[/?#]|$)/.exec(url)?.[1]
    if (base !== undefined ? mayBeUrl(fields[base]) : /^https:\/\/[a-z0-9.-]+([/?#]|$)/.test(url)) continue
    const known = Object.keys(fields).filter((name) => mayBeUrl(fields[name]))
    report.error('CDP2004', place, 'the host of the address is not known', {
      expected: `https://host/… or a field of config of type url at its beginning${known.length > 0 ? `: ${oneOf(known.map((name) => `{{config.${name}}}`))}` : ''}`,
    })
  }
}

/** An address that is a secret itself says which hosts it may have. */
function mayBeUrl(field: ConfigFieldDefinition | undefined): boolean {
  return field?.type === 'url' || (field?.type === 'secret' && field.allow_hosts !== undefined)
}

interface PlacedUrl {
  readonly url: string
  readonly place: Origin
}

function urlsOf(connector: ConnectorDefinition, origin: Origin): PlacedUrl[] {
  const found: PlacedUrl[] = []
  const visit = (value: unknown, place: Origin): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      if ((key === 'url' || key === 'token_url') && typeof item === 'string')
        found.push({ url: item, place: at(place, key) })
      else if (key !== 'body') visit(item, at(place, key))
    }
  }
  for (const part of ['auth', 'operations', 'audience', 'check'] as const)
    visit(connector[part], at(origin, part))
  return found
}

function checkExamples(connector: ConnectorDefinition, origin: Origin, report: Reporter): void {
  for (const [index, example] of (connector.examples ?? []).entries()) {
    const place = at(origin, 'examples', index)
    const { operation, outcome, rows = [], audience } = example
    const names = Object.keys(connector.operations)
    if (operation && !names.includes(operation))
      report.error('CDP3001', at(place, 'operation'), `the connector has no operation "${operation}"`, {
        expected: oneOf(names),
      })
    if (operation && rows.length === 0)
      report.error('CDP2002', place, 'the key "rows" is missing', { expected: 'what is sent' })
    if (!operation && !connector.check)
      report.error('CDP2002', place, 'the key "operation" is missing', { expected: oneOf(names) })
    if (audience && !connector.audience)
      report.error('CDP3001', at(place, 'audience'), 'the connector has no audiences')
    if (rows.length > 0 && Array.isArray(outcome) && outcome.length !== rows.length)
      report.error('CDP2004', at(place, 'outcome'), 'there are not as many outcomes as rows', {
        expected: `${rows.length}, one for each row, in their order`,
      })
  }
}
