import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cachedFolder, cacheFolder, copyArtefact, tool } from '../servers/downloads.mjs'
import { findJava } from '../servers/java.mjs'

/** The versions that cdp is tested with; those of Iceberg are made for one minor version of Spark. */
export const SPARK_VERSION = '4.1.4'
const ARTEFACTS = [
  'org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0',
  'org.xerial:sqlite-jdbc:3.50.3.0',
]

const WHAT = `Spark ${SPARK_VERSION}`
const FOLDER = `spark-${SPARK_VERSION}-iceberg-1.12.0`

/** Spark 4.1 runs on these. */
export const findSparkJava = () => findJava('Spark', 17, 21)

/**
 * The folder of Spark's libraries, those of Iceberg among them, which are downloaded from PyPI by `pip` and from Maven Central
 * by `mvn` the first time (500 MB). The Thrift server is in no other package. Throws an error that says what stands in the way.
 */
export function sparkDistribution() {
  return cachedFolder(FOLDER, (work) => {
    const source = `pyspark==${SPARK_VERSION}`
    tool(WHAT, 'python3', [
      '-m',
      'pip',
      'download',
      '-q',
      '--no-deps',
      '--no-binary=:all:',
      '-d',
      work,
      source,
    ])
    const archive = readdirSync(work).find((file) => file.endsWith('.tar.gz'))
    const jars = join(`pyspark-${SPARK_VERSION}`, 'deps/jars')
    tool(WHAT, 'tar', ['xzf', join(work, archive), '-C', work, jars])
    for (const artefact of ARTEFACTS) copyArtefact(WHAT, artefact, join(work, jars))
    return join(work, jars)
  })
}

/** Throws an error where Spark is not here and cannot be downloaded. */
export function checkDownloads() {
  if (existsSync(cacheFolder(FOLDER))) return
  tool(WHAT, 'python3', ['-m', 'pip', '--version'])
  tool(WHAT, 'mvn', ['--version'])
}
