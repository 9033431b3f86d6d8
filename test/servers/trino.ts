import { type JavaServer, startScript, whyNot } from './java-server.js'

const SCRIPT = 'trino.mjs'

/** Why no Trino can be started here; undefined where one can. */
export const whyNoTrino = () => whyNot(SCRIPT)

/** A Trino of its own for a test file, with one catalog `iceberg`. Options are those of the script: `--workers`, `--user`, `--rules`. */
export function startTrino(...options: readonly string[]): Promise<JavaServer> {
  return startScript(SCRIPT, options)
}
