import type { Connector, Destination } from '../connectors/connector.js'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import { InternalError, UsageError } from '../diagnostics/errors.js'
import type { Connection } from '../engines/connection.js'
import type { Graph, SyncNode } from '../graph/graph.js'
import type { Positions } from '../language/positions.js'
import { type Scope, scopeOf } from '../program/scope.js'
import type { Dialect } from '../sql/dialect.js'
import { print } from '../sql/printer.js'
import { openState } from '../state/open-state.js'
import { ForeignProjectError, foreignProject } from '../state/owner.js'
import { newRunId } from '../state/run-id.js'
import { lastPublishedRun } from '../state/runs.js'
import type { StateStore } from '../state/store.js'
import { destinationConfig, hiddenParts } from './destination-config.js'
import type { SyncListener } from './events.js'
import { LEASE, type LeaseOptions } from './lease.js'
import { type Notifier, openNotifier } from './notify.js'
import { personalFields } from './personal-fields.js'
import { tokenOf } from './run-tables.js'
import { scopeOfSync, syncedOf } from './scope-of-sync.js'
import type { Mend, SyncJob } from './sync-job.js'
import { syncedColumns } from './synced-columns.js'
import { Throttle } from './throttle.js'
import { realTiming, type Timing } from './timing.js'

export interface SyncProjectOptions {
  readonly positions: Positions
  readonly cdpVersion: string
  readonly connectors: ReadonlyMap<string, Connector>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Fingerprint of the target, see `targetFingerprint`. */
  readonly target: string
  readonly accept?: boolean
  readonly limit?: number
  readonly mend?: Mend
  /** Results hold personal data as it is; masked by default. */
  readonly reveal?: boolean
  readonly now: () => number
  /** Ten random bytes. */
  readonly random: () => Uint8Array
  readonly listener?: SyncListener
  readonly signal?: AbortSignal
  readonly timing?: Timing
  readonly lease?: Omit<LeaseOptions, 'monotonic'>
}

/** Syncs that are ready to run, or what is wrong with them. */
export interface OpenedSyncs {
  readonly jobs: readonly SyncJob[]
  readonly diagnostics: readonly Diagnostic[]
  readonly close: () => Promise<void>
}

/**
 * Makes syncs ready: the state is opened, what each reads is looked at, destinations are opened with their config. All that
 * is wrong with any of them is told, and then none is run.
 */
export async function openSyncs(
  graph: Graph,
  nodes: readonly SyncNode[],
  connection: Connection,
  dialect: Dialect,
  options: SyncProjectOptions,
): Promise<OpenedSyncs> {
  const { settings } = graph.project
  const { target } = settings
  const { schema: publicSchema, internalSchema } = target
  const store: StateStore = { connection, dialect, publicSchema, internalSchema }
  if (!dialect.facts.leases) throw cannotSync(target.type)
  try {
    const { createSchema: createSchemas } = target
    await openState(store, { cdpVersion: options.cdpVersion, project: settings.name, createSchemas })
  } catch (error) {
    if (!(error instanceof ForeignProjectError)) throw error
    const foreign = foreignProject(error, settings, options.positions)
    return { jobs: [], diagnostics: [foreign], close: async () => {} }
  }
  for (const statement of dialect.statements.prepare(internalSchema))
    await connection.execute(print(statement, dialect))
  // Plans are made of keys and hashes: however many rows there are, they need no more than this.
  await connection.limitMemory?.()
  const reader = await connection.fork()
  const leases: StateStore = { ...store, connection: await connection.fork() }
  const last = await lastPublishedRun(store)
  const builtAt = last && Date.parse(`${last.finishedAt.replace(' ', 'T').slice(0, 19)}Z`)
  const opening = new Opening(graph, { store, leases, reader }, builtAt, options)
  try {
    const diagnostics: Diagnostic[] = [...opening.openNotifier()]
    const jobs: SyncJob[] = []
    for (const node of nodes) {
      const opened = await opening.open(node)
      if ('diagnostics' in opened) diagnostics.push(...opened.diagnostics)
      else jobs.push(opened)
    }
    return { jobs: hasErrors(diagnostics) ? [] : jobs, diagnostics, close: () => opening.close() }
  } catch (error) {
    await opening.close()
    throw error
  }
}

/** Ledger and logs change together or not at all: that is what the promise rests on. */
function cannotSync(engine: string): UsageError {
  return new UsageError(
    `syncs do not run from a target of type ${engine}: it has not been proven there that sessions take turns`,
    'Copy what is synced into a target of type postgres or duckdb, and sync from there.',
  )
}

class Opening {
  readonly #scope: Scope
  readonly #timing: Timing
  readonly #runId: string
  /** One for each account: syncs to it share what it bears. */
  readonly #throttles = new Map<string, Throttle>()
  readonly #destinations = new Map<string, Destination>()
  #notifier: Notifier | undefined
  readonly #never = new AbortController().signal

  constructor(
    private readonly graph: Graph,
    private readonly warehouse: Pick<SyncJob, 'store' | 'leases' | 'reader'>,
    private readonly builtAt: number | undefined,
    private readonly options: SyncProjectOptions,
  ) {
    this.#scope = scopeOf(graph.project.settings, warehouse.store.dialect)
    this.#timing = options.timing ?? realTiming(options.now, () => shareOf(options.random()))
    this.#runId = newRunId(options.now(), options.random())
  }

  /** What is wrong with who is to be told. */
  openNotifier(): readonly Diagnostic[] {
    const { settings } = this.graph.project
    const { env, positions } = this.options
    const opened = openNotifier(settings, { vars: settings.vars, env, positions })
    if ('diagnostics' in opened) return opened.diagnostics
    this.#notifier = opened.notifier
    return []
  }

  async open(node: SyncNode): Promise<SyncJob | { readonly diagnostics: readonly Diagnostic[] }> {
    const { sync, destination: declared } = node
    const connector = declared && this.options.connectors.get(declared.connector)
    if (!connector) throw new InternalError(`${node.id} is not whole`)
    const { description } = connector
    const synced = syncedOf(this.graph, node)
    const { positions } = this.options
    const found = await syncedColumns(sync, synced, this.#scope, this.warehouse.reader, positions)
    const { vars } = this.graph.project.settings
    const configured = destinationConfig(declared, description, { vars, env: this.options.env, positions })
    if ('diagnostics' in found || 'diagnostics' in configured)
      return {
        diagnostics: [
          ...('diagnostics' in found ? found.diagnostics : []),
          ...('diagnostics' in configured ? configured.diagnostics : []),
        ],
      }
    const opened = await this.#destination(node, connector, configured.config)
    return {
      scope: scopeOfSync(this.graph, node, this.#scope, {
        columns: found.columns,
        run: tokenOf(this.#runId),
      }),
      ...this.warehouse,
      personal: personalFields(sync, synced, this.graph.project, this.#scope.dialect.lexicon),
      destination: opened,
      to: sync.to,
      throttle: this.#throttle(opened, description.limits),
      target: this.options.target,
      ...(this.#notifier && { notifier: this.#notifier }),
      ...(this.builtAt !== undefined && { builtAt: this.builtAt }),
      options: {
        runId: this.#runId,
        timing: this.#timing,
        lease: leaseFor(this.options.lease ?? LEASE, description.limits.timeoutMs),
        accept: this.options.accept ?? false,
        reveal: this.options.reveal ?? false,
        ...(this.options.limit !== undefined && { limit: this.options.limit }),
        ...(this.options.mend && { mend: this.options.mend }),
        listener: this.options.listener ?? (() => {}),
        signal: this.options.signal ?? this.#never,
      },
    }
  }

  async close(): Promise<void> {
    for (const destination of this.#destinations.values()) await destination.close()
    this.#notifier?.close()
    await this.warehouse.reader.close()
    await this.warehouse.leases.connection.close()
  }

  async #destination(
    { destination: declared }: SyncNode,
    connector: Connector,
    config: Parameters<Connector['open']>[0]['config'],
  ): Promise<Destination> {
    if (!declared) throw new InternalError('a sync without a destination')
    const known = this.#destinations.get(declared.name)
    if (known) return known
    const opened = await connector.open({
      name: declared.name,
      config,
      hidden: hiddenParts(declared, config),
      allowHttp: declared.allowHttp,
      allowPrivate: declared.allowPrivate,
      now: this.#timing.now,
      random: this.#timing.random,
    })
    this.#destinations.set(declared.name, opened)
    return opened
  }

  #throttle({ connection }: Destination, limits: ConstructorParameters<typeof Throttle>[0]): Throttle {
    const known = this.#throttles.get(connection) ?? new Throttle(limits, this.#timing)
    this.#throttles.set(connection, known)
    return known
  }
}

/** From 0 to below 1. */
function shareOf(bytes: Uint8Array): number {
  return bytes.slice(0, 4).reduce((all, byte) => all * 256 + byte, 0) / 2 ** 32
}

/** A lease must outlive any request. */
function leaseFor(
  lease: Omit<LeaseOptions, 'monotonic'>,
  timeoutMs: number,
): Omit<LeaseOptions, 'monotonic'> {
  return { ...lease, ttlMs: Math.max(lease.ttlMs, 2 * timeoutMs) }
}
