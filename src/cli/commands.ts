import type { CommandSpec } from './command.js'
import { compile } from './commands/compile.js'
import { ls } from './commands/ls.js'
import { run } from './commands/run.js'
import { show } from './commands/show.js'
import { validate } from './commands/validate.js'

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandSpec[] = [validate, compile, run, ls, show]
