import { existsSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { UsageError } from '../../diagnostics/errors.js'
import { writeWhole } from '../../run/target-folder.js'
import { type CommandSpec, isJson } from '../command.js'
import { outputOption } from '../options.js'
import { printJson } from '../print.js'
import { type StarterFile, starterFiles } from '../starter/files.js'
import { EXIT } from '../terminal.js'

export const init: CommandSpec = {
  name: 'init',
  summary: 'make a small project that runs at once',
  description:
    'Sources with their data, an entity, traits, segments and a SQL model, to look at, to run and to replace. Nothing is overwritten.',
  arguments: [
    { syntax: '[dir]', description: 'the folder, made where it is missing; the current one by default' },
  ],
  options: [outputOption],
  examples: [{ command: 'cdp init shop && cd shop && cdp run', does: 'from nothing to customers' }],
  run: async (invocation) => {
    const { terminal, args } = invocation
    const folder = resolve(terminal.cwd, args[0] ?? '.')
    const files = starterFiles(projectName(folder))
    checkFree(folder, files)
    const kept = files.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path)
    const written = files.filter(({ path }) => !kept.includes(path))
    for (const { path, text } of written) writeWhole(folder, path, text)
    if (isJson(invocation)) {
      printJson(terminal, { folder, written: written.map(({ path }) => path), kept })
      return EXIT.ok
    }
    const place = relative(terminal.cwd, folder)
    terminal.err(`made a project in ${place === '' ? 'this folder' : `${place}/`}\n`)
    if (kept.length > 0) terminal.err(`left as it was: ${kept.join(', ')}; target/ belongs into .gitignore\n`)
    terminal.err(nextSteps(place))
    return EXIT.ok
  },
}

/** The folder's name as far as it is a name of the language. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 48)
  return name === '' ? 'customers' : name
}

function checkFree(folder: string, files: readonly StarterFile[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new UsageError(`${folder} is a file`, 'Name a folder: cdp init shop')
  if (existsSync(join(folder, 'profiles.yml')))
    throw new UsageError(
      `${folder} has a profiles.yml already`,
      'Nothing was written. A new project, also one beside dbt, wants a folder of its own: cdp init shop',
    )
  const taken = files.filter(({ path, optional }) => !optional && existsSync(join(folder, path)))
  if (taken.length > 0)
    throw new UsageError(
      `${folder} has ${taken.map(({ path }) => path).join(', ')} already`,
      'Nothing was written. Name a folder of its own: cdp init shop',
    )
}

function nextSteps(place: string): string {
  const steps = [
    ...(place === '' ? [] : [[`cd ${/^[\w./-]+$/.test(place) ? place : JSON.stringify(place)}`, '']]),
    ['cdp validate', 'checks everything, without a connection'],
    ['cdp run', 'builds target/dev.duckdb'],
    ['cdp show email:ann@example.com', 'one customer, and where each value came from'],
  ]
  const lines = steps.map(([command = '', does = '']) => `  ${command.padEnd(34)}${does}`.trimEnd())
  return `\nNext:\n${lines.join('\n')}\n`
}
