import { closest } from '../diagnostics/closest.js'
import type { SourceFile } from '../diagnostics/span.js'
import type { Collected } from './collect.js'
import { declaration } from './declaration.js'
import type { Macro, Model, ModelInput } from './model.js'
import { NAME_PATTERN, NAME_RULE, suggestedName } from './name.js'
import { at, type Origin } from './origin.js'
import { didYouMean } from './problem.js'
import type { Reporter } from './reporter.js'
import { unique } from './unique.js'

/** Every SQL file below `models/` is a model named by its file; entries of `models:` say more about it. */
export function buildModels(
  files: readonly SourceFile[],
  entries: readonly Collected<ModelInput>[],
  report: Reporter,
): Model[] {
  const named = entries.map(({ input, origin }) => ({ name: input.name, input, origin }))
  const byName = new Map(unique(named, 'model', report).map((entry) => [entry.name, entry]))
  const models = new Map<string, Model>()
  for (const file of files) {
    const name = fileName(file.path, 'models/', '.sql').split('/').at(-1) ?? ''
    const first = models.get(name)
    if (first) duplicateFile(name, file, first.file, report)
    else if (validFileName(name, file, 'model', report)) {
      const entry = byName.get(name)
      if (!report.disabled.has('model', name))
        models.set(name, model(name, file, entry?.input, entry?.origin))
    } else report.broken.add('model', name)
  }
  const names = files.map((file) => fileName(file.path, 'models/', '.sql').split('/').at(-1) ?? '')
  for (const { name, input, origin } of byName.values()) checkEntry(name, input, origin, names, report)
  return [...models.values()]
}

function model(
  name: string,
  file: SourceFile,
  entry: ModelInput | undefined,
  origin: Origin | undefined,
): Model {
  return {
    ...declaration(entry ?? { name }, origin ?? { file: file.path, path: [] }),
    file: file.path,
    sql: file.text,
    materialized: entry?.materialized ?? 'view',
    public: entry?.public ?? false,
  }
}

function checkEntry(
  name: string,
  input: ModelInput,
  origin: Origin,
  names: readonly string[],
  report: Reporter,
): void {
  const notBuilt = (['table', 'entity', 'id', 'tests'] as const).filter(
    (key) => input[key] !== undefined && !(key === 'id' && input.entity !== undefined),
  )
  for (const key of notBuilt) report.notBuilt(at(origin, key), `"${key}" of models is`)
  if (names.includes(name)) return
  report.broken.add('model', name)
  if (input.table !== undefined) return
  report.error('CDP3001', at(origin, 'name'), `there is no SQL file of the model "${name}"`, {
    expected: `a file ${name}.sql in a folder below models/`,
    hint: didYouMean(closest(name, names)),
  })
}

/** Macros are named by their path below `macros/`. */
export function buildMacros(files: readonly SourceFile[], report: Reporter): Macro[] {
  return files.flatMap((file) => {
    const name = fileName(file.path, 'macros/', '.hbs')
    const valid = name.split('/').every((part) => validFileName(part, file, 'macro', report))
    return valid ? [{ name, file: file.path, text: file.text }] : []
  })
}

function fileName(path: string, folder: string, extension: string): string {
  return path.slice(folder.length, -extension.length)
}

function validFileName(name: string, file: SourceFile, kind: string, report: Reporter): boolean {
  if (NAME_PATTERN.test(name)) return true
  const suggestion = suggestedName(name)
  report.error(
    'CDP2005',
    { file: file.path, path: [] },
    `the file name ${JSON.stringify(name)} is not a valid name of a ${kind}`,
    {
      expected: NAME_RULE,
      hint: suggestion === undefined ? undefined : `for example ${JSON.stringify(suggestion)}`,
    },
  )
  return false
}

function duplicateFile(name: string, file: SourceFile, first: string, report: Reporter): void {
  report.error('CDP3002', { file: file.path, path: [] }, `there are two files of the model "${name}"`, {
    related: [{ origin: { file: first, path: [] }, message: 'the other one' }],
  })
}
