import type { Checked, Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import { parseConnector } from '../language/build-connector.js'
import type { Connector } from './connector.js'
import { connectorOf } from './declared/connector-of.js'
import { fileConnector } from './file/file-connector.js'
import { shippedAmong, shippedConnectors } from './shipped.js'
import type { OpenTarget } from './table/opened-target.js'
import { tableConnector } from './table/table-connector.js'

/** What the connectors that are programs need of the project. */
export interface ConnectorServices {
  /** Absolute; paths of files are below it. */
  readonly projectDir: string
  readonly openTarget: OpenTarget
  /** Where tokens of accounts are kept between runs. */
  readonly tokenDir?: string
}

/**
 * Everything that a destination can name: `file` and `table`, the connectors that come with cdp, and those of the project,
 * which go before one of the same name. Where it is known what destinations name, only those are read that are among it.
 */
export function connectorsOf(
  files: readonly SourceFile[],
  services: ConnectorServices,
  named?: ReadonlySet<string>,
): Checked<ReadonlyMap<string, Connector>> {
  const diagnostics: Diagnostic[] = []
  const own = files
    .filter((file) => file.path.startsWith('connectors/'))
    .flatMap((file) => {
      const parsed = parseConnector(file)
      diagnostics.push(...parsed.diagnostics)
      return parsed.value ? [parsed.value] : []
    })
  const programs = [fileConnector(services.projectDir), tableConnector(services.openTarget)]
  const others = new Set([
    ...programs.map(({ description }) => description.name),
    ...own.map(({ name }) => name),
  ])
  const shipped = named ? shippedAmong(named, others) : shippedConnectors()
  const { tokenDir } = services
  const declared = [...shipped, ...own].map((one) =>
    connectorOf(one, tokenDir === undefined ? {} : { tokenDir }),
  )
  const connectors = [...programs, ...declared]
  return { value: new Map(connectors.map((one) => [one.description.name, one])), diagnostics }
}
