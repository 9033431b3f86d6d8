/** The world around a command: what it prints to, what it was started with, and the only clock and randomness there is. */
export interface Terminal {
  /** Results: what a pipe reads. */
  readonly out: (text: string) => void
  /** Everything said to a person: progress, diagnostics, summaries. */
  readonly err: (text: string) => void
  /** Whether results are read by a person, so that personal data may be shown. */
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  readonly outColours: boolean
  readonly errColours: boolean
  /** Columns of the screen. */
  readonly width: number
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
  /** Calls back at the first Ctrl-C or termination; a second one ends the process at once. Returns how to stop listening. */
  readonly onInterrupt: (work: () => void) => () => void
}

export const EXIT = {
  ok: 0,
  /** The project or its data have errors, or a test failed. */
  project: 1,
  usage: 2,
  /** The warehouse or a destination failed. */
  warehouse: 3,
  bug: 70,
  /** Stopped by Ctrl-C: 128 + SIGINT, as shells expect it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
