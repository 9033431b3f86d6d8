#!/usr/bin/env node
// A Trino of one's own, to try cdp on and for the tests: `node scripts/trino.mjs start`, then `stop`.
import { parseArgs } from 'node:util'
import { runCommand } from './servers/command-line.mjs'
import { clusterIn, startCluster, stopCluster } from './trino/cluster.mjs'
import { checkMaven, findTrinoJava } from './trino/distribution.mjs'

const USAGE = `Usage: node scripts/trino.mjs <start|stop|status|check> [options]

  start    downloads Trino once, starts it with the catalog "iceberg", and prints its state as JSON
  stop     stops it; its tables stay
  status   prints the state of what runs, or nothing
  check    says what is missing to start it here

  --folder DIR             configuration, logs and tables (default: target/trino)
  --port N                 of the coordinator, 0 for a free one (default: 8080)
  --workers N              nodes that compute, besides the coordinator (default: 0, it computes itself)
  --heap SIZE              memory of each node (default: 1500M)
  --quick                  compiles less: for tests, whose queries are many and small
  --user NAME:PASSWORD     asks for this password, over TLS
  --rules FILE             Trino's file of access rules
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: 'target/trino' },
    port: { type: 'string', default: '8080' },
    workers: { type: 'string', default: '0' },
    heap: { type: 'string', default: '1500M' },
    quick: { type: 'boolean', default: false },
    user: { type: 'string' },
    rules: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})

const commands = {
  start: async () => {
    const [name, ...password] = values.user?.split(':') ?? []
    const state = await startCluster({
      folder: values.folder,
      port: Number(values.port),
      workers: Number(values.workers),
      heap: values.heap,
      quick: values.quick,
      ...(name && { user: { name, password: password.join(':') } }),
      ...(values.rules && { rules: values.rules }),
    })
    console.log(JSON.stringify(state))
  },
  stop: async () => {
    if (!(await stopCluster(values.folder))) console.log('nothing is running')
  },
  check: async () => {
    findTrinoJava()
    checkMaven()
  },
  status: async () => {
    const state = clusterIn(values.folder)
    if (state) console.log(JSON.stringify(state))
  },
}

await runCommand(commands, { values, positionals }, USAGE)
