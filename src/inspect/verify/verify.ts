import { attributesTable } from '../../compile/profile/profile-tables.js'
import { identityInput } from '../../identity/identity-node.js'
import type { Entity } from '../../language/entity.js'
import { published } from '../../program/scope.js'
import { list, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { customersTable, identifiersTable } from '../../staging/customer-tables.js'
import { lastPublishedRun, type PublishedRun } from '../../state/runs.js'
import { notRunYet } from '../find-customer.js'
import { ask, hasTable, type Inspected } from '../inspected.js'
import { type Batch, type Chosen, valueKey } from './batch.js'
import { checkCustomers } from './check-customers.js'
import { checkGraph } from './check-graph.js'
import {
  type CheckedStaging,
  type CompiledAgain,
  checkStaging,
  compiledAgain,
  type ReadAgain,
} from './check-staging.js'
import { checkLinks, heldLinks } from './held-links.js'
import { missingIdentifiers } from './missing-identifiers.js'
import { readBatch } from './read-batch.js'
import { type VerifiedSource, verifiedSources } from './read-rows.js'
import type { CheckedEntity, Difference, Verification } from './verification.js'

export interface VerifyOptions {
  /** How many customers of each entity; all where undefined. */
  readonly sample: number | undefined
  readonly seed: string
  readonly again: ReadAgain
}

/** How many differences are told. */
const TOLD = 10
/** Customers that are read at once, where they are named and where all are read. */
const NAMED_AT_ONCE = 1000
const AT_ONCE = 30_000
/** A customer with more rows is not read into memory. */
const MOST_ROWS = 200_000

/**
 * Recomputes customers from the rows that the last run staged, and compares with what it published; and reads these rows
 * again from their sources.
 */
export async function verify(
  inspected: Inspected,
  entities: readonly Entity[],
  options: VerifyOptions,
): Promise<Verification> {
  const run = await publishedRun(inspected)
  const again = await compiledAgain(inspected, options.again, run)
  const checked: CheckedEntity[] = []
  const differences: Difference[] = []
  let count = 0
  for (const entity of entities) {
    if (!(await hasTable(inspected, `${entity.name}_identifiers`))) continue
    const note = (found: readonly Omit<Difference, 'entity'>[]): void => {
      count += found.length
      const room = TOLD - differences.length
      differences.push(...found.slice(0, room).map((one) => ({ entity: entity.name, ...one })))
    }
    checked.push(await verifyEntity(inspected, entity, { options, run, again }, note))
  }
  return { ok: count === 0, checked, differences, difference_count: count, seed: options.seed }
}

async function publishedRun(inspected: Inspected): Promise<PublishedRun> {
  const { connection, scope, project } = inspected
  const run = await lastPublishedRun({ ...scope, connection })
  if (!run) throw notRunYet(project.settings.target.name)
  return run
}

/** What is the same for all entities. */
interface Verifying {
  readonly options: VerifyOptions
  readonly run: PublishedRun
  readonly again: CompiledAgain
}

async function verifyEntity(
  inspected: Inspected,
  entity: Entity,
  { options, run, again }: Verifying,
  note: (found: readonly Omit<Difference, 'entity'>[]) => void,
): Promise<CheckedEntity> {
  const input = identityInput(inspected.project, entity)
  const { sources, changed } = await verifiedSources(inspected, input)
  const links = await heldLinks(inspected, input, run.asOf)
  const pairs = links.map(([a, b]) => [valueKey(a.type, a.value), valueKey(b.type, b.value)] as const)
  const sums = { customers: 0, identifiers: 0, rows: 0, golden_values: 0 }
  const keys = new Map<string, Set<string>>()
  const customers = customersOf(inspected, entity)
  const total = await countOf(inspected, sql`select count(*) as n from (${customers.all}) as ids`)
  const eligible = await countOf(inspected, sql`select count(*) as n from (${customers.eligible}) as ids`)
  for (const chosen of await choices(inspected, customers.eligible, options)) {
    const batch = await readBatch(inspected, input, sources, pairs, chosen)
    const { found, goldenValues } = checkCustomers(batch, entity, run.asOf)
    note([...checkGraph(batch, entity), ...found])
    sums.customers += batch.customers.size
    sums.identifiers += batch.identifiers.length
    sums.rows += batch.rows.length
    sums.golden_values += goldenValues
    if (options.sample !== undefined) addKeys(keys, batch)
  }
  note(await checkLinks(inspected, input, links))
  note(await missingIdentifiers(inspected, input, sources))
  const staged = sources.map(({ item }) => item.source)
  const some = options.sample === undefined ? undefined : keys
  const staging = await checkStaging(inspected, again, run, staged, some)
  note(staging.found)
  return {
    entity: entity.name,
    total,
    ...sums,
    source_rows: staging.rows,
    skipped: total - eligible,
    unchecked: unchecked(entity, changed, sources, staging),
  }
}

function unchecked(
  entity: Entity,
  changed: readonly string[],
  sources: readonly VerifiedSource[],
  { moved, passed }: CheckedStaging,
): readonly string[] {
  const byExpression = entity.attributes.filter(({ merge }) => merge.kind === 'sql').map((one) => one.name)
  return [
    'traits and segments',
    ...(byExpression.length === 0 ? [] : [`${byExpression.join(', ')}: an expression decides`]),
    ...(changed.length === 0
      ? []
      : [`rows of ${changed.join(', ')}: the project has changed since the last run`]),
    ...(passed.length === 0
      ? []
      : [
          `${passed.join(', ')} from the sources: the project, their columns or cdp have changed since the last run`,
        ]),
    ...[...moved].map(
      ([source, count]) => `${count} of the rows of ${source}: the source has changed since the last run`,
    ),
    ...(sources.length === 0 ? ['anything: no source was staged'] : []),
  ]
}

function addKeys(keys: Map<string, Set<string>>, { rows }: Batch): void {
  for (const { source, key } of rows) keys.set(source, (keys.get(source) ?? new Set()).add(key))
}

/** Ids that any table lists: one that is missing in another is found there. */
function customersOf({ scope }: Inspected, entity: Entity): { readonly all: Sql; readonly eligible: Sql } {
  const seen = from(published(scope, customersTable(entity.name)))
  const all = sql`
    select customer_id from ${from(published(scope, identifiersTable(entity.name)))}
    union distinct
    select customer_id from ${seen}
    union distinct
    select customer_id from ${from(published(scope, attributesTable(entity.name)))}
  `
  const eligible = sql`
    select customer_id
    from (${all}) as ids
    where customer_id not in (select customer_id from ${seen} where record_count + event_count > ${MOST_ROWS})
  `
  return { all, eligible }
}

async function countOf(inspected: Inspected, query: Sql): Promise<number> {
  const [row] = await ask(inspected, query)
  return Number(row?.n ?? 0)
}

/** The customers in parts that fit into memory: a random sample by name, all by ranges of their ids. */
async function choices(
  inspected: Inspected,
  eligible: Sql,
  { sample, seed }: VerifyOptions,
): Promise<readonly Chosen[]> {
  if (sample === undefined) {
    const ranges = await ask(
      inspected,
      sql`
        select min(customer_id) as first, max(customer_id) as last
        from (
          select customer_id, row_number() over (order by customer_id) as place
          from (${eligible}) as ids
        ) as placed
        group by floor((place - 1) / ${AT_ONCE})
      `,
    )
    return ranges.map(
      ({ first, last }): Chosen =>
        (id) =>
          sql`${id} between ${String(first)} and ${String(last)}`,
    )
  }
  const { md5 } = inspected.scope.dialect.functions
  const rows = await ask(
    inspected,
    sql`
      select customer_id
      from (${eligible}) as ids
      order by ${md5(sql`customer_id || ${seed}`)}, customer_id
      limit ${sample}
    `,
  )
  const ids = rows.map((row) => String(row.customer_id))
  return Array.from({ length: Math.ceil(ids.length / NAMED_AT_ONCE) }, (_, i): Chosen => {
    const some = ids.slice(i * NAMED_AT_ONCE, (i + 1) * NAMED_AT_ONCE).map((id) => sql`${id}`)
    return (id) => sql`${id} in (${list(some)})`
  })
}
