import { name, type Sql, sql } from '../sql/fragment.js'
import { alone } from '../state/open-state.js'
import { execute, insert, query, type StateStore, stateTable } from '../state/store.js'
import { LEDGER_VERSION, syncsTable } from '../state/sync-tables.js'
import { isGone, type Owner } from './process-identity.js'
import type { Serial } from './serial.js'
import { SyncStopped } from './stopped.js'

export interface LeaseOptions {
  /** How long it lasts without being renewed. */
  readonly ttlMs: number
  readonly renewEveryMs: number
  /** A clock that goes on while the process sleeps, and is never set. */
  readonly monotonic: () => number
}

export const LEASE: Omit<LeaseOptions, 'monotonic'> = { ttlMs: 60_000, renewEveryMs: 15_000 }

/**
 * The right to run a sync, for a while. The table says until when, by the engine's clock, which all machines share; the
 * holder reckons from the moment before it asked, by a clock that no sleep stops, so that it never believes to have it
 * longer than the table says. The fence number rises with each holder: what an earlier one writes is refused.
 *
 * `store` has a connection of its own: the lease is renewed while a plan is made, and that is in no transaction of others.
 */
export class Lease {
  #until: number
  #lost = false
  #timer: NodeJS.Timeout | undefined

  private constructor(
    private readonly store: StateStore,
    private readonly writer: Serial,
    private readonly sync: string,
    private readonly owner: string,
    /** Rises with each holder. */
    readonly fence: number,
    private readonly options: LeaseOptions,
    until: number,
  ) {
    this.#until = until
  }

  /** Rejects with `SyncStopped` of kind `busy` where somebody else has it. */
  static async take(
    store: StateStore,
    writer: Serial,
    sync: string,
    me: Owner,
    options: LeaseOptions,
  ): Promise<Lease> {
    const owner = JSON.stringify(me)
    const asked = options.monotonic()
    await writer.run(() => alone(store, () => known(store, sync)))
    const fence = await writer.run(() =>
      store.connection.transaction(() => taken(store, sync, owner, me, options.ttlMs)),
    )
    const lease = new Lease(store, writer, sync, owner, fence, options, asked + options.ttlMs)
    lease.#timer = setInterval(() => void lease.renew().catch(() => undefined), options.renewEveryMs)
    lease.#timer.unref()
    return lease
  }

  /** Makes sure that the lease outlives something that takes so long; rejects with `SyncStopped` where it is lost. */
  async outlives(ms: number): Promise<void> {
    if (this.#until - this.options.monotonic() > ms) return
    await this.renew()
    if (this.#until - this.options.monotonic() <= ms) throw this.gone()
  }

  async renew(): Promise<void> {
    await this.writer.run(() => this.store.connection.transaction(() => this.hold(this.store)))
  }

  /**
   * Part of every transaction that writes, on its connection: renews the lease, and rejects where the fence has risen.
   * Since it writes the row that a successor writes, of two at once one fails.
   */
  async hold(store: StateStore): Promise<void> {
    if (this.#lost) throw this.gone()
    const asked = this.options.monotonic()
    const mine = sql`${name('sync_name')} = ${this.sync} and ${name('fence')} = ${this.fence} and ${name('owner')} = ${this.owner}`
    await execute(
      store,
      sql`update ${stateTable(store, syncsTable)} set ${name('lease_until')} = ${until(store, this.options.ttlMs)} where ${mine}`,
    )
    const [row] = await query(
      store,
      sql`select ${name('fence')} from ${stateTable(store, syncsTable)} where ${mine}`,
    )
    if (!row) {
      this.#lost = true
      throw this.gone()
    }
    this.#until = asked + this.options.ttlMs
  }

  /** Gives it back, if it is still there to give. */
  async release(): Promise<void> {
    clearInterval(this.#timer)
    await this.writer
      .run(() =>
        execute(
          this.store,
          sql`
            update ${stateTable(this.store, syncsTable)}
            set ${name('owner')} = null, ${name('lease_until')} = 0
            where ${name('sync_name')} = ${this.sync} and ${name('fence')} = ${this.fence} and ${name('owner')} = ${this.owner}
          `,
        ),
      )
      .catch(() => undefined)
  }

  private gone(): SyncStopped {
    return new SyncStopped(
      'lost',
      `the lease of ${this.sync} was lost: this run paused for too long, and another may have begun`,
      'Run it again: what this run sent without an acknowledgement is sent anew.',
    )
  }
}

function until(store: StateStore, ttlMs: number): Sql {
  return sql`${store.dialect.functions.clock} + ${ttlMs}`
}

/** The row of a sync is made once. */
async function known(store: StateStore, sync: string): Promise<void> {
  const [row] = await query(
    store,
    sql`select ${name('fence')} from ${stateTable(store, syncsTable)} where ${name('sync_name')} = ${sync}`,
  )
  if (!row) await insert(store, syncsTable, [[sync, LEDGER_VERSION, null, null, 0, null, 0, 0, null]])
}

async function taken(
  store: StateStore,
  sync: string,
  owner: string,
  me: Owner,
  ttlMs: number,
): Promise<number> {
  const named = sql`${name('sync_name')} = ${sync}`
  const read = async () => {
    const [row] = await query(
      store,
      sql`
        select
          ${name('fence')},
          ${name('owner')},
          ${name('lease_until')},
          ${name('lease_until')} > ${store.dialect.functions.clock} as ${name('is_held')}
        from ${stateTable(store, syncsTable)}
        where ${named}
      `,
    )
    return row
  }
  const before = await read()
  const holder = typeof before?.owner === 'string' ? (JSON.parse(before.owner) as Owner) : undefined
  if (before?.is_held === true && holder && !isGone(holder, me)) throw busy(sync, holder)
  // Where its holder renews it at this very moment the update waits for that, and then finds another `lease_until`.
  const fence = Number(before?.fence ?? 0)
  await execute(
    store,
    sql`
      update ${stateTable(store, syncsTable)}
      set
        ${name('fence')} = ${fence + 1},
        ${name('owner')} = ${owner},
        ${name('lease_until')} = ${until(store, ttlMs)}
      where ${named} and ${name('fence')} = ${fence} and ${name('lease_until')} = ${Number(before?.lease_until ?? 0)}
    `,
  )
  const after = await read()
  if (after?.owner !== owner) throw busy(sync, undefined)
  return fence + 1
}

function busy(sync: string, holder: Owner | undefined): SyncStopped {
  const who = holder ? `: process ${holder.pid} on ${holder.host} has its lease` : ''
  return new SyncStopped('busy', `${sync} is already running${who}`, 'Wait until it is done.')
}
