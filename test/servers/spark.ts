import { type JavaServer, startScript, whyNot } from './java-server.js'

const SCRIPT = 'spark.mjs'

/** Why no Spark can be started here; undefined where one can. */
export const whyNoSpark = () => whyNot(SCRIPT)

/** A Spark of its own for a test file, with one catalog `lake` of Iceberg. */
export function startSpark(): Promise<JavaServer> {
  return startScript(SCRIPT, [])
}
