// @ts-check
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Throws unless cdp and the baseline put the same identifiers together: as many pairs of customer and component as there
 * are customers, and as components. Gives the number of identifiers that were compared.
 * @param {string} dir
 */
export async function samePartition(dir) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const name of ['bench', 'baseline'])
      await connection.run(`attach '${join(dir, 'target', `${name}.duckdb`)}' as ${name} (read_only)`)
    const reader = await connection.runAndReadAll(`
      with both_sides as (
        select i.customer_id, l.label, i.value is null or d.v is null as is_alone
        from bench.cdp.customer_identifiers as i
        full join baseline.dictionary as d on d.v = i.identifier || ':' || i.value
        left join baseline.labels as l on l.id = d.id
      )
      select
        count(*),
        count(*) filter (where is_alone),
        count(distinct customer_id),
        count(distinct label),
        (select count(*) from (select distinct customer_id, label from both_sides))
      from both_sides`)
    const [all, alone, customers, components, pairs] = (reader.getRows()[0] ?? []).map(Number)
    if (alone !== 0 || customers !== components || customers !== pairs)
      throw new Error(
        `cdp and the baseline differ: ${all} identifiers, ${alone} on one side only; ${customers} customers, ${components} components, ${pairs} pairs`,
      )
    return all
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
