import type { Checked, Diagnostic } from '../diagnostics/diagnostic.js'
import { sortDiagnostics } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import type { BrokenNames } from './broken-names.js'
import { buildActivation } from './build-activation.js'
import { buildCondition } from './build-condition.js'
import { buildEntity } from './build-entity.js'
import { buildMacros, buildModels } from './build-models.js'
import { buildOverride } from './build-override.js'
import { buildSettings, type SettingsOptions } from './build-settings.js'
import { buildSource } from './build-source.js'
import type { Render } from './build-source-input.js'
import { buildTraitDefinition } from './build-trait.js'
import { built } from './built.js'
import { type CollectedSections, collectSections, sectionMeantBy } from './collect.js'
import { declaration } from './declaration.js'
import type { Entity } from './entity.js'
import { withMentioned } from './mentioned-attributes.js'
import { onlyEntityOf } from './only-entity.js'
import { at, type Origin } from './origin.js'
import type { Override } from './override.js'
import { createPositions, type Positions } from './positions.js'
import type { Project } from './project.js'
import { renderText } from './render-values.js'
import { Reporter } from './reporter.js'
import { itemsOf } from './salvage.js'
import type { Segment } from './segment.js'
import type { Trait } from './trait.js'
import { readYaml, type YamlFile } from './yaml-file.js'

export interface ParseOptions extends SettingsOptions {}

/** A project as read, with what is needed to speak about it. */
export interface ParsedProject extends Checked<Project> {
  readonly positions: Positions
  /** Names whose declarations were dropped because of a mistake that is reported: do not report that they are missing. */
  readonly broken: BrokenNames
  /** Names that are declared `enabled: false`. */
  readonly disabled: BrokenNames
}

const PROFILES_FILE = 'profiles.yml'

/**
 * Reads the files of a project: every mistake in every file is reported, and what is right is in the project. Pure.
 * Throws a `UsageError` where `options.target` names no target.
 */
export function parseProject(files: readonly SourceFile[], options: ParseOptions): ParsedProject {
  const profiles = files.find((file) => file.path === PROFILES_FILE)
  const yaml = files
    .filter((file) => file.path.startsWith('models/') && /\.ya?ml$/.test(file.path))
    .map((file) => readYaml(file, inModels))
  const profilesYaml = profiles && readYaml(profiles, () => true)
  const all = profilesYaml ? [profilesYaml, ...yaml] : yaml
  const report = new Reporter(createPositions(all))
  for (const file of all) report.diagnostics.push(...file.diagnostics)
  // Without its text nothing can be said about what profiles.yml lacks, nor about variables.
  const usable = profilesYaml && !profilesYaml.broken
  const settingsReport = usable ? report : new Reporter(report.positions)
  const settings = settingsOf(profilesYaml, options, settingsReport)
  if (!profiles) report.diagnostics.push(NO_PROFILES)
  const sections = collectSections(yaml, report)
  const declared = declarations(sections, yaml, report, (text, origin) =>
    renderText(text, origin, { vars: settings.vars }, settingsReport),
  )
  const models = buildModels(
    files.filter((file) => isBelow(file, 'models/', '.sql')),
    sections.models,
    report,
  )
  const macros = buildMacros(
    files.filter((file) => isBelow(file, 'macros/', '.hbs')),
    report,
  )
  const { positions, broken, disabled } = report
  return {
    value: { settings, ...declared, models, macros },
    diagnostics: sortDiagnostics(report.diagnostics),
    positions,
    broken,
    disabled,
  }
}

function isBelow(file: SourceFile, folder: string, extension: string): boolean {
  return file.path.startsWith(folder) && file.path.endsWith(extension)
}

/** Where templates may stand in `models/**\/*.yml`. Sections to come say themselves what they allow. */
function inModels(path: readonly (string | number)[]): boolean {
  const section = sectionMeantBy(String(path[0]))
  if (section === 'tests' || section === 'syncs' || section === 'destinations') return true
  if (section !== 'sources') return false
  return path[2] === 'table' || (path[2] === 'file' && path.length === 3)
}

const NO_PROFILES: Diagnostic = {
  code: 'CDP1007',
  severity: 'error',
  message: `the project has no ${PROFILES_FILE}`,
}

function settingsOf(
  yaml: YamlFile | undefined,
  options: ParseOptions,
  report: Reporter,
): Project['settings'] {
  if (yaml && !yaml.broken) return buildSettings(yaml.value, PROFILES_FILE, options, report, yaml.faults)
  const { target: _, ...rest } = options
  return buildSettings(undefined, PROFILES_FILE, rest, report, [])
}

type Declared = Omit<Project, 'settings' | 'models' | 'macros'>

function declarations(
  sections: CollectedSections,
  files: readonly YamlFile[],
  report: Reporter,
  render: Render,
): Declared {
  const onlyEntity = onlyEntityOf(files, sections, report)
  const matchRules = (entity: string) =>
    sections.entities
      .filter(({ input }) => input.name === entity)
      .flatMap(({ input }) => itemsOf(input.match))
      .filter(({ item }) => item.action !== 'propose')
      .map(({ item }) => item.on.map((part) => (typeof part === 'string' ? part : part.attribute)))
  const sources = built(sections.sources, 'source', report, ({ input, origin, incomplete }) =>
    buildSource(input, origin, { report, render, onlyEntity, matchRules, incomplete }),
  )
  const entities = built(sections.entities, 'entity', report, ({ input, origin }) => {
    const result = buildEntity(input, origin, report, render)
    return { ...result, name: input.name, origin }
  }).map((entity) => withMentioned(entity, sources, report))
  const traits = built(sections.traits, 'trait', report, ({ input, origin }): Trait | undefined => {
    const entity = input.entity ?? onlyEntity(origin)
    const definition = buildTraitDefinition(input, origin, report)
    return entity === undefined || !definition
      ? undefined
      : { ...declaration(input, origin), entity, definition }
  })
  const segments = built(sections.segments, 'segment', report, ({ input, origin }): Segment | undefined => {
    const entity = input.entity ?? onlyEntity(origin)
    const where = buildCondition(input.where, at(origin, 'where'), report)
    return entity === undefined || !where ? undefined : { ...declaration(input, origin), entity, where }
  })
  const overrides = sections.overrides.flatMap(({ input, origin }) => {
    if (input.enabled === false) return []
    const entity = input.entity ?? onlyEntity(origin)
    return entity === undefined
      ? []
      : (buildOverride(input, entity, origin, lineOf(origin, files, report), report) ?? [])
  })
  const activation = buildActivation(sections, onlyEntity, report)
  return {
    sources,
    entities: entities.map((one) => withBlocks(one, overrides)),
    traits,
    segments,
    overrides,
    ...activation,
  }
}

/** `models/overrides.yml:3`. */
function lineOf(origin: Origin, files: readonly YamlFile[], report: Reporter): string {
  const { file, start } = report.positions.span(origin)
  const text = files.find((one) => one.file.path === file)?.file.text ?? ''
  return `${file}:${text.slice(0, start).split('\n').length}`
}

/** Notes at its types that values of them may be blocked: those join nobody, whatever rows say. */
function withBlocks(entity: Entity, overrides: readonly Override[]): Entity {
  const blocked = new Set(
    overrides.flatMap(({ kind, entity: of, identifiers }) =>
      kind === 'block' && of === entity.name ? identifiers.map(({ type }) => type) : [],
    ),
  )
  // What a table decides is known to the run only.
  const isBlocked = (type: string) => entity.overridesFrom !== undefined || blocked.has(type)
  const identifiers = entity.identifiers.map((one) =>
    isBlocked(one.name) ? { ...one, hasBlocks: true } : one,
  )
  return { ...entity, identifiers }
}
