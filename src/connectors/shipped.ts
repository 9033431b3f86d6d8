import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InternalError } from '../diagnostics/errors.js'
import type { SourceFile } from '../diagnostics/span.js'
import { parseConnector } from '../language/build-connector.js'
import type { ConnectorDefinition } from '../language/connector.js'

/** The folder of the package with one YAML file for each connector that comes with cdp. */
const FOLDER = fileURLToPath(new URL('../../connectors/', import.meta.url))

/** The files of the connectors that come with cdp, by name. */
export function shippedConnectorFiles(): readonly SourceFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => ({ path: `connectors/${name}`, text: readFileSync(`${FOLDER}${name}`, 'utf8') }))
}

/**
 * The connectors that come with cdp, or those of them that are named. A mistake in one of them is ours: `test/connectors`
 * finds it before it is shipped.
 */
export function shippedConnectors(named?: readonly string[]): readonly ConnectorDefinition[] {
  const files = shippedConnectorFiles().filter((file) => !named || named.includes(connectorName(file)))
  return files.map((file) => {
    const { value, diagnostics } = parseConnector(file)
    if (!value) throw new InternalError(`${file.path}: ${diagnostics[0]?.message ?? 'cannot be read'}`)
    return value
  })
}

/** The name that the file of a connector gives it. */
export function connectorName({ path }: SourceFile): string {
  return basename(path).replace(/\.ya?ml$/, '')
}
