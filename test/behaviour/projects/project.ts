/** A small project for every engine: its files, how they change, and rows of public tables that were worked out by hand. */
export interface BehaviourProject {
  /** Lines of profiles.yml besides the name and the targets. */
  readonly settings?: string
  /** Engines on which it does not run, and why. */
  readonly notOn?: Readonly<Record<string, string>>
  /** Statements before the first run, in SQL that every engine has; `{schema}` in them and in files is that of the test, `{text}` the type of texts. */
  readonly before?: readonly string[]
  /** By path, without profiles.yml. */
  readonly files: Readonly<Record<string, string>>
  /** One run each, in order: the files that were replaced before it. One run of the files as they are unless given. */
  readonly runs?: readonly { readonly asOf: string; readonly files?: Readonly<Record<string, string>> }[]
  /** After the last run: a query on `{schema}`, in SQL that every engine has, and its rows, each as text of its values. */
  readonly expected: readonly { readonly query: string; readonly rows: readonly string[] }[]
}

export function csv(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
