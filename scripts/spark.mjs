#!/usr/bin/env node
// A Spark of one's own, to try cdp on and for the tests: `node scripts/spark.mjs start`, then `stop`.
import { parseArgs } from 'node:util'
import { runCommand } from './servers/command-line.mjs'
import { checkDownloads, findSparkJava } from './spark/distribution.mjs'
import { serverIn, startServer, stopServer } from './spark/server.mjs'

const USAGE = `Usage: node scripts/spark.mjs <start|stop|status|check> [options]

  start    downloads Spark once, starts its Thrift server with the catalog "lake", and prints its state as JSON
  stop     stops it; its tables stay
  status   prints the state of what runs, or nothing
  check    says what is missing to start it here

  --folder DIR             log and tables (default: target/spark)
  --port N                 of the server, 0 for a free one (default: 10001)
  --heap SIZE              its memory (default: 1500M)
  --quick                  compiles less: for tests, whose queries are many and small
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: 'target/spark' },
    port: { type: 'string', default: '10001' },
    heap: { type: 'string', default: '1500M' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
})

const commands = {
  start: async () => {
    const { folder, port, heap, quick } = values
    console.log(JSON.stringify(await startServer({ folder, port: Number(port), heap, quick })))
  },
  stop: async () => {
    if (!(await stopServer(values.folder))) console.log('nothing is running')
  },
  check: async () => {
    findSparkJava()
    checkDownloads()
  },
  status: async () => {
    const state = serverIn(values.folder)
    if (state) console.log(JSON.stringify(state))
  },
}

await runCommand(commands, { values, positionals }, USAGE)
