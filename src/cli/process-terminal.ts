import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { EXIT, type Terminal } from './terminal.js'

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  const colours = (stream: NodeJS.WriteStream): boolean =>
    (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') ||
    (stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb')
  // A run is not given up half-way because nobody reads its progress any more, or its log has no room.
  stderr.on('error', () => {})
  // A reader that has seen enough (`cdp ls | head`) is no error. Results that are lost otherwise are one, at the end.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') resultsLost(error)
  })
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    outColours: colours(stdout),
    errColours: colours(stderr),
    // A terminal that does not know its size says 0.
    width: stdout.columns || stderr.columns || Number(env.COLUMNS) || 100,
    cwd: process.cwd(),
    env,
    now: Date.now,
    random: randomBytes,
    onInterrupt,
  }
}

function resultsLost({ code, message }: NodeJS.ErrnoException): void {
  const why = code === 'ENOSPC' ? 'the disk is full' : message
  process.once('exit', () => {
    process.stderr.write(
      `error: standard output cannot be written: ${why}\n  hint: Make room, or direct it elsewhere. What the command did is done.\n`,
    )
    process.exitCode = EXIT.warehouse
  })
}

function onInterrupt(work: () => void): () => void {
  let asked = false
  const listen = (): void => {
    if (asked) {
      writeSync(2, '\nStopped at once. The last published tables are untouched.\n')
      process.exit(EXIT.interrupted)
    }
    asked = true
    work()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, listen)
  return () => {
    for (const signal of signals) process.off(signal, listen)
  }
}
