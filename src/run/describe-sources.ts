import { closest } from '../diagnostics/closest.js'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import { type Connection, DataFileError } from '../engines/connection.js'
import { checkColumns } from '../graph/columns.js'
import type { Graph } from '../graph/graph.js'
import { DECISION_COLUMNS } from '../identity/decisions-table.js'
import { at, type Origin } from '../language/origin.js'
import type { Positions } from '../language/positions.js'
import { didYouMean } from '../language/problem.js'
import type { Source } from '../language/source.js'
import type { Catalog, CatalogColumn } from '../sql/catalog.js'
import type { CsvLayout, Dialect } from '../sql/dialect.js'
import { relation } from '../sql/relation.js'
import { fileInput } from '../staging/source-file.js'
import { type FileMark, markOf } from './replaced-files.js'

export interface DescribeOptions {
  readonly connection: Connection
  readonly dialect: Dialect
  readonly positions: Positions
  readonly projectDir: string
  /** Sources whose mistakes count; those of the others are passed over. */
  readonly counts: (source: Source) => boolean
  /** Whether a file without rows is an error. */
  readonly allowEmpty: boolean
}

export interface DescribedSources {
  readonly catalog: Catalog
  readonly diagnostics: readonly Diagnostic[]
  /** The files that were looked at, as they were. */
  readonly files: readonly FileMark[]
}

/**
 * What files and tables the sources have, and with which columns: the catalog that the program is compiled with, and
 * everything that is wrong with them, at the place where the source names them. All of them are looked at, so that all
 * mistakes are told at once.
 */
export async function describeSources(graph: Graph, options: DescribeOptions): Promise<DescribedSources> {
  const { project } = graph
  const columns: Record<string, readonly CatalogColumn[]> = {}
  const csv: Record<string, readonly CsvLayout[]> = {}
  const diagnostics: Diagnostic[] = []
  const partly: Source[] = []
  const files: FileMark[] = []
  for (const source of project.sources) {
    const found = await describeSource(source, options)
    if (found.problem && options.counts(source)) diagnostics.push(found.problem)
    if (found.columns && found.columns.length > 0) columns[`source.${source.name}`] = found.columns
    if (found.csv) csv[`source.${source.name}`] = found.csv
    if (options.counts(source)) files.push(...(found.files ?? []))
    if (found.complete === false) partly.push(source)
  }
  const check = (): readonly Diagnostic[] => {
    const counted = { ...project, sources: project.sources.filter(options.counts) }
    return checkColumns(counted, { sources: columns }, options)
  }
  let wrong = check()
  if (hasErrors(wrong) && partly.length > 0) {
    // The column that seems to be missing may come later in a large file: only now is it worth to read it whole.
    for (const source of partly) {
      const found = await describeSource(source, options, true)
      if (found.columns) columns[`source.${source.name}`] = found.columns
    }
    wrong = check()
  }
  const decisions = await checkDecisions(graph, options)
  return {
    catalog: { dialect: options.dialect.name, sources: columns, csv },
    diagnostics: [...diagnostics, ...wrong, ...decisions],
    files,
  }
}

interface DescribedSource {
  readonly columns?: readonly CatalogColumn[]
  readonly complete?: boolean
  readonly csv?: readonly CsvLayout[]
  readonly files?: readonly FileMark[]
  readonly problem?: Diagnostic
}

async function describeSource(
  source: Source,
  options: DescribeOptions,
  thorough = false,
): Promise<DescribedSource> {
  const { input } = source
  const problem = problemAt(options)
  switch (input.kind) {
    case 'model':
      return {}
    case 'table': {
      const columns = await options.connection.describeTable(relation(...input.parts))
      return columns ? { columns } : { problem: await noTable(input.parts, input.origin, options) }
    }
    case 'file':
      try {
        const file = fileInput(input, options.projectDir)
        const described = await options.connection.describeFile(file, thorough)
        const { columns, hasRows, complete, csv } = described
        const files = (described.files ?? []).flatMap((path) => markOf(path) ?? [])
        const readable = columns.length > 0 || input.format.startsWith('json')
        if (hasRows || (options.allowEmpty && readable))
          return { columns, complete, files, ...(csv && { csv }) }
        const header = input.format === 'csv' ? ', only a header' : ''
        const what = columns.length === 0 ? 'is empty' : `has no rows${header}`
        const hint = readable
          ? 'if that is meant, run with --allow-empty'
          : 'a CSV file has at least its header'
        return { columns, problem: problem('CDP6001', input.origin, `the file ${input.path} ${what}`, hint) }
      } catch (error) {
        if (!(error instanceof DataFileError)) throw error
        const code = error.reason === 'missing' ? 'CDP6001' : 'CDP6004'
        const inProject = (text: string): string => text.replaceAll(`${options.projectDir}/`, '')
        const remedy = error.remedy === undefined ? undefined : inProject(error.remedy)
        return { problem: problem(code, input.origin, inProject(error.message), remedy) }
      }
  }
}

/** What is wrong with the tables of decisions: they are as the language says, or nothing is decided. */
async function checkDecisions({ project }: Graph, options: DescribeOptions): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const { overridesFrom, origin } of project.entities) {
    if (!overridesFrom) continue
    const place = at(origin, 'overrides_from', 'table')
    const columns = await options.connection.describeTable(relation(...overridesFrom))
    if (!columns) found.push(await noTable(overridesFrom, place, options))
    const there = new Set(columns?.map((column) => column.name.toLowerCase()))
    const missing = DECISION_COLUMNS.filter((column) => !there.has(column))
    if (columns && missing.length > 0) {
      const message = `the table ${overridesFrom.join('.')} has no ${missing.join(', ')}`
      const hint = `decisions have ${DECISION_COLUMNS.join(', ')}`
      found.push(problemAt(options)('CDP6002', place, message, hint))
    }
  }
  return found
}

function problemAt({ positions }: DescribeOptions) {
  return (code: Diagnostic['code'], place: Origin, message: string, hint?: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    span: positions.span(place),
    ...(hint === undefined ? {} : { hint }),
  })
}

async function noTable(
  parts: readonly string[],
  place: Origin,
  options: DescribeOptions,
): Promise<Diagnostic> {
  const written = parts.join('.')
  const hint = didYouMean(await nearestTable(written, options.connection))
  return problemAt(options)('CDP6001', place, `there is no table ${written}`, hint)
}

/** The table whose name is near, or that has this name in another schema. */
async function nearestTable(written: string, connection: Connection): Promise<string | undefined> {
  const names = await connection.tableNames()
  return names.find((name) => name.endsWith(`.${written}`)) ?? closest(written, names)
}
