import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { cli } from '../../src/cli/cli.js'
import { starterFiles } from '../../src/cli/starter/files.js'

export const MAIN = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url))

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface CallOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** The environment of a user's shell, without what would colour or turn the output. */
function environment(extra: CallOptions['env'] = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, COLUMNS: ___, ...rest } = process.env
  return { ...rest, ...extra }
}

/** How a call in this process sees its screen; by default it writes into pipes. */
export interface Screen {
  readonly outIsTerminal?: boolean
  readonly colours?: boolean
  readonly width?: number
}

/** Calls the command line in this process, with a terminal that keeps what is written. */
export async function cdp(
  args: readonly string[],
  { cwd, env, outIsTerminal = false, colours = false, width = 100 }: CallOptions & Screen,
): Promise<Ended> {
  let out = ''
  let err = ''
  const code = await cli(args, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    outIsTerminal,
    errIsTerminal: false,
    outColours: colours,
    errColours: colours,
    width,
    cwd,
    env: environment(env),
    now: Date.now,
    random: randomBytes,
    onInterrupt: () => () => {},
  })
  return { code, out, err }
}

/** Calls the built command line as a user would, in a process of its own, to its end. */
export function spawned(args: readonly string[], { cwd, env }: CallOptions): Ended {
  checkBuilt()
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd,
    env: environment(env),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { code: status, out: stdout, err: stderr }
}

/** A call that goes on in the background. */
export interface Running {
  readonly process: ChildProcess
  /** Resolves when the text stands on standard error. */
  readonly says: (text: string | RegExp) => Promise<void>
  readonly ended: Promise<Ended>
}

export function start(args: readonly string[], { cwd, env }: CallOptions): Running {
  checkBuilt()
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: environment(env) })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }))
  })
  const has = (text: string | RegExp): boolean =>
    typeof text === 'string' ? err.includes(text) : text.test(err)
  const says = async (text: string | RegExp): Promise<void> => {
    while (!has(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying ${text}:\n${err}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  onTestFinished(() => void child.kill('SIGKILL'))
  return { process: child, says, ended }
}

function checkBuilt(): void {
  if (!existsSync(MAIN))
    throw new Error('dist/ is missing: the command line is tested as built, "npm run build" makes it')
}

/** A folder for the test that runs; links in its path are resolved, as the command line prints it. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cdp-cli-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A new project with the files of `cdp init`, in a folder of its own, with files over those that it has. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const path = join(folder(), 'shop')
  write(path, Object.fromEntries(starterFiles('shop').map((file) => [file.path, file.text])))
  write(path, files)
  return path
}

/** A new project that has run as of 2026, made once for all tests of a file: they only look. */
export function shopThatRan(): { readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), 'cdp-cli-'))
  const path = join(root, 'shop')
  beforeAll(async () => {
    write(path, Object.fromEntries(starterFiles('shop').map((file) => [file.path, file.text])))
    const { code, err } = await cdp(['run', '--as-of', '2026-01-01'], { cwd: path })
    if (code !== 0) throw new Error(err)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return { path }
}

/** A copy of a project, its database included. */
export function copyOf(path: string): string {
  const copy = join(folder(), 'shop')
  cpSync(path, copy, { recursive: true })
  return copy
}

export function write(path: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
}
