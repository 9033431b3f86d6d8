import type { z } from 'zod'
import { closest } from '../diagnostics/closest.js'
import type { EngineOptions } from '../engines/options.js'
import { at, type Origin } from './origin.js'
import { didYouMean, oneOf } from './problem.js'
import { problemsOf } from './problems.js'
import { type Target, targetShape } from './profiles.js'
import type { Reporter } from './reporter.js'
import { placeOf, startsWith } from './salvage.js'
import { mapping } from './shapes.js'

const schemas = new WeakMap<EngineOptions, z.ZodType>()

/** The schema of a target of one engine: the keys of all and its own. */
export function targetSchema(engine: EngineOptions): z.ZodType {
  const known = schemas.get(engine)
  if (known) return known
  const schema = mapping({ ...targetShape, ...engine.fields })
  schemas.set(engine, schema)
  return schema
}

type Written = Readonly<Record<string, unknown>>

/**
 * A target whose templates are rendered. Undefined where its engine is not there, which is reported; `faults` are
 * places of which something was said before; `told`: the target as messages may show it.
 */
export function buildTarget(
  name: string,
  written: Written,
  origin: Origin,
  engines: Readonly<Record<string, EngineOptions>>,
  report: Reporter,
  faults: readonly Origin['path'][],
  told: unknown = written,
): Target | undefined {
  const type = String(written.type)
  const isKnown = Object.hasOwn(engines, type)
  if (!isKnown) unknownEngine(type, at(origin, 'type'), engines, report)
  const meant = isKnown ? type : closest(type, Object.keys(engines))
  const engine = meant === undefined ? undefined : engines[meant]
  if (!engine) return undefined
  const checked = targetSchema(engine).safeParse(written)
  if (!checked.success) {
    for (const problem of problemsOf(checked.error.issues, told)) {
      const place = [...origin.path, ...placeOf(problem)]
      if (faults.some((fault) => startsWith(place, fault))) continue
      report.error(problem.code, at(origin, ...problem.path), problem.message, problem)
    }
    return undefined
  }
  const {
    type: _,
    schema = 'cdp',
    internal_schema,
    create_schema: createSchema = true,
    syncs = 'off',
    grants,
    vars = {},
    ...options
  } = checked.data as Checked
  if (grants && !engine.grants) report.notBuilt(at(origin, 'grants'), `grants on ${meant} are`)
  const internalSchema = internal_schema ?? `${schema}_internal`
  if (internalSchema.toLowerCase() === schema.toLowerCase())
    report.error('CDP2006', at(origin, 'internal_schema'), 'the internal schema is the public one', {
      expected: 'another name: what is internal changes without notice',
    })
  if (!isKnown) return undefined
  const readers = [...new Set(grants?.select ?? [])]
  return { name, type, origin, schema, internalSchema, createSchema, syncs, readers, vars, options }
}

/** Targets with a `type` that is misspelt have it by its name: without it nothing else of them could be checked. */
export function withTypes(targets: Written, origin: Origin, report: Reporter): Written {
  const entries = Object.entries(targets).map(([name, values]) => {
    if (typeof values !== 'object' || values === null || 'type' in values) return [name, values]
    const written = closest('type', Object.keys(values))
    if (written === undefined) return [name, values]
    report.error('CDP2001', at(origin, name, written), `unknown key ${JSON.stringify(written)}`, {
      which: 'key',
      expected: oneOf(['type', ...Object.keys(targetShape).filter((key) => key !== 'type')]),
      hint: didYouMean('type'),
    })
    report.positions.misspelt(at(origin, name, 'type'), written)
    const rest = Object.entries(values).map(([key, value]) => [key === written ? 'type' : key, value])
    return [name, Object.fromEntries(rest)]
  })
  return Object.fromEntries(entries)
}

interface Checked extends Record<string, unknown> {
  readonly type: string
  readonly schema?: string
  readonly internal_schema?: string
  readonly create_schema?: boolean
  readonly syncs?: 'off' | 'live'
  readonly grants?: { readonly select?: readonly string[] }
  readonly vars?: Target['vars']
}

function unknownEngine(
  type: string,
  origin: Origin,
  engines: Readonly<Record<string, EngineOptions>>,
  report: Reporter,
): undefined {
  const known = Object.keys(engines)
  return report.error('CDP2004', origin, `${JSON.stringify(type)} is not an engine`, {
    expected: oneOf(known),
    hint: didYouMean(closest(type, known)),
  })
}
