import { Argument, Command, CommanderError, Option } from 'commander'
import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { CommandSpec } from './command.js'
import { COMMANDS } from './commands.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { VERSION } from './version.js'

const ABOUT = `A customer data platform that lives in your own warehouse.

Declare sources, identity rules, merge policies, traits and segments in YAML; cdp compiles them
to SQL and runs it where your data is.`

/** Parses the command line and runs what it asks for. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  const program = buildProgram(terminal, (code) => {
    exit = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
}

function buildProgram(terminal: Terminal, done: (code: ExitCode) => void): Command {
  const program = new Command('cdp')
    .description(ABOUT)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(text),
      getOutHelpWidth: () => Math.min(terminal.width, 110),
      getErrHelpWidth: () => Math.min(terminal.width, 110),
    })
    .exitOverride()
  for (const spec of COMMANDS) program.addCommand(commandOf(spec, terminal, done))
  // Without a command, `cdp` is a question: help is the answer, and no error.
  program.argument('[command]').action((written: string | undefined) => {
    if (written === undefined) {
      terminal.out(program.helpInformation())
      return
    }
    const near = closest(
      written,
      COMMANDS.map(({ name }) => name),
    )
    throw new UsageError(
      `there is no command "${written}"`,
      near === undefined ? 'cdp --help lists them.' : `Did you mean "cdp ${near}"?`,
    )
  })
  return program
}

function commandOf(spec: CommandSpec, terminal: Terminal, done: (code: ExitCode) => void): Command {
  const command = new Command(spec.name)
    .summary(spec.summary)
    .description(
      spec.description === undefined
        ? sentence(spec.summary)
        : `${sentence(spec.summary)}\n\n${spec.description}`,
    )
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', `\n${examplesText(spec)}`)
  for (const { syntax, description, choices } of spec.arguments ?? []) {
    const argument = new Argument(syntax, description)
    command.addArgument(choices ? argument.choices([...choices]) : argument)
  }
  for (const { flags, description, choices } of spec.options) {
    const option = new Option(flags, description)
    command.addOption(choices ? option.choices([...choices]) : option)
  }
  command.action(async () => {
    done(await spec.run({ terminal, args: command.args, options: command.opts() }))
  })
  return command
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function examplesText({ examples }: CommandSpec): string {
  const width = Math.max(...examples.map(({ command }) => command.length))
  return ['Examples:', ...examples.map(({ command, does }) => `  ${command.padEnd(width)}  ${does}`)].join(
    '\n',
  )
}
