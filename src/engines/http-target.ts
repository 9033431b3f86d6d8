import { resolve } from 'node:path'
import { WarehouseError } from '../diagnostics/errors.js'

/** What targets of engines have in common whose server is spoken to over HTTP, and whose tables are in a catalog. */
export interface HttpTarget {
  readonly url: string
  readonly catalog: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  /** A file of certificates. */
  readonly ca?: string | undefined
}

/** Where a target's data is, without its secrets. */
export function httpPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { url, catalog } = options as unknown as HttpTarget
  return { place: `${new URL(url).origin}/${catalog}`, exists: true }
}

/** The target with the path of its certificates absolute. `because`: why credentials need https, for the remedy. */
export function checkedTarget<T extends HttpTarget>(target: T, projectDir: string, because: string): T {
  const { url, password, token, ca } = target
  if ((password ?? token) !== undefined && new URL(url).protocol === 'http:')
    throw new WarehouseError('a password or token would cross the network in the open', because)
  return { ...target, ...(ca !== undefined && { ca: resolve(projectDir, ca) }) }
}
