import { UsageError } from '../diagnostics/errors.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { execute, insert, type Moment, query, type StateStore, stateLiteral, stateTable } from './store.js'
import { runsTable } from './tables.js'

export interface BegunRun {
  readonly runId: string
  readonly asOf: Moment
  readonly startedAt: Moment
  readonly cdpVersion: string
  /** Of the program: two runs of one fingerprint executed the same SQL. */
  readonly fingerprint: string
}

/** A run that was published. `summary` is the JSON text of what it measured. */
export interface PublishedRun {
  readonly runId: string
  readonly asOf: Moment
  readonly finishedAt: Moment
  readonly fingerprint: string
  readonly summary: string
}

/**
 * Notes that a run has begun. The id of a published run is refused; one that failed may be tried again under its id.
 * Runs still marked as running died, since only one at a time may have begun: they count as interrupted from here on.
 */
export async function beginRun(store: StateStore, run: BegunRun): Promise<void> {
  const [same] = await query(
    store,
    sql`
      select ${name('status')}
      from ${stateTable(store, runsTable)}
      where ${name('run_id')} = ${run.runId} and ${name('status')} = ${'succeeded'}
    `,
  )
  if (same)
    throw new UsageError(
      `there was a run ${run.runId} already`,
      'A run id is used once: give another, or none.',
    )
  await store.connection.transaction(async () => {
    const running = sql`${name('status')} = ${'running'}`
    await execute(
      store,
      sql`update ${stateTable(store, runsTable)} set ${name('status')} = ${'interrupted'} where ${running}`,
    )
    await execute(
      store,
      sql`delete from ${stateTable(store, runsTable)} where ${name('run_id')} = ${run.runId}`,
    )
    await insert(store, runsTable, [
      [
        run.runId,
        { moment: run.asOf },
        { moment: run.startedAt },
        null,
        'running',
        run.cdpVersion,
        run.fingerprint,
        null,
      ],
    ])
  })
}

/** Notes how the run ended; for a published run this is part of the publishing transaction. */
export async function endRun(
  store: StateStore,
  runId: string,
  end: {
    readonly status: 'succeeded' | 'failed' | 'interrupted'
    readonly finishedAt: Moment
    readonly summary: string
  },
): Promise<void> {
  await execute(
    store,
    sql`
      update ${stateTable(store, runsTable)}
      set
        ${name('status')} = ${end.status},
        ${name('finished_at')} = ${stateLiteral({ moment: end.finishedAt })},
        ${name('summary')} = ${end.summary}
      where ${name('run_id')} = ${runId}
    `,
  )
  if (end.status !== 'succeeded') return
  // Only the last published run is compared with: state grows with the data, not with the number of runs.
  await execute(
    store,
    sql`
      update ${stateTable(store, runsTable)}
      set ${name('summary')} = null
      where ${name('run_id')} <> ${runId} and ${name('summary')} is not null
    `,
  )
}

/** The last run that was published, or undefined before the first. */
export async function lastPublishedRun(store: StateStore): Promise<PublishedRun | undefined> {
  const [row] = await query(store, newestFirst(store))
  if (!row) return undefined
  return {
    runId: String(row.run_id),
    asOf: String(row.as_of),
    finishedAt: String(row.finished_at),
    fingerprint: String(row.fingerprint),
    summary: String(row.summary ?? '{}'),
  }
}

/** How many runs have begun on this state, whatever became of them. */
export async function countRuns(store: StateStore): Promise<number> {
  const [row] = await query(
    store,
    sql`select count(*) as ${name('runs')} from ${stateTable(store, runsTable)}`,
  )
  return Number(row?.runs ?? 0)
}

function newestFirst(store: StateStore): Sql {
  return sql`
    select
      ${name('run_id')},
      ${name('as_of')},
      ${name('finished_at')},
      ${name('fingerprint')},
      ${name('summary')}
    from ${stateTable(store, runsTable)}
    where ${name('status')} = ${'succeeded'}
    order by ${name('finished_at')} desc, ${name('started_at')} desc, ${name('run_id')} desc
    limit 1
  `
}
