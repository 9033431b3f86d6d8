import { join } from 'node:path'
import { findProject } from '../../project/find-project.js'
import { counted } from '../../report/amounts.js'
import { cleanTarget } from '../../run/clean-target.js'
import { type CommandSpec, isJson, textOption } from '../command.js'
import { outputOption, projectDirOption } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'

export const clean: CommandSpec = {
  name: 'clean',
  summary: 'remove what compile and run wrote into target/, never the database',
  description:
    'Compiled SQL, program.json, manifest.json, run_results.json and catalog.json go. The next run writes them anew; until then columns are known as declared.',
  options: [projectDirOption, outputOption],
  examples: [{ command: 'cdp clean', does: 'the project you stand in' }],
  run: async (invocation) => {
    const { terminal } = invocation
    const found = findProject(terminal.cwd, textOption(invocation, 'projectDir'))
    if ('diagnostic' in found) return refuseProject(invocation, { diagnostics: [found.diagnostic] })
    const removed = cleanTarget(join(found.folder, 'target'))
    if (isJson(invocation)) printJson(terminal, { removed: removed.map((path) => `target/${path}`) })
    else terminal.err(`${said(removed)}\n`)
    return EXIT.ok
  },
}

function said(removed: readonly string[]): string {
  if (removed.length === 0) return 'nothing to remove'
  const compiled = removed.filter((path) => path.startsWith('compiled/') && !path.endsWith('/')).length
  const others = removed.filter((path) => !path.startsWith('compiled/'))
  const parts = [
    ...(compiled > 0 ? [`target/compiled/ (${counted(compiled, 'file')})`] : []),
    ...others.map((path) => `target/${path}`),
  ]
  return `removed ${parts.join(', ')}`
}
