import { CONFORMANCE, type Fault, type Requirement } from '../connectors/testing/conformance/conformance.js'
import type { TestedExample } from '../connectors/testing/test-connector.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { counted } from './amounts.js'
import type { Paint } from './paint.js'

/** How the file of a connector did. Without `test` it could not be read, as `diagnostics` say. */
export interface ConnectorReport {
  readonly path: string
  readonly title?: string
  readonly diagnostics: readonly Diagnostic[]
  readonly test?: {
    readonly ok: boolean
    readonly examples: readonly (TestedExample & { readonly line: number })[]
    readonly faults: readonly (Fault & { readonly line: number })[]
  }
}

/** What was tested and what is not as it must be, for a person. */
export function connectorTestText({ path, title = '', test }: ConnectorReport, paint: Paint): string {
  if (!test) return ''
  const { examples, faults } = test
  const sign = (isOk: boolean) => (isOk ? paint.green('ok    ') : paint.red('failed'))
  const wrong = examples.filter(({ differences }) => differences.length > 0).length + faults.length
  const requirements = (Object.keys(CONFORMANCE) as Requirement[]).flatMap((requirement) => {
    const found = faults.filter((fault) => fault.requirement === requirement)
    return [
      `  ${sign(found.length === 0)}  ${CONFORMANCE[requirement]}`,
      ...found.map(({ operation, message, line }) => `          ${path}:${line} ${operation}: ${message}`),
    ]
  })
  const lines = [
    `${paint.bold(path)}  ${title}`,
    '',
    'Examples of the file',
    ...examples.flatMap(({ name, differences, line }) => [
      `  ${sign(differences.length === 0)}  ${name}`,
      ...differences.map((difference) => `          ${path}:${line} ${difference}`),
    ]),
    '',
    'What every connector is held to',
    ...requirements,
    '',
    wrong === 0
      ? `${paint.green('Passed')}: ${counted(examples.length, 'example')}, and what every connector is held to`
      : `${paint.red('Failed')}: ${counted(wrong, 'thing')} to mend`,
  ]
  return `${lines.join('\n')}\n`
}
