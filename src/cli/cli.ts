import { DeliveryError, UsageError, WarehouseError } from '../diagnostics/errors.js'
import { runCommandLine } from './program.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { VERSION } from './version.js'

/** A whole call of cdp: runs what the words ask for, says what went wrong, gives the exit code. Never rejects. */
export async function cli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await runCommandLine(argv, terminal)
  } catch (error) {
    return explain(error, terminal)
  }
}

/** A mistake or a failure is told in two lines; only a bug of ours shows where it happened. */
function explain(error: unknown, { err }: Terminal): ExitCode {
  if (error instanceof UsageError || error instanceof WarehouseError || error instanceof DeliveryError) {
    err(`error: ${printable(error.message)}\n`)
    if (error.remedy !== undefined) err(`  hint: ${printable(error.remedy)}\n`)
    return error instanceof UsageError ? EXIT.usage : EXIT.warehouse
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error)
  err(`This is a bug in cdp ${VERSION} (Node ${process.version}, ${process.platform}):\n${shown}\n`)
  err('Please report it with the command and, if you can, the project.\n')
  return EXIT.bug
}

/** Messages may quote data: what would steer a terminal is shown as a space. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')
}
