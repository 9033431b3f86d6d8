import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder of the user in which tokens of accounts are kept between runs, of all projects: by `CDP_STATE_DIR`, else as
 * the XDG base directories say.
 */
export function tokenFolder(env: Readonly<Record<string, string | undefined>>): string {
  const state = env.CDP_STATE_DIR || join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'cdp')
  return join(state, 'tokens')
}
