import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { EngineOptions } from '../engines/options.js'
import { buildTarget, withTypes } from './build-target.js'
import { withGiven } from './given-vars.js'
import { at, type Origin } from './origin.js'
import { didYouMean, oneOf, type Problem } from './problem.js'
import { problemsOf } from './problems.js'
import { profilesSchema, type Settings, type Target } from './profiles.js'
import { renderBelow, withoutEnvironment } from './render-values.js'
import type { Reporter } from './reporter.js'
import { placeOf, startsWith } from './salvage.js'
import { checkSecrets } from './secrets.js'
import { isTimezone } from './timezone.js'

export interface SettingsOptions {
  /** Name of the target; absent: `default_target`. */
  readonly target?: string | undefined
  /** Of the command line; they win. */
  readonly vars?: Readonly<Record<string, string | number | boolean>> | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly engines: Readonly<Record<string, EngineOptions>>
  /** Looks at every target, not only at the chosen one. */
  readonly allTargets?: boolean | undefined
}

type Values = Readonly<Record<string, unknown>>
type Vars = Settings['vars']

interface ChosenTarget {
  readonly target: Target | undefined
  readonly vars: Vars
}

/**
 * The settings of a project from the data of profiles.yml, as whole as its mistakes allow, so that the rest of the
 * project can still be checked. Only the chosen target is rendered. `told` are places of which something was said before.
 * A target asked for that does not exist is a `UsageError`.
 */
export function buildSettings(
  written: unknown,
  file: string,
  options: SettingsOptions,
  report: Reporter,
  told: readonly Origin['path'][],
): Settings {
  const origin: Origin = { file, path: [] }
  const raw = isMapping(written) ? written : {}
  const targets = isMapping(raw.targets) ? withTypes(raw.targets, at(origin, 'targets'), report) : {}
  const masks = checkSecrets(targets, at(origin, 'targets'), options.engines, report)
  const faults: Origin['path'][] = [...told]
  const projectVars = renderVars(raw.vars, at(origin, 'vars'), {}, options, report, faults)
  const vars = withGiven(projectVars, options.vars)
  const meant = { ...raw, ...(isMapping(raw.targets) && { targets }) }
  const top = renderTop(meant, origin, vars, options, report, faults)
  checkProfiles(
    isMapping(written) ? { ...top, ...(raw.vars !== undefined && { vars: projectVars }) } : written,
    origin,
    report,
    faults,
  )
  const chosen = chooseTarget(targets, top.default_target, origin, options, report)
  const build = (name: string): ChosenTarget => {
    const values = targets[name]
    if (!isMapping(values)) return { target: undefined, vars }
    return oneTarget(name, values, at(origin, 'targets', name), projectVars, options, report, faults)
  }
  const result = chosen === undefined ? { target: undefined, vars } : build(chosen)
  if (options.allTargets) for (const name of Object.keys(targets)) if (name !== chosen) build(name)
  hide(report, file, masks)
  return {
    name: typeof top.name === 'string' ? top.name : 'project',
    timezone: typeof top.timezone === 'string' && isTimezone(top.timezone) ? top.timezone : 'UTC',
    target: result.target ?? placeholder(chosen ?? 'none', at(origin, 'targets')),
    targetNames: Object.keys(targets),
    vars: result.vars,
    ...notifyOf(raw.notify, at(origin, 'notify')),
  }
}

function notifyOf(written: unknown, origin: Origin): Pick<Settings, 'notify'> {
  if (!isMapping(written) || typeof written.webhook !== 'string') return {}
  const { webhook, allow_http: allowHttp, allow_private: allowPrivate } = written
  return {
    notify: { webhook, allowHttp: allowHttp === true, allowPrivate: allowPrivate === true, origin },
  }
}

/** The top level of profiles.yml rendered; targets are left as they are, and so is what only syncs ask for. */
function renderTop(
  raw: Values,
  origin: Origin,
  vars: Vars,
  options: SettingsOptions,
  report: Reporter,
  faults: Origin['path'][],
): Values {
  const { targets, notify, vars: _, ...rest } = raw
  const rendered = renderBelow(rest, origin, { vars, env: options.env }, report, faults) as Values
  return {
    ...rendered,
    ...(targets !== undefined && { targets }),
    ...(notify !== undefined && { notify }),
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function renderVars(
  written: unknown,
  origin: Origin,
  vars: Vars,
  options: SettingsOptions,
  report: Reporter,
  faults: Origin['path'][],
): Vars {
  if (!isMapping(written)) return {}
  const rendered = renderBelow(written, origin, { vars, env: options.env }, report, faults) as Vars
  // One whose template went wrong is declared all the same.
  return Object.fromEntries(Object.keys(written).map((name) => [name, rendered[name] ?? '']))
}

function checkProfiles(
  value: unknown,
  origin: Origin,
  report: Reporter,
  faults: readonly Origin['path'][],
): void {
  const checked = profilesSchema.safeParse(value)
  if (checked.success) return
  const told = (problem: Problem): boolean => faults.some((fault) => startsWith(placeOf(problem), fault))
  for (const problem of problemsOf(checked.error.issues, value)) {
    if (!told(problem)) report.error(problem.code, at(origin, ...problem.path), problem.message, problem)
  }
}

function chooseTarget(
  targets: Values,
  byDefault: unknown,
  origin: Origin,
  options: SettingsOptions,
  report: Reporter,
): string | undefined {
  const names = Object.keys(targets)
  if (options.target !== undefined) {
    if (Object.hasOwn(targets, options.target)) return options.target
    throw new UsageError(
      `there is no target "${options.target}"`,
      didYouMean(closest(options.target, names)) ?? `targets: ${names.join(', ')}`,
    )
  }
  if (typeof byDefault === 'string') {
    if (Object.hasOwn(targets, byDefault)) return byDefault
    return report.error('CDP3001', at(origin, 'default_target'), `there is no target "${byDefault}"`, {
      expected: oneOf(names),
      hint: didYouMean(closest(byDefault, names)),
    })
  }
  if (names.length > 1)
    report.error('CDP2002', origin, 'the key "default_target" is missing', { expected: oneOf(names) })
  return names[0]
}

function oneTarget(
  name: string,
  values: Values,
  origin: Origin,
  projectVars: Vars,
  options: SettingsOptions,
  report: Reporter,
  faults: Origin['path'][],
): ChosenTarget {
  const { vars: rawVars, ...rest } = values
  const own = renderVars(
    rawVars,
    at(origin, 'vars'),
    withGiven(projectVars, options.vars),
    options,
    report,
    faults,
  )
  const vars = withGiven({ ...projectVars, ...own }, options.vars)
  const unknown = typeof values.type !== 'string' || !Object.hasOwn(options.engines, values.type)
  const rendered = unknown
    ? rest
    : (renderBelow(rest, origin, { vars, env: options.env }, report, faults) as Values)
  if (values.type === undefined) return { target: undefined, vars }
  const target = buildTarget(
    name,
    { ...rendered, ...(rawVars !== undefined && { vars: own }) },
    origin,
    options.engines,
    report,
    faults,
    withoutEnvironment(rendered, rest),
  )
  return { target, vars }
}

/** Stands for a target that could not be read; the mistakes say why, and nothing runs with it. */
function placeholder(name: string, origin: Origin): Target {
  return {
    name,
    type: 'duckdb',
    origin,
    schema: 'cdp',
    internalSchema: 'cdp_internal',
    createSchema: true,
    syncs: 'off',
    readers: [],
    vars: {},
    options: {},
  }
}

function hide(
  report: Reporter,
  file: string,
  masks: readonly { file: string; start: number; end: number }[],
): void {
  if (masks.length === 0) return
  report.diagnostics.forEach((diagnostic, index) => {
    if (diagnostic.span?.file === file) report.diagnostics[index] = { ...diagnostic, masks }
  })
}
