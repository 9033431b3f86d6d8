import type { CommandSpec } from '../command.js'
import { completionScript, SHELLS } from '../completion.js'
import { EXIT } from '../terminal.js'

/** It is made of all commands, itself included: they come as an argument, so that no import goes round. */
export function completionOf(commands: () => readonly CommandSpec[]): CommandSpec {
  return {
    name: 'completion',
    summary: 'print the script that lets a shell complete commands and options',
    arguments: [{ syntax: '<shell>', description: 'whose script', choices: SHELLS }],
    options: [],
    examples: [
      { command: 'source <(cdp completion bash)', does: 'in ~/.bashrc' },
      { command: 'source <(cdp completion zsh)', does: 'in ~/.zshrc, after compinit' },
      { command: 'cdp completion fish > ~/.config/fish/completions/cdp.fish', does: 'once' },
    ],
    run: async ({ terminal, args }) => {
      const shell = SHELLS.find((name) => name === args[0]) ?? 'bash'
      terminal.out(completionScript(shell, commands()))
      return EXIT.ok
    },
  }
}
