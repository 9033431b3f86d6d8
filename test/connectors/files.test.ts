import { expect, test } from 'vitest'
import { shippedConnectorFiles } from '../../src/connectors/shipped.js'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { parseConnector } from '../../src/language/build-connector.js'

test.each(shippedConnectorFiles().map((file) => [file.path, file] as const))(
  '%s has no mistakes',
  (_, file) => {
    expect(renderDiagnostics(parseConnector(file).diagnostics, [file])).toBe('')
  },
)
