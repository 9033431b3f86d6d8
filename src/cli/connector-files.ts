import { readFileSync } from 'node:fs'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import { shippedConnectorFiles } from '../connectors/shipped.js'
import { closest } from '../diagnostics/closest.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { UsageError } from '../diagnostics/errors.js'
import type { SourceFile } from '../diagnostics/span.js'
import { findProject } from '../project/find-project.js'
import { readProject } from '../project/read-project.js'
import { type Invocation, textOption } from './command.js'

/** Files of connectors, by where they are from. A project's own goes before one of the same name that comes with cdp. */
export interface ConnectorFiles {
  /** Undefined outside of a project. */
  readonly projectDir: string | undefined
  readonly own: readonly SourceFile[]
  readonly shipped: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Outside of a project there are those that come with cdp; a project that is named must be there. */
export function connectorFiles(invocation: Invocation): ConnectorFiles {
  const named = textOption(invocation, 'projectDir')
  const shipped = shippedConnectorFiles()
  const found = findProject(invocation.terminal.cwd, named)
  if ('diagnostic' in found) {
    const diagnostics = named === undefined ? [] : [found.diagnostic]
    return { projectDir: undefined, own: [], shipped, diagnostics }
  }
  const { value, diagnostics } = readProject(found.folder)
  const isConnector = (path: string | undefined) => path?.startsWith('connectors/') === true
  return {
    projectDir: found.folder,
    own: value.filter(({ path }) => isConnector(path)),
    shipped,
    diagnostics: diagnostics.filter(({ span }) => isConnector(span?.file)),
  }
}

export function connectorName({ path }: SourceFile): string {
  return basename(path).replace(/\.ya?ml$/, '')
}

/** The file that is meant: a path, or the name of a connector. */
export function connectorFile(wanted: string, { own, shipped }: ConnectorFiles, cwd: string): SourceFile {
  if (/\.ya?ml$/.test(wanted)) return readFile(wanted, cwd)
  const known = [...own, ...shipped]
  const file = known.find((one) => connectorName(one) === wanted)
  if (file) return file
  const near = closest(wanted, known.map(connectorName))
  throw new UsageError(
    `there is no connector "${wanted}"`,
    near
      ? `Did you mean "${near}"?`
      : 'Name a file, connectors/<name>.yml, or a connector of cdp connector list.',
  )
}

function readFile(path: string, cwd: string): SourceFile {
  const absolute = resolve(cwd, path)
  const shown = relative(cwd, absolute)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(absolute))
    return {
      path: isAbsolute(shown) || shown.startsWith('..') ? absolute : shown.replaceAll('\\', '/'),
      text,
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'there is no such file' : error instanceof TypeError ? 'it is not UTF-8' : code
    throw new UsageError(`${path} cannot be read: ${why}`, 'Name a file like connectors/<name>.yml.')
  }
}
