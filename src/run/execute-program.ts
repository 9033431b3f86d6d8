import type { Connection, ExistingRelation } from '../engines/connection.js'
import type { BuildMode, Program, ProgramNode, StatementStep } from '../program/program.js'
import type { Dialect } from '../sql/dialect.js'
import { literal } from '../sql/fragment.js'
import { substituteParameters } from '../sql/lexer.js'
import { print } from '../sql/printer.js'
import { type Moment, stateLiteral } from '../state/store.js'
import type { RunListener } from './events.js'
import { type RefusedStatement, refusedStatement, runError } from './failure.js'
import { interruptOnAbort } from './interrupt.js'
import { ALL_NEEDED, KnownRelations } from './known-relations.js'
import { removeLeftovers } from './leftovers.js'
import type { Measures, NodeResult, RunError, RunStatus, RunWarning } from './result.js'
import { type NodeContext, type NodeRun, runNode } from './run-node.js'
import { type ParameterValues, StepFailure } from './run-steps.js'
import { schedule } from './schedule.js'
import { viewsStandInTheWay, withViewsAnew } from './views-anew.js'

/** A range of the cursor of a source that is read again. */
export interface Reprocess {
  readonly source: string
  readonly from: Moment
  /** Not included. */
  readonly to: Moment
}

export interface ExecuteOptions {
  readonly connection: Connection
  readonly dialect: Dialect
  readonly internalSchema: string
  readonly runId: string
  readonly asOf: Moment
  /** That of the run that published what is there; read by incremental steps only. */
  readonly previousAsOf?: Moment
  /** A source of which a range of its cursor is read again, from ≤ loaded_at < to. */
  readonly reprocess?: Reprocess
  /** How each node is built; in full by default. */
  readonly modeOf?: (node: string) => BuildMode
  /** How many nodes may run at the same time, each on a connection of its own. */
  readonly parallel: number
  /** Milliseconds, from any start; only differences are used. */
  readonly clock: () => number
  readonly listener?: RunListener
  /** Ends the run: what runs is stopped, nothing is published. */
  readonly signal?: AbortSignal
  /** Asked of each node before its first step; the node fails where it rejects. */
  readonly beforeNode?: (node: ProgramNode, connection: Connection) => Promise<void>
  /** Wraps the publishing: `publish` must be awaited once, what stands around it is part of the same transaction. */
  readonly aroundPublish?: (publish: () => Promise<void>, soFar: Executed) => Promise<void>
}

/** What became of a program; see `RunResult` for the meaning of the parts. */
export interface Executed {
  readonly status: RunStatus
  readonly nodes: readonly NodeResult[]
  readonly measures: Measures
  readonly warnings: readonly RunWarning[]
  readonly error?: RunError
  /** What the engine refused, where that is the error. */
  readonly refused?: RefusedStatement
}

/**
 * Executes a program: nodes in the order of their inputs, independent ones in parallel, then everything that they made
 * becomes visible in one transaction. A failing step fails its node; what is running ends, nothing more is started and
 * nothing is published. What a run before this one left under construction is removed first.
 * Rejects only where the warehouse fails outside of a node; a failed node is part of the answer.
 */
export async function executeProgram(program: Program, options: ExecuteOptions): Promise<Executed> {
  const existing = await removeLeftovers(options.connection, options.dialect, options.internalSchema)
  const known = relationsKnown(options, existing)
  const context = nodeContext(program, options, (sql) => known.needs(sql))
  for (const { sql } of program.prepare) {
    if (!known.isMade(sql) && known.needs(sql)) await options.connection.execute(sql)
  }
  const runs = await runNodes(program.nodes, options, context)
  const built = summarise(program, runs, context.aborted())
  if (built.status !== 'succeeded') {
    await removeLeftovers(options.connection, options.dialect, options.internalSchema).catch(() => undefined)
    return built
  }
  return publish(program, built, options, context)
}

function relationsKnown(
  { dialect, internalSchema }: ExecuteOptions,
  existing: readonly ExistingRelation[],
): Pick<KnownRelations, 'needs' | 'isMade'> {
  if (!dialect.facts.costlyStatements) return ALL_NEEDED
  return new KnownRelations(internalSchema, dialect.lexicon, existing)
}

interface RunContext extends NodeContext {
  /** Nodes whose gate found nothing to do. */
  readonly unchanged: Set<string>
}

function nodeContext(program: Program, options: ExecuteOptions, needs: (sql: string) => boolean): RunContext {
  const { dialect, runId, asOf, clock, listener = () => {}, signal, beforeNode = async () => {} } = options
  const { previousAsOf = asOf, reprocess = { source: '', from: asOf, to: asOf } } = options
  const moment = (value: Moment): string => print(stateLiteral({ moment: value }), dialect)
  const parameters = {
    as_of: moment(asOf),
    previous_as_of: moment(previousAsOf),
    run_id: print(literal(runId), dialect),
    reprocess_source: print(literal(reprocess.source), dialect),
    reprocess_from: moment(reprocess.from),
    reprocess_to: moment(reprocess.to),
  }
  const substitute = (text: string, values: ParameterValues): string =>
    substituteParameters(text, dialect.lexicon, { ...values })
  const aborted = (): boolean => signal?.aborted ?? false
  const unchanged = new Set<string>()
  const follows = new Map(program.nodes.map((node) => [node.id, node.follows]))
  const modeOf = (node: string) =>
    unchanged.has(follows.get(node) ?? '') ? 'unchanged' : (options.modeOf?.(node) ?? 'full')
  return {
    parameters,
    moment,
    substitute,
    lexicon: dialect.lexicon,
    modeOf,
    unchanged,
    clock,
    listener,
    aborted,
    beforeNode,
    needs,
  }
}

async function runNodes(
  nodes: readonly ProgramNode[],
  options: ExecuteOptions,
  context: RunContext,
): Promise<ReadonlyMap<string, NodeRun>> {
  const runs = new Map<string, NodeRun>()
  const running = new Set<Connection>()
  const free: Connection[] = []
  const start = async (node: ProgramNode): Promise<boolean> => {
    const run = await runNode(node, context, async () => {
      const connection = free.pop() ?? (await options.connection.fork())
      running.add(connection)
      return connection
    })
    if (run.connection && running.delete(run.connection)) free.push(run.connection)
    runs.set(node.id, run)
    if (run.result.mode === 'unchanged') context.unchanged.add(node.id)
    tellFinished(context, run.result, runs.size, nodes.length)
    return run.result.status === 'succeeded'
  }
  const stopInterrupting = interruptOnAbort(options.signal, () => running)
  try {
    await schedule(nodes, options.parallel, start, context.aborted)
  } finally {
    stopInterrupting()
    await Promise.all(free.map((connection) => connection.close()))
  }
  return runs
}

function tellFinished(context: NodeContext, result: NodeResult, done: number, total: number): void {
  const { id: node, status, elapsed_ms, rows } = result
  if (status === 'skipped') return
  const counts = rows === undefined ? { done, total } : { rows, done, total }
  context.listener({ kind: 'node finished', node, status, elapsed_ms, ...counts })
}

function failedBy(node: string, failure: unknown): Pick<Executed, 'error' | 'refused'> {
  const refused = refusedStatement(failure)
  return { error: runError(node, failure), ...(refused && { refused }) }
}

function summarise(program: Program, runs: ReadonlyMap<string, NodeRun>, aborted: boolean): Executed {
  const nodes = program.nodes.map(
    ({ id, kind }): NodeResult => runs.get(id)?.result ?? { id, kind, status: 'skipped', elapsed_ms: 0 },
  )
  const inOrder = program.nodes.flatMap((node) => runs.get(node.id) ?? [])
  const measured = inOrder.filter((run) => Object.keys(run.findings.measures).length > 0)
  const measures = Object.fromEntries(measured.map((run) => [run.result.id, run.findings.measures]))
  const warnings = inOrder.flatMap((run) => run.findings.warnings)
  const failed = inOrder.find((run) => run.result.status === 'failed')
  const found = { nodes, measures, warnings }
  if (failed) return { status: 'failed', ...found, ...failedBy(failed.result.id, failed.failure) }
  return { status: aborted ? 'interrupted' : 'succeeded', ...found }
}

async function publish(
  program: Program,
  built: Executed,
  options: ExecuteOptions,
  context: RunContext,
): Promise<Executed> {
  const { connection, dialect, signal, aroundPublish = (work) => work() } = options
  const begin = context.clock()
  const statements = async (): Promise<void> => {
    for (const { title, sql } of publishing(program, context.modeOf)) {
      if (context.aborted()) throw new StepFailure(title, undefined)
      if (!context.needs(sql)) continue
      const text = context.substitute(sql, context.parameters)
      await connection.execute(text).catch((error: unknown) => {
        throw new StepFailure(title || sql, error, undefined, text)
      })
    }
  }
  const inOneTransaction = (work: () => Promise<void>) =>
    connection.transaction(() => aroundPublish(work, built))
  context.listener({ kind: 'publishing' })
  const stopInterrupting = interruptOnAbort(signal, () => [connection])
  try {
    await inOneTransaction(statements).catch((error: unknown) => {
      if (!viewsStandInTheWay(error, dialect)) throw error
      return inOneTransaction(() => withViewsAnew(program, connection, dialect, statements))
    })
  } catch (error) {
    await removeLeftovers(connection, options.dialect, options.internalSchema).catch(() => undefined)
    if (context.aborted()) return { ...built, status: 'interrupted' }
    return { ...built, status: 'failed', ...failedBy('publish', error) }
  } finally {
    stopInterrupting()
  }
  context.listener({ kind: 'published', elapsed_ms: Math.round(context.clock() - begin) })
  return cleanUp(program, built, connection, context)
}

/** The statements of the publishing transaction, by how each node was built. */
function publishing(program: Program, modeOf: NodeContext['modeOf']): readonly StatementStep[] {
  return program.publish.statements.flatMap((step) => {
    if (step.kind === 'statement') return [step]
    const mode = modeOf(step.node)
    return mode === 'unchanged' ? [] : step[mode]
  })
}

/** What is left over does no harm and goes with the next run, so that it is no reason to call a published run failed. */
async function cleanUp(
  program: Program,
  built: Executed,
  connection: Connection,
  { needs }: RunContext,
): Promise<Executed> {
  const warnings: RunWarning[] = []
  for (const { sql } of program.publish.cleanup.filter((step) => needs(step.sql))) {
    await connection.execute(sql).catch((error: unknown) => {
      const { message, remedy } = runError('publish', error)
      warnings.push({ node: 'publish', message, ...(remedy === undefined ? {} : { remedy }), rows: [] })
    })
  }
  return warnings.length === 0 ? built : { ...built, warnings: [...built.warnings, ...warnings] }
}
