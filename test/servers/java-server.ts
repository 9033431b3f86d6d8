import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A server that a script of the project starts, for a test file: on free ports, gone at the end. */
export interface JavaServer {
  readonly url: string
  /** A file that holds the certificate of the server; there where it asks for a password. */
  readonly certificate?: string
  /** Ends it as a crash does. */
  kill(): void
  /** Stops it and removes its tables. */
  remove(): Promise<void>
}

/** Why no server can be started here; undefined where one can. `script` is one of scripts/. */
export function whyNot(script: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, [pathOf(script), 'check'], { encoding: 'utf8' })
  return status === 0 ? undefined : stderr.replace(/^error: /, '').trim()
}

export async function startScript(script: string, options: readonly string[]): Promise<JavaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cdp-server-'))
  const place = ['--folder', folder]
  const start = [pathOf(script), 'start', ...place, '--port', '0', '--quick', ...options]
  const { stdout } = await run(process.execPath, start).catch((error: Error) => {
    throw new Error(`${error.message}\n${logs(folder)}`)
  })
  const { url, certificate, pids } = JSON.parse(stdout) as {
    readonly url: string
    readonly certificate?: string
    readonly pids: readonly number[]
  }
  return {
    url,
    ...(certificate !== undefined && { certificate }),
    kill: () => {
      for (const pid of pids) process.kill(pid, 'SIGKILL')
    },
    remove: async () => {
      await run(process.execPath, [pathOf(script), 'stop', ...place])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function pathOf(script: string): string {
  return resolve(import.meta.dirname, '../../scripts', script)
}

/** The ends of the logs of all nodes. */
function logs(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('server.log'),
  )
  return files.map((file) => readFileSync(join(folder, file), 'utf8').slice(-4000)).join('\n')
}
