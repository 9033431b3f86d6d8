// @ts-check
/**
 * Makes the command of one file, `dist/bin/main.js`, and of one more for each engine: Node reads a thousand small modules in
 * half a second, which every command would pay. Three packages that only calculate are part of it, their licences beside it;
 * what has binaries or is optional is not.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const INCLUDED = ['kysely', 'libphonenumber-js', 'zod']

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist', 'bin')
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const packages = Object.keys({ ...dependencies, ...peerDependencies })

rmSync(folder, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: packages.filter((name) => !INCLUDED.includes(name)),
  logLevel: 'warning',
})
const licences = INCLUDED.map((name) => {
  const text = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')
  return `${name}\n${'-'.repeat(name.length)}\n${text.trim()}\n`
})
writeFileSync(
  join(folder, 'LICENSES'),
  `These files contain parts of other packages.\n\n${licences.join('\n')}`,
)
