import { connectorsOf } from '../../connectors/registry.js'
import { testConnector } from '../../connectors/testing/test-connector.js'
import { UsageError } from '../../diagnostics/errors.js'
import type { SourceFile } from '../../diagnostics/span.js'
import { positionAt } from '../../diagnostics/text-position.js'
import { parseConnector } from '../../language/build-connector.js'
import { connectorListText, type ListedConnector } from '../../report/connector-list.js'
import { type ConnectorReport, connectorTestText } from '../../report/connector-test.js'
import { diagnosticsJson } from '../../report/diagnostics-json.js'
import { paintFor } from '../../report/paint.js'
import { type CommandSpec, type Invocation, isJson } from '../command.js'
import { type ConnectorFiles, connectorFile, connectorFiles, connectorName } from '../connector-files.js'
import { outputOption, projectDirOption } from '../options.js'
import { printDiagnostics, printJson, refuseProject } from '../print.js'
import { EXIT, type ExitCode } from '../terminal.js'

const WORDS = ['list', 'test'] as const

export const connector: CommandSpec = {
  name: 'connector',
  summary: 'list connectors, or test the file of one',
  description: `list: what destinations can name, and what can be done with each.
test: runs the examples that the files hold, and what every connector is held to, against servers on this machine; nothing is sent
anywhere else. Names files or connectors; without any, it tests those of the project. Exit code 1 if something is wrong.`,
  arguments: [
    { syntax: '<word>', description: 'list or test', choices: WORDS },
    { syntax: '[file...]', description: 'of test: connectors/<name>.yml, or names of connectors' },
  ],
  options: [projectDirOption, outputOption],
  examples: [
    { command: 'cdp connector list', does: 'those that come with cdp, and those of the project' },
    { command: 'cdp connector test connectors/acme.yml', does: 'one of your own' },
    { command: 'cdp connector test hubspot', does: 'one that comes with cdp' },
  ],
  run: async (invocation) => {
    const [word, ...names] = invocation.args
    const files = connectorFiles(invocation)
    if (files.diagnostics.some(({ severity }) => severity === 'error'))
      return refuseProject(invocation, files)
    if (word === 'test') return test(invocation, files, names)
    if (names.length > 0) throw new UsageError('list takes no names', 'Write cdp connector list.')
    return list(invocation, files)
  },
}

function list(invocation: Invocation, files: ConnectorFiles): ExitCode {
  const { own, shipped, projectDir } = files
  const services = {
    projectDir: projectDir ?? '.',
    openTarget: () => Promise.reject(new Error('nothing is opened')),
  }
  const { value, diagnostics } = connectorsOf(own, services)
  const paths = new Map(own.map((file) => [connectorName(file), file.path]))
  const isShipped = new Set(shipped.map(connectorName))
  const listed = [...value.values()].map(({ description }): ListedConnector => {
    const { name, title, category, audiences, operations } = description
    const from = paths.get(name) ?? (isShipped.has(name) ? 'cdp' : 'built in')
    return { name, title, category, audiences, operations: Object.keys(operations), from }
  })
  if (isJson(invocation)) printJson(invocation.terminal, { version: 1, connectors: listed })
  else invocation.terminal.out(connectorListText(listed))
  printDiagnostics(invocation.terminal, diagnostics, own)
  return diagnostics.length > 0 ? EXIT.project : EXIT.ok
}

async function test(
  invocation: Invocation,
  files: ConnectorFiles,
  names: readonly string[],
): Promise<ExitCode> {
  const { terminal } = invocation
  const chosen = names.length > 0 ? names.map((one) => connectorFile(one, files, terminal.cwd)) : files.own
  if (chosen.length === 0)
    throw new UsageError(
      'there is no connector to test here',
      'Name one, cdp connector test <file>, or write connectors/<name>.yml into the project.',
    )
  const reports: ConnectorReport[] = []
  for (const file of chosen) {
    const report = await reportOn(invocation, file)
    reports.push(report)
    if (!isJson(invocation) && report.test)
      terminal.out(connectorTestText(report, paintFor(terminal.outColours)))
    if (!isJson(invocation)) printDiagnostics(terminal, report.diagnostics, [file])
  }
  const ok = reports.every((report) => report.test?.ok === true)
  if (isJson(invocation)) {
    const connectors = reports.map(({ diagnostics, ...report }) => ({
      ...report,
      diagnostics: diagnosticsJson(diagnostics, chosen),
    }))
    printJson(terminal, { version: 1, ok, connectors })
  }
  return ok ? EXIT.ok : EXIT.project
}

async function reportOn({ terminal }: Invocation, file: SourceFile): Promise<ConnectorReport> {
  const { value, diagnostics, positions } = parseConnector(file)
  if (!value) return { path: file.path, diagnostics }
  const lineOf = (path: readonly (string | number)[]) =>
    positionAt(file, positions.span({ file: file.path, path }, 'key').start).line
  const clock = { now: terminal.now, random: () => (terminal.random(1)[0] ?? 0) / 256 }
  const tested = await testConnector(value, clock)
  return {
    path: file.path,
    title: value.title,
    diagnostics,
    test: {
      ...tested,
      examples: tested.examples.map((one, index) => ({ ...one, line: lineOf(['examples', index]) })),
      faults: tested.faults.map((one) => ({ ...one, line: lineOf(['operations', one.operation]) })),
    },
  }
}
