import { Argument, Command, CommanderError, Option } from 'commander'
import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { CommandSpec } from './command.js'
import { COMMANDS, COMMANDS_TO_COME } from './commands.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { VERSION } from './version.js'

const ABOUT = `A customer data platform that lives in your own warehouse.

Declare sources, identity rules, merge policies, traits and segments in YAML; cdp compiles them
to SQL and runs it where your data is.`

const AFTER = `
Results go to standard output, everything else to standard error. Colours are for terminals only,
and NO_COLOR turns them off.

Exit codes:
    0  all is well
    1  the project or its data have errors
    2  the command line asks for something that does not exist
    3  the warehouse or a destination failed, or a guard stopped a sync
   70  a bug in cdp
  130  stopped by Ctrl-C

Begin:
  cdp init shop && cd shop && cdp run`

/** Parses the command line and runs what it asks for. Throws a `UsageError` where it cannot be understood. */
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
    if (error.exitCode === 0) return EXIT.ok
    throw misunderstood(error, argv)
  }
}

function buildProgram(terminal: Terminal, done: (code: ExitCode) => void): Command {
  const program = new Command('cdp')
    .description(ABOUT)
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${argumentsOf(command)}`.trimEnd() })
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      // What commander says is said as an error of ours.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.width, 110),
      getErrHelpWidth: () => Math.min(terminal.width, 110),
    })
    .exitOverride()
    .addHelpText('after', AFTER)
  for (const spec of COMMANDS) program.addCommand(commandOf(program, spec, terminal, done))
  program.addCommand(helpCommand(program))
  // Without a command, `cdp` is a question: help is the answer, and no error.
  program.argument('[command]').action((written: string | undefined) => {
    if (written !== undefined) throw unknownCommand(written)
    program.outputHelp()
  })
  return program
}

function argumentsOf(command: Command): string {
  return command.registeredArguments
    .map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))
    .join(' ')
}

function helpCommand(program: Command): Command {
  return new Command('help')
    .copyInheritedSettings(program)
    .summary('print the help of a command')
    .argument('[command]')
    .action((written: string | undefined) => {
      if (written === undefined) {
        program.outputHelp()
        return
      }
      const command = program.commands.find((one) => one.name() === written)
      if (!command) throw unknownCommand(written)
      command.outputHelp()
    })
}

function commandOf(
  program: Command,
  spec: CommandSpec,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): Command {
  const command = new Command(spec.name)
    .copyInheritedSettings(program)
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

function unknownCommand(written: string): UsageError {
  if (COMMANDS_TO_COME.includes(written))
    return new UsageError(`the command "${written}" is not built yet`, '"cdp --help" lists those that are.')
  const names = [...COMMANDS.map(({ name }) => name), 'help']
  const near = closest(written, names)
  const hint = near === undefined ? '"cdp --help" lists them.' : `Did you mean "cdp ${near}"?`
  return new UsageError(`there is no command "${written}"`, hint)
}

/** What commander could not parse, with the nearest that it could have been. */
function misunderstood(error: CommanderError, argv: readonly string[]): UsageError {
  const written = argv.find((word) => !word.startsWith('-'))
  const spec = COMMANDS.find(({ name }) => name === written)
  if (!spec && written !== undefined && written === argv[0] && written !== 'help')
    return unknownCommand(written)
  const message = error.message.replace(/^error: /, '').replace(/[.]$/, '')
  const help = `"cdp ${spec === undefined ? '' : `${spec.name} `}--help" says what there is.`
  const near = nearest(error, spec)
  return new UsageError(message, near === undefined ? help : `Did you mean "${near}"?`)
}

function nearest({ code, message }: CommanderError, spec: CommandSpec | undefined): string | undefined {
  const written = /'([^']*)'(?: is invalid|$)/.exec(message)?.[1]
  if (written === undefined) return undefined
  const options = [...(spec?.options ?? []).map(({ flags }) => flags.split(' ')[0] ?? ''), '--help']
  if (code === 'commander.unknownOption') return closest(written, spec ? options : ['--help', '--version'])
  const choices = /Allowed choices are (.+?)[.]?$/.exec(message)?.[1]?.split(', ') ?? []
  return closest(written, choices)
}
