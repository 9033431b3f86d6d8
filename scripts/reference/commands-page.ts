import type { CommandSpec, OptionSpec } from '../../src/cli/command.js'

const GENERATED =
  '<!-- Generated from the commands in src/cli/commands. UPDATE_EXPECTED=1 npx vitest run test/docs writes it. -->'

/** `docs/reference/commands.md`: what `--help` of each command says. */
export function commandsPage(commands: readonly CommandSpec[], shared: readonly OptionSpec[]): string {
  const parts = [
    '# Commands',
    GENERATED,
    'What holds for all of them is on [the command line](../command-line.md).',
    `## Options of every command that reads a project\n\n${optionsTable(shared)}`,
    ...commands.map((command) => commandText(command, shared)),
  ]
  return `${parts.join('\n\n')}\n`
}

function commandText(command: CommandSpec, shared: readonly OptionSpec[]): string {
  const { name, summary, description, options, examples } = command
  const given = command.arguments ?? []
  const isShared = shared.every((option) => options.includes(option))
  const own = isShared ? options.filter((option) => !shared.includes(option)) : options
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
  const rows = [
    ...given.map(({ syntax, description: does, choices }) => [syntax, withChoices(does, choices)] as const),
    ...own.map(({ flags, description: does, choices }) => [flags, withChoices(does, choices)] as const),
  ]
  return [
    `## cdp ${[name, ...given.map(({ syntax }) => syntax)].join(' ')}`.replaceAll('<', '\\<'),
    sentence,
    ...(description === undefined ? [] : [description.replaceAll('\n', '\n\n')]),
    ...(rows.length === 0 ? [] : [table(rows)]),
    ...(isShared
      ? ['And [the options of every command](#options-of-every-command-that-reads-a-project).']
      : []),
    `\`\`\`sh\n${examples.map(({ command: line, does }) => `${line}    # ${does}`).join('\n')}\n\`\`\``,
  ].join('\n\n')
}

function optionsTable(options: readonly OptionSpec[]): string {
  return table(options.map(({ flags, description, choices }) => [flags, withChoices(description, choices)]))
}

function withChoices(text: string, choices: readonly string[] | undefined): string {
  return choices ? `${text} (${choices.join(', ')})` : text
}

function table(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([head, text]) => `| \`${head}\` | ${text.replaceAll('|', '\\|')} |`)
  return ['| | |', '| --- | --- |', ...lines].join('\n')
}
