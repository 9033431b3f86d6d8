import type { CommandSpec } from './command.js'
import { build } from './commands/build.js'
import { clean } from './commands/clean.js'
import { compile } from './commands/compile.js'
import { completionOf } from './commands/completion.js'
import { connector } from './commands/connector.js'
import { debug } from './commands/debug.js'
import { explain } from './commands/explain.js'
import { identity } from './commands/identity.js'
import { init } from './commands/init.js'
import { ls } from './commands/ls.js'
import { run } from './commands/run.js'
import { schema } from './commands/schema.js'
import { show } from './commands/show.js'
import { sync } from './commands/sync.js'
import { validate } from './commands/validate.js'
import { verify } from './commands/verify.js'

/** Words that people who know cdp or dbt try: they are taken, and this version says so. */
export const COMMANDS_TO_COME: readonly string[] = ['plan', 'test', 'segment', 'docs']

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  init,
  validate,
  compile,
  run,
  build,
  sync,
  show,
  explain,
  identity,
  verify,
  ls,
  schema,
  connector,
  debug,
  clean,
  completionOf(() => COMMANDS),
]
