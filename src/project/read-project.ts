import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Code } from '../diagnostics/codes.js'
import type { Checked, Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'

/** Folders of a project and the kinds of files that are read from them. */
const FOLDERS: readonly (readonly [folder: string, pattern: RegExp])[] = [
  ['models', /\.(ya?ml|sql)$/],
  ['macros', /\.hbs$/],
  ['connectors', /\.ya?ml$/],
]

const MAX_BYTES = 10 * 1024 * 1024

/**
 * The files of a project in the byte order of their paths, a byte order mark taken off. What cannot be read, is not UTF-8
 * or is a link that leaves the project is reported and left out.
 */
export function readProject(folder: string): Checked<readonly SourceFile[]> {
  const root = realpathSync(folder)
  const files: SourceFile[] = []
  const diagnostics: Diagnostic[] = []
  const paths = ['profiles.yml']
  for (const [name, pattern] of FOLDERS) {
    if (leavesProject(root, name)) diagnostics.push(linkOutside(name, 'copy the folder into the project'))
    else listFiles(root, name, pattern, paths, diagnostics)
  }
  for (const path of paths.sort(byBytes)) {
    const file = readText(root, path)
    if ('text' in file) files.push(file)
    else diagnostics.push(file)
  }
  return { value: files, diagnostics }
}

function listFiles(
  root: string,
  folder: string,
  pattern: RegExp,
  paths: string[],
  diagnostics: Diagnostic[],
): void {
  let entries: Dirent[]
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      diagnostics.push(fault('CDP1001', folder, `the folder ${folder} cannot be read: ${reason(error)}`))
    return
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) listFiles(root, path, pattern, paths, diagnostics)
    else if (entry.isSymbolicLink() && isFolder(join(root, path))) {
      diagnostics.push({
        ...fault('CDP1001', path, `the folder ${path} is a link and is not read`),
        severity: 'warning',
      })
    } else if (pattern.test(entry.name)) paths.push(path)
  }
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}

/** False of what is not there. */
function leavesProject(root: string, path: string): boolean {
  try {
    return relative(root, realpathSync(join(root, path))).split(sep)[0] === '..'
  } catch {
    return false
  }
}

function linkOutside(path: string, hint: string): Diagnostic {
  return fault('CDP2010', path, `the link ${path} leaves the project`, hint)
}

function readText(root: string, path: string): SourceFile | Diagnostic {
  try {
    if (leavesProject(root, path)) return linkOutside(path, 'copy the file into the project')
    const real = realpathSync(join(root, path))
    const found = statSync(real)
    // A pipe would keep the reader waiting for ever.
    if (!found.isFile()) return fault('CDP1001', path, `${path} is not a file`)
    if (found.size > MAX_BYTES) return fault('CDP1001', path, `the file ${path} is larger than 10 MB`)
    const bytes = readFileSync(real)
    const bad = invalidUtf8(bytes) ?? firstNul(bytes)
    if (bad === undefined) return { path, text: new TextDecoder('utf-8').decode(bytes) }
    const line = bytes.subarray(0, bad).toString('latin1').split('\n').length
    const byte = (bytes[bad] ?? 0).toString(16).padStart(2, '0')
    const [what, hint] =
      byte === '00'
        ? ['no text', 'take the byte out, or save the file as UTF-8']
        : ['not valid UTF-8', 'save it as UTF-8']
    return fault('CDP1002', path, `the file ${path} is ${what}: byte 0x${byte} on line ${line}`, hint)
  } catch (error) {
    return fault('CDP1001', path, `the file ${path} cannot be read: ${reason(error)}`)
  }
}

/** The offset of the first byte that does not belong to a valid character. */
function invalidUtf8(bytes: Buffer): number | undefined {
  const decodes = (end: number, stream: boolean): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream })
      return true
    } catch {
      return false
    }
  }
  if (decodes(bytes.length, false)) return undefined
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (decodes(middle, true)) low = middle
    else high = middle - 1
  }
  while (low > 0 && !decodes(low, false)) low--
  return low
}

/** A NUL is valid UTF-8, and in no text that people write. */
function firstNul(bytes: Buffer): number | undefined {
  const found = bytes.indexOf(0)
  return found === -1 ? undefined : found
}

function fault(code: Code, path: string, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', message, span: { file: path, start: 0, end: 0 }, ...(hint && { hint }) }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'EACCES'
    ? 'permission denied'
    : code === 'ENOENT'
      ? 'it is not there'
      : (code ?? String(error))
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
