import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InternalError } from '../diagnostics/errors.js'
import type { SourceFile } from '../diagnostics/span.js'
import { parseConnector } from '../language/build-connector.js'
import type { ConnectorDefinition } from '../language/connector.js'

/** The folder of the package with one YAML file for each connector that comes with cdp. */
const FOLDER = fileURLToPath(new URL('../../connectors/', import.meta.url))

/** Names of the connectors that come with cdp: those of their files. */
function shippedNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => name.slice(0, -'.yml'.length))
    .sort()
}

/** The files of the connectors that come with cdp, by name. */
export function shippedConnectorFiles(names: readonly string[] = shippedNames()): readonly SourceFile[] {
  return names.map((name) => ({
    path: `connectors/${name}.yml`,
    text: readFileSync(`${FOLDER}${name}.yml`, 'utf8'),
  }))
}

/** The connectors that come with cdp. A mistake in one of them is ours: `test/connectors` finds it before it is shipped. */
export function shippedConnectors(names?: readonly string[]): readonly ConnectorDefinition[] {
  return shippedConnectorFiles(names).map((file) => {
    const { value, diagnostics } = parseConnector(file)
    if (!value) throw new InternalError(`${file.path}: ${diagnostics[0]?.message ?? 'cannot be read'}`)
    return value
  })
}

/**
 * Those of the names that come with cdp: to read and check a file takes its time, and most projects name few. Where a name
 * is none that is known, all of them, so that the nearest can be told.
 */
export function shippedAmong(
  names: ReadonlySet<string>,
  others: ReadonlySet<string>,
): readonly ConnectorDefinition[] {
  const shipped = shippedNames()
  const isKnown = [...names].every((name) => shipped.includes(name) || others.has(name))
  return shippedConnectors(isKnown ? shipped.filter((name) => names.has(name)) : shipped)
}
