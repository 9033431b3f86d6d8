import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { list, name, raw, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation, relation } from '../../sql/relation.js'
import type { RowBatch } from '../connection.js'
import { snowflake } from './dialect.js'
import { quotedText } from './quoting.js'

/** A null is nothing between two commas, a text is in quotes, the empty one too. */
const FORMAT =
  "type = csv compression = gzip field_optionally_enclosed_by = '\"' escape_unenclosed_field = none empty_field_as_null = true null_if = ()"

/**
 * Rows by way of a file and a stage that ends with the session: COPY takes them all, or none. Gives their number.
 * `execute` gives what a statement says of the rows that it loaded.
 */
export async function loadRows(
  table: Relation,
  columns: readonly string[],
  batches: AsyncIterable<RowBatch>,
  execute: (statement: string) => Promise<number | undefined>,
): Promise<number> {
  const stage = relation(...table.parts.slice(0, -1), 'cdp_loading')
  const folder = mkdtempSync(join(tmpdir(), 'cdp-'))
  try {
    const file = join(folder, 'rows.csv.gz')
    const count = await writeFile(file, batches)
    if (count === 0) return 0
    const place = print(from(stage), snowflake)
    await execute(print(sql`create or replace temporary stage ${from(stage)}`, snowflake))
    await execute(
      `put ${quotedText(`file://${file}`)} ${quotedText(`@${place}`)} source_compression = gzip auto_compress = false`,
    )
    const names = list(columns.map((column) => name(column)))
    await execute(
      print(
        sql`copy into ${from(table)} (${names}) from @${from(stage)} file_format = (${raw(FORMAT)}) on_error = abort_statement`,
        snowflake,
      ),
    )
    await execute(print(sql`drop stage if exists ${from(stage)}`, snowflake))
    return count
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeFile(file: string, batches: AsyncIterable<RowBatch>): Promise<number> {
  let count = 0
  async function* text(): AsyncGenerator<string> {
    for await (const batch of batches) {
      count += batch.length
      yield batch.map((row) => `${row.map(field).join(',')}\n`).join('')
    }
  }
  await pipeline(Readable.from(text()), createGzip({ level: 1 }), createWriteStream(file))
  return count
}

function field(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`
}
