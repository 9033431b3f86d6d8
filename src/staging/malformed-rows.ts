import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import type { StatementStep } from '../program/program.js'
import { cast, next, nullOf, type Scope } from '../program/scope.js'
import { statement } from '../program/steps.js'
import { lines, list, literal, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { rejectedRecordsShape, rejectedRecordsTable } from './rejected.js'
import { fileInput, isLoaded, loadsMalformedLines, malformedTable } from './source-file.js'

/** So much of a line is kept. */
const SHOWN = 200

/** A SELECT of the lines of a source's file that are no rows, as rejected records; undefined where such a line stops the run. */
function malformedRows(context: Context, source: Source): Sql | undefined {
  const { scope, projectDir, catalog } = context
  if (source.input.kind !== 'file') return undefined
  const file = fileInput(source.input, projectDir, catalog.csv?.[`source.${source.name}`])
  const found = isLoaded(scope, source)
    ? loadedMalformedLines(scope, source)
    : scope.dialect.statements.malformedLines(file)
  if (!found) return undefined
  const value = name('value')
  return sql`
    select
      ${cast(scope, literal(source.name), 'string')} as ${name('source')},
      ${nullOf(scope, 'string')} as ${name('record_key')},
      'malformed_row' as ${name('reason')},
      ${name('place')} as ${name('column_name')},
      ${hasPii(context, source) ? sql`substring(${value}, 1, 1) || '…'` : sql`substring(${value}, 1, ${SHOWN})`} as ${value}
    from (
      ${found}
    ) as ${name('malformed')}
  `
}

function loadedMalformedLines(scope: Scope, source: Source): Sql | undefined {
  if (!loadsMalformedLines(source)) return undefined
  return sql`
    select
      ${lines(['place', 'value', 'message'].map((column) => name(column)))}
    from ${from(next(scope, malformedTable(source.name)))}
  `
}

/** A line holds all columns, those that must not be shown too. */
function hasPii(context: Context, source: Source): boolean {
  return (
    source.properties.some((field) => field.pii !== undefined) ||
    source.entities.some((about) => {
      const entity = context.project.entities.find(({ name }) => name === about.entity)
      const declared = [...(entity?.identifiers ?? []), ...(entity?.attributes ?? [])]
      const personal = new Set(declared.flatMap((one) => (one.pii === undefined ? [] : [one.name])))
      return [...about.identifiers, ...about.attributes].some(
        (field) => field.pii !== undefined || personal.has(field.name),
      )
    })
  )
}

/** Whether lines of its file can be no rows and are set aside: no list of keys tells of them. */
export function canBeMalformed(context: Context, source: Source): boolean {
  return malformedRows(context, source) !== undefined
}

/** Right after the statement that read the file, on its connection: the engine remembers there what it could not read. */
export function malformedRowSteps(context: Context, source: Source, tally: Relation): StatementStep[] {
  const { scope } = context
  const malformed = malformedRows(context, source)
  if (!malformed) return []
  const rejected = from(next(scope, rejectedRecordsTable(source.name)))
  return [
    statement(
      scope,
      'Lines of the file that are no rows. The place of each stands as its column.',
      sql`
        insert into ${rejected} (${list(rejectedRecordsShape.map((c) => name(c.name)))})
        ${malformed}
      `,
    ),
    statement(
      scope,
      'They count as read.',
      sql`
        insert into ${from(tally)} (${name('fault')}, ${name('row_count')})
        select 'malformed_row', count(*)
        from ${rejected}
        where ${name('reason')} = 'malformed_row'
      `,
    ),
  ]
}
