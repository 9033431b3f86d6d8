import type { ExitCode, Terminal } from './terminal.js'

/** An option of a command, as commander writes them: `--target <name>`, `--select <selector...>`. */
export interface OptionSpec {
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
}

export interface ArgumentSpec {
  /** `<dir>` required, `[dir]` optional, `[dir...]` any number. */
  readonly syntax: string
  readonly description: string
  readonly choices?: readonly string[]
}

/** A command as data: help, completion and parsing are made of it. */
export interface CommandSpec {
  readonly name: string
  readonly summary: string
  /** What the help says below the summary. */
  readonly description?: string
  readonly arguments?: readonly ArgumentSpec[]
  readonly options: readonly OptionSpec[]
  readonly examples: readonly { readonly command: string; readonly does: string }[]
  readonly run: (invocation: Invocation) => Promise<ExitCode>
}

/** One call of a command. Options are named in camel case, as commander names them. */
export interface Invocation {
  readonly terminal: Terminal
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/** The text of an option, or undefined where it was not given. */
export function textOption({ options }: Invocation, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function flagOption({ options }: Invocation, name: string): boolean {
  return options[name] === true
}

export function listOption({ options }: Invocation, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : []
}

export function isJson(invocation: Invocation): boolean {
  return textOption(invocation, 'output') === 'json'
}
