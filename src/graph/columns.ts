import { closest } from '../diagnostics/closest.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { BrokenNames } from '../language/broken-names.js'
import type { Field } from '../language/field.js'
import { at, type Origin } from '../language/origin.js'
import type { Positions } from '../language/positions.js'
import { didYouMean, oneOf } from '../language/problem.js'
import type { Project } from '../language/project.js'
import type { Source } from '../language/source.js'
import type { Catalog, CatalogColumn } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import { Findings } from './findings.js'
import { namesIn } from './fragment-names.js'
import { columnsIn, fieldsOf, fragmentsIn } from './source-fields.js'

/** A column that a source's declaration uses, and where. */
interface UsedColumn {
  readonly column: string
  readonly exact: boolean
  readonly place: Origin
  readonly inside?: { readonly from: number; readonly to: number }
}

/**
 * Columns that sources use and do not have (CDP3005), of sources whose columns the catalog knows. Also for the start of a
 * run, when the files have been described.
 */
export function checkColumns(
  project: Project,
  catalog: Catalog,
  { positions, dialect }: { readonly positions: Positions; readonly dialect: Pick<Dialect, 'lexicon'> },
): readonly Diagnostic[] {
  const findings = new Findings(positions, new BrokenNames())
  for (const source of project.sources) {
    const columns = catalog.sources[`source.${source.name}`]
    if (columns) checkSourceColumns(findings, source, columns, usedColumns(source, dialect))
  }
  return findings.diagnostics
}

function checkSourceColumns(
  findings: Findings,
  source: Source,
  columns: readonly CatalogColumn[],
  used: readonly UsedColumn[],
): void {
  const names = columns.map((column) => column.name)
  const known = new Set(names)
  const folded = new Set(names.map((name) => name.toLowerCase()))
  for (const { column, exact, place, inside } of used) {
    if (known.has(column) || (!exact && folded.has(column.toLowerCase()))) continue
    const near = names.find((name) => name.toLowerCase() === column.toLowerCase()) ?? closest(column, names)
    findings.error('CDP3005', place, `${source.name} has no column ${JSON.stringify(column)}`, {
      ...(inside && { inside }),
      expected: names.length === 0 ? undefined : oneOf(names),
      hint: didYouMean(near),
    })
  }
}

function usedColumns(source: Source, dialect: Pick<Dialect, 'lexicon'>): readonly UsedColumn[] {
  const conditions = source.where ? columnsIn(source.where) : []
  const fragments = fragmentsIn(source).flatMap(({ sql, place }) =>
    namesIn(sql, dialect.lexicon).map((used) => ({
      column: used.name,
      exact: false,
      place,
      inside: { from: used.offset, to: used.offset + used.name.length + (used.quoted ? 2 : 0) },
    })),
  )
  return [
    ...fieldsOf(source).flatMap(columnsOfField),
    ...conditions.map(({ column, place }) => ({ column, exact: false, place })),
    ...fragments,
  ]
}

function columnsOfField(field: Field): readonly UsedColumn[] {
  const { from, origin, regionColumn } = field
  const region =
    regionColumn === undefined
      ? []
      : [{ column: regionColumn, exact: false, place: at(origin, 'region_column') }]
  switch (from.kind) {
    case 'column':
      return [{ column: from.column, exact: from.exact, place: at(origin, 'column') }, ...region]
    case 'path':
      return [{ column: from.column, exact: from.exact ?? false, place: at(origin, 'path') }, ...region]
    default:
      return region
  }
}
