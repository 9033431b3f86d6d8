import { query } from '../project-run.js'

/** What a run published about who is who, in short. */

/** `source/key` of the rows of each customer, in order; unidentified rows are left out. */
export async function groups(folder: string): Promise<readonly string[]> {
  const rows = await query(
    folder,
    `select string_agg(source || '/' || record_key, ' ' order by source, record_key) as records
     from customer_records where customer_id is not null
     group by customer_id order by records`,
  )
  return rows.map((row) => String(row.records))
}

/** Rows that belong to nobody. */
export const unidentified = async (folder: string) =>
  (
    await query(
      folder,
      "select source || '/' || record_key as r from customer_records where customer_id is null order by r",
    )
  ).map((row) => row.r)

/** Refused identifiers as `source identifier value rule row_count sample`. */
export const refused = async (folder: string) =>
  (await query(folder, 'select * from rejected_identifiers order by source, identifier, rule, value')).map(
    (row) =>
      [
        row.source,
        row.identifier,
        JSON.stringify(row.value),
        row.rule,
        row.row_count,
        row.sample_record_key,
      ].join(' '),
  )

/** Values of an identifier type that joined somebody. */
export const values = async (folder: string, identifier: string) =>
  (
    await query(
      folder,
      `select value from customer_identifiers where identifier = '${identifier}' order by 1`,
    )
  ).map((r) => r.value)
