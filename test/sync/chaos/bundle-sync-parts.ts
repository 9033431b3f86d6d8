import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const PARTS = `
export { loadProject, openTarget } from '../cli/load-project.js'
export { WarehouseError } from '../diagnostics/errors.js'
export { overheard } from '../engines/overheard-connection.js'
export { runProject } from '../run/run-project.js'
export { runSyncs } from '../sync/run-syncs.js'
export { openSyncs } from '../sync/sync-project.js'
`

const bundles = new Map<string, Promise<void>>()

/**
 * Makes one file, `dist/bin/sync-parts.js`, of what sync-process.mjs needs of a built package, once: it starts hundreds of
 * times, and Node reads many small modules slowly.
 */
export function bundleSyncParts(built: string): Promise<void> {
  const bundle = bundles.get(built) ?? bundled(built)
  bundles.set(built, bundle)
  return bundle
}

async function bundled(built: string): Promise<void> {
  const folder = join(built, 'dist/bin')
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'))
  await build({
    stdin: { contents: PARTS, resolveDir: folder, sourcefile: 'parts.js' },
    outfile: join(folder, 'sync-parts.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    logLevel: 'warning',
  })
}
