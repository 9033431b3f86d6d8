import { unreachable } from '../diagnostics/errors.js'
import type { CommandSpec, OptionSpec } from './command.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** The completion of a shell: commands, options and the words that they choose from; elsewhere file names. */
export function completionScript(shell: Shell, commands: readonly CommandSpec[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands)
    case 'zsh':
      return `#compdef cdp\nautoload -U +X bashcompinit && bashcompinit\n\n${bash(commands)}`
    case 'fish':
      return fish(commands)
    default:
      return unreachable(shell)
  }
}

/** `--target` of `--target <name>`. */
function long(option: OptionSpec): string {
  return /--[a-z-]+/.exec(option.flags)?.[0] ?? option.flags
}

function takesValue(option: OptionSpec): boolean {
  return /[<[]/.test(option.flags)
}

function optionsOf(command: CommandSpec): readonly string[] {
  return [...command.options.map(long), '--help']
}

function bash(commands: readonly CommandSpec[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const cases = commands.map((command) => {
    const choices = (command.arguments ?? []).flatMap(({ choices = [] }) => choices)
    return `    ${command.name}) options='${optionsOf(command).join(' ')}' words='${choices.join(' ')}' ;;`
  })
  return `# Completion of cdp for bash.
_cdp() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command= options= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) command=$word; break ;; esac
  done
  COMPREPLY=()
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '${names} help --help --version' -- "$current"))
    return
  fi
  case $command:$previous in
${valueCases(commands).join('\n')}
  esac
  case $command in
${cases.join('\n')}
    help) words='${names}' ;;
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o bashdefault -o default -F _cdp cdp
`
}

/** What may follow an option: its choices, or a file or folder, or anything. */
function valueCases(commands: readonly CommandSpec[]): readonly string[] {
  return commands.flatMap((command) =>
    command.options.filter(takesValue).map((option) => {
      const place = `    ${command.name}:${long(option)})`
      if (option.choices)
        return `${place} COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$current")); return ;;`
      if (/<dir>/.test(option.flags)) return `${place} COMPREPLY=($(compgen -d -- "$current")); return ;;`
      return `${place} return ;;`
    }),
  )
}

function fish(commands: readonly CommandSpec[]): string {
  const lines = ['# Completion of cdp for fish.', 'complete -c cdp -f']
  for (const command of commands) {
    lines.push(`complete -c cdp -n __fish_use_subcommand -a ${command.name} -d ${fishText(command.summary)}`)
    const here = `complete -c cdp -n '__fish_seen_subcommand_from ${command.name}'`
    for (const { choices } of command.arguments ?? [])
      if (choices) lines.push(`${here} -a ${fishText(choices.join(' '))}`)
    for (const option of command.options) {
      const value = takesValue(option)
        ? option.choices
          ? ` -x -a ${fishText(option.choices.join(' '))}`
          : /<dir>/.test(option.flags)
            ? ' -r -F'
            : ' -x'
        : ''
      lines.push(`${here} -l ${long(option).slice(2)}${value} -d ${fishText(option.description)}`)
    }
    lines.push(`${here} -l help -d 'print this help'`)
  }
  const names = commands.map(({ name }) => name).join(' ')
  lines.push(`complete -c cdp -n __fish_use_subcommand -a help -d 'print the help of a command'`)
  lines.push(`complete -c cdp -n '__fish_seen_subcommand_from help' -a ${fishText(names)}`)
  return `${lines.join('\n')}\n`
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
