// @ts-check
/** `node acknowledge-all.mjs <project>`: plans its only sync, and acknowledges the whole plan without sending it. */
import { randomBytes } from 'node:crypto'
import { loadProject, openTarget } from '../dist/cli/load-project.js'
import { momentOf } from '../dist/run/moments.js'
import { Acknowledger } from '../dist/sync/acknowledge.js'
import { Lease } from '../dist/sync/lease.js'
import { makeLedger, markRange, planRun } from '../dist/sync/plan-run.js'
import { thisProcess } from '../dist/sync/process-identity.js'
import { Serial } from '../dist/sync/serial.js'
import { targetFingerprint } from '../dist/sync/sync-job.js'
import { openSyncs } from '../dist/sync/sync-project.js'
import { rememberPlan } from '../dist/sync/sync-state.js'
import { SyncWarehouse } from '../dist/sync/warehouse.js'

const cwd = process.argv[2] ?? '.'
const terminal = {
  ...{ out() {}, err() {}, outIsTerminal: false, errIsTerminal: false, outColours: false, errColours: false },
  ...{ width: 100, cwd, env: {}, now: Date.now, random: randomBytes, onInterrupt: () => () => {} },
}
const loaded = loadProject({ terminal, args: [], options: { projectDir: cwd } })
if (!('graph' in loaded)) throw new Error(`no project in ${cwd}`)
const { graph, engine, positions, connectors } = loaded
const { target } = graph.project.settings
const connection = await openTarget(loaded)
const nodes = graph.nodes.filter((node) => node.kind === 'sync')
const { place } = engine.place(target.options, cwd)
const opened = await openSyncs(graph, nodes, connection, engine.dialect, {
  ...{ positions, cdpVersion: '0.0.0', connectors, env: {}, now: Date.now, random: () => randomBytes(10) },
  target: targetFingerprint([target.type, place, target.schema, target.internalSchema]),
})
const [job] = opened.jobs
if (!job) throw new Error(JSON.stringify(opened.diagnostics))
const { store, leases, scope, options } = job
const { monotonic } = options.timing
const writer = new Serial()
const { runId } = options
const lease = await Lease.take(leases, writer, scope.sync.name, thisProcess(runId), {
  ...options.lease,
  monotonic,
})
const warehouse = new SyncWarehouse(store, scope, { runId, now: momentOf(Date.now()) })
await makeLedger(warehouse)
const plan = await planRun(warehouse)
await store.connection.transaction(async () => {
  await markRange(warehouse, plan, 1, plan.figures.planned)
  await rememberPlan(store, scope.sync.name, {
    target: job.target,
    mapping: scope.mapping,
  })
})
await new Acknowledger(warehouse, writer, lease, runId, monotonic, plan.operations).allDone()
await lease.release()
await opened.close()
await connection.close()
