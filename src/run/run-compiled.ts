import { createHash } from 'node:crypto'
import { compileProgram } from '../compile/compile-program.js'
import { overheard } from '../engines/overheard-connection.js'
import { openState } from '../state/open-state.js'
import { type OwnRelation, relationsOf } from '../state/program-relations.js'
import { claimRelations, dropReplaced, recordRelations } from '../state/registry.js'
import { newRunId } from '../state/run-id.js'
import {
  type BegunRun,
  beginRun,
  countRuns,
  endRun,
  lastPublishedRun,
  type PublishedRun,
} from '../state/runs.js'
import type { StateStore } from '../state/store.js'
import { checkAsOf, checkRunId, checkUpstream } from './admission.js'
import { type BuildModes, buildModes, builtBy, stepFingerprints } from './build-modes.js'
import { type CalendarDays, calendarDays } from './calendar-days.js'
import { type FoundBefore, withCarried } from './carried-findings.js'
import { decisionDigests } from './decisions-digest.js'
import { refuseEmptied } from './emptied-sources.js'
import { type Executed, executeProgram } from './execute-program.js'
import { maskError } from './mask-error.js'
import { modelColumnCheck } from './model-columns.js'
import { momentOf, shownMoment } from './moments.js'
import { refuseReplaced } from './replaced-files.js'
import type { NodeResult, PreviousRun, RunResult } from './result.js'
import type { CompiledRun } from './run-options.js'
import { faultOfSql, placeInModel } from './sql-fault.js'

type Fingerprints = Readonly<Record<string, string>>

/** How many nodes run at the same time unless told otherwise: large ones use all cores by themselves. */
const PARALLEL = 2

/** A table is rewritten where pieces are merged, however little has changed: that is left to one run of so many. */
const RUNS_BETWEEN_MERGES = 8

/**
 * Runs a program with everything around it that is remembered: the run is admitted and noted, relations are claimed,
 * nodes executed, and the registry and the run's record change in the transaction that publishes.
 */
export async function runCompiled(compiled: CompiledRun): Promise<RunResult> {
  let statements = 0
  const connection = overheard(compiled.connection, () => {
    statements += 1
  })
  const run = { ...compiled, connection }
  const { options, program } = run
  const begin = options.now()
  const store = storeOf(run)
  await run.connection.lock?.(store.internalSchema)
  await openState(store, {
    cdpVersion: options.cdpVersion,
    project: run.graph.project.settings.name,
    createSchemas: run.graph.project.settings.target.createSchema,
  })
  const previous = await lastPublishedRun(store)
  const begun = begunRun(run, begin)
  const prints = stepFingerprints(program, {
    engine: run.connection.engine,
    cdpVersion: options.cdpVersion,
    catalog: run.catalog,
    decisions: await decisionDigests(store, run, begun.asOf),
    projectDir: options.projectDir,
  })
  const modes = modesOf(run, begun, previous, prints, await expiryDays(store, run, begun, previous))
  const relations = relationsOf(program, run.dialect.lexicon)
  await admit(run, store, begun, previous)
  await claimRelations(store, relations)
  await beginRun(store, begun)
  if ((await countRuns(store)) % RUNS_BETWEEN_MERGES !== 0) await run.connection.postponeMerging?.()
  const listener = options.listener ?? (() => {})
  const as_of = shownMoment(begun.asOf)
  listener({ kind: 'run started', run_id: begun.runId, as_of, nodes: program.nodes.map((node) => node.id) })
  const { refused, ...executed } = placed(
    run,
    await execute(run, store, begun, relations, previous, { modes, prints }),
  )
  if (executed.error) run.tell(faultOfSql(run, executed.error, refused))
  const end = options.now()
  const elapsed_ms = end - begin
  const { status, error } = executed
  listener({ kind: 'run finished', status, elapsed_ms, ...(error && { error }) })
  return {
    version: 1,
    cdp_version: options.cdpVersion,
    project: program.project,
    target: program.target,
    run_id: begun.runId,
    as_of,
    started_at: shownMoment(begun.startedAt),
    finished_at: shownMoment(momentOf(end)),
    elapsed_ms,
    statements,
    ...executed,
    nodes: withModes(executed.nodes, modes),
    ...(previous && { previous: previousOf(previous) }),
  }
}

/** A failure in a SQL model, with the place in its file. */
function placed({ graph }: CompiledRun, executed: Executed): Executed {
  const { error } = executed
  const written_in = error && placeInModel(graph.project, error)
  return error && written_in !== undefined ? { ...executed, error: { ...error, written_in } } : executed
}

function modesOf(
  { graph, program, options }: CompiledRun,
  begun: BegunRun,
  previous: PublishedRun | undefined,
  fingerprints: Fingerprints,
  days: CalendarDays | undefined,
): BuildModes {
  return buildModes({
    graph,
    program,
    fingerprints,
    asOf: begun.asOf,
    fullRefresh: options.fullRefresh ?? false,
    isPartial: options.selection !== undefined,
    ...(previous && { before: { asOf: previous.asOf, fingerprints: builtBy(previous) } }),
    ...(days && { days }),
  })
}

async function expiryDays(
  store: StateStore,
  { graph }: CompiledRun,
  begun: BegunRun,
  previous: PublishedRun | undefined,
): Promise<CalendarDays | undefined> {
  const { overrides, settings } = graph.project
  if (!previous || overrides.every(({ expires }) => expires === undefined)) return undefined
  return calendarDays(store, settings.timezone, { before: previous.asOf, now: begun.asOf })
}

/** Node results with how each was built. */
function withModes(nodes: readonly NodeResult[], modes: BuildModes): readonly NodeResult[] {
  return nodes.map((node) => {
    const how = modes.get(node.id)
    if (!how) return node
    return {
      ...node,
      mode: node.mode ?? how.mode,
      ...(how.because !== undefined && { full_because: how.because }),
    }
  })
}

function storeOf({ graph, connection, dialect }: CompiledRun): StateStore {
  const { schema: publicSchema, internalSchema } = graph.project.settings.target
  return { connection, dialect, publicSchema, internalSchema }
}

function begunRun({ program, options }: CompiledRun, begin: number): BegunRun {
  return {
    runId: options.runId ?? newRunId(begin, options.random()),
    asOf: options.asOf ?? momentOf(begin),
    startedAt: momentOf(begin),
    cdpVersion: options.cdpVersion,
    fingerprint: createHash('sha256').update(JSON.stringify(program)).digest('hex').slice(0, 32),
  }
}

async function admit(
  run: CompiledRun,
  store: StateStore,
  begun: BegunRun,
  previous: PublishedRun | undefined,
): Promise<void> {
  const { graph, dialect, options } = run
  checkRunId(begun.runId)
  checkAsOf(begun.asOf, previous, options.allowBackwards ?? false)
  if (!options.selection) return
  const all = compileProgram(graph, { dialect, catalog: { sources: {} }, projectDir: options.projectDir })
  await checkUpstream(store, graph, all.value, options.selection)
}

async function execute(
  run: CompiledRun,
  store: StateStore,
  begun: BegunRun,
  relations: readonly OwnRelation[],
  previous: PublishedRun | undefined,
  { modes, prints }: { readonly modes: BuildModes; readonly prints: Fingerprints },
): Promise<Executed> {
  const { connection, dialect, options, program } = run
  const { runId, asOf } = begun
  const carry = (executed: Executed) => (previous ? withCarried(executed, foundBy(previous)) : executed)
  const ended = (executed: Executed) => ({
    status: executed.status,
    finishedAt: momentOf(options.now()),
    summary: summaryOf({ ...carry(executed), nodes: withModes(executed.nodes, modes) }, prints),
  })
  try {
    const outcome = await executeProgram(program, {
      connection,
      dialect,
      internalSchema: store.internalSchema,
      runId,
      asOf,
      ...(previous && { previousAsOf: previous.asOf }),
      ...(options.reprocess && { reprocess: options.reprocess }),
      modeOf: (node) => modes.get(node)?.mode ?? 'full',
      parallel: options.parallel ?? PARALLEL,
      clock: options.now,
      ...(options.listener && { listener: options.listener }),
      ...(options.signal && { signal: options.signal }),
      beforeNode: modelColumnCheck(run, run.tell),
      aroundPublish: async (publish, soFar) => {
        refuseReplaced(run.files, options.projectDir)
        if (previous)
          refuseEmptied(soFar.measures, previousOf(previous).measures, options.allowEmpty ?? false)
        const dropped = await dropReplaced(store, relations, options.selection === undefined)
        await publish()
        await recordRelations(store, relations, dropped, runId)
        await endRun(store, runId, ended(soFar))
      },
    })
    const { error } = outcome
    const executed = error ? { ...outcome, error: maskError(error, run.graph.project) } : outcome
    if (executed.status !== 'succeeded') await endRun(store, runId, ended(executed)).catch(() => undefined)
    return carry(executed)
  } catch (error) {
    const nothing: Executed = { status: 'failed', nodes: [], measures: {}, warnings: [] }
    await endRun(store, runId, ended(nothing)).catch(() => undefined)
    throw error
  }
}

/** What later runs compare themselves with. JSON escapes what no SQL text can hold. */
function summaryOf({ nodes, measures, warnings, error }: Executed, fingerprints: Fingerprints): string {
  return JSON.stringify({ nodes, measures, warnings, ...(error && { error }), fingerprints })
}

/** What a run found out. */
function foundBy({ summary }: PublishedRun): FoundBefore {
  const { measures = {}, warnings = [] } = JSON.parse(summary) as Partial<FoundBefore>
  return { measures, warnings }
}

function previousOf({ runId, asOf, finishedAt, summary }: PublishedRun): PreviousRun {
  const { measures = {} } = JSON.parse(summary) as Partial<Pick<PreviousRun, 'measures'>>
  return { run_id: runId, as_of: shownMoment(asOf), finished_at: shownMoment(finishedAt), measures }
}
