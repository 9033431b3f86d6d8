import { compileProgram } from '../../compile/compile-program.js'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import { counted } from '../../report/amounts.js'
import { diagnosticsJson } from '../../report/diagnostics-json.js'
import { type CommandSpec, isJson } from '../command.js'
import { columnWarnings, loadProject } from '../load-project.js'
import { projectOptions } from '../options.js'
import { printDiagnostics, printJson, refuseProject, tally } from '../print.js'
import { EXIT } from '../terminal.js'

export const validate: CommandSpec = {
  name: 'validate',
  summary: 'check everything that can be checked without a connection',
  description:
    'Reports all mistakes at once, each with its place, what was expected, and the nearest valid name.',
  options: [
    ...projectOptions,
    {
      flags: '--all-targets',
      description: 'look at every target of profiles.yml, not only at the chosen one',
    },
  ],
  examples: [
    { command: 'cdp validate', does: 'the project you stand in' },
    {
      command: 'cdp validate --target prod --output json',
      does: 'for a CI job that annotates the pull request',
    },
  ],
  run: async (invocation) => {
    const { terminal } = invocation
    const loaded = loadProject(invocation)
    if (!('graph' in loaded)) return refuseProject(invocation, loaded)
    const { graph, files, folder, engine, catalog } = loaded
    const compiled = hasErrors(loaded.diagnostics)
      ? []
      : compileProgram(graph, {
          dialect: engine.dialect,
          catalog: catalog ?? { sources: {} },
          projectDir: folder,
        }).diagnostics
    const diagnostics = [...loaded.diagnostics, ...columnWarnings(loaded), ...compiled]
    const ok = !hasErrors(diagnostics)
    if (isJson(invocation)) {
      printJson(terminal, { ok, diagnostics: diagnosticsJson(diagnostics, files) })
      return ok ? EXIT.ok : EXIT.project
    }
    printDiagnostics(terminal, diagnostics, files)
    if (!ok) return EXIT.project
    const { sources, entities, models, traits, segments } = graph.project
    const parts = [
      counted(sources.length, 'source'),
      counted(entities.length, 'entity', 'entities'),
      counted(models.length, 'model'),
      counted(traits.length, 'trait'),
      counted(segments.length, 'segment'),
    ]
    const found = diagnostics.length === 0 ? 'no mistakes' : tally(diagnostics)
    terminal.err(
      `${graph.project.settings.name}: ${parts.join(', ')} in ${counted(files.length, 'file')}, ${found}\n`,
    )
    return EXIT.ok
  },
}
