import type { FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { DataFileError, type FileDescription } from '../connection.js'
import { duckdb } from './dialect.js'
import { isObject, jsonDocuments } from './files.js'
import type { Query } from './text-files.js'

/** Documents of a large file among whose keys its columns are looked for, unless all of it is to be read. */
const SAMPLE = 100_000

/**
 * The columns of JSON: the top-level keys of its objects, in the order in which objects have them; spellings that differ
 * only in case are all given. What is not an object does not stop this: it is listed when the file is read.
 */
export async function describeJson(query: Query, file: FileInput, whole: boolean): Promise<FileDescription> {
  const { documents, text } = jsonDocuments(file)
  // DuckDB checks the text of what it reads: the first line that is not valid UTF-8 is told by its number.
  if (file.format === 'jsonl' && !whole) {
    await query(printed(sql`select count(${text}) as documents from ${documents}`))
  }
  const keys = await query(printed(keysOf(documents, text, whole)))
  // No SQL name is empty or holds NUL.
  const names = keys.map((row) => String(row.key)).filter((key) => key !== '' && !key.includes('\0'))
  if (names.length > 0) {
    return { columns: names.map((key) => ({ name: key, type: 'VARCHAR' })), hasRows: true, complete: whole }
  }
  const found = (where: Sql) => query(printed(sql`select 1 as found from ${documents} where ${where}`), 1)
  const hasRows = (await found(isObject(text))).length > 0
  if (!hasRows && (await found(sql`trim(${text}) <> ''`)).length > 0) {
    throw new DataFileError(
      'unreadable',
      `${file.path} does not hold JSON objects, one a row`,
      file.format === 'jsonl'
        ? 'Each line of a JSON lines file is a JSON object; an array of them is `format: json`.'
        : 'A row is a JSON object: an array of them, or one after the other.',
    )
  }
  return { columns: [], hasRows, complete: whole }
}

function keysOf(documents: Sql, text: Sql, whole: boolean): Sql {
  const [key, keys, place] = [name('key'), name('keys'), name('place')]
  return sql`
    select ${key}
    from (
      select
        unnest(${keys}) as ${key},
        generate_subscripts(${keys}, 1) as ${place}
      from (
        select json_keys(${text}) as ${keys}
        from ${documents}
        where ${isObject(text)}${
          whole
            ? sql``
            : sql`
        limit ${SAMPLE}`
        }
      ) as ${name('objects')}
    ) as ${name('keys_of_objects')}
    group by ${key}
    order by min(${place}), count(*) desc, ${key}
  `
}

function printed(statement: Sql): string {
  return print(statement, duckdb)
}
