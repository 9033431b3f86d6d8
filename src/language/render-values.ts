import { environmentNames, renderValueTemplate, type ValueTemplateScope } from '../template/value-template.js'
import { at, type Origin } from './origin.js'
import type { Reporter } from './reporter.js'

/** Renders the template of one text; undefined where something is wrong with it, which is reported. */
export function renderText(
  text: string,
  origin: Origin,
  scope: ValueTemplateScope,
  report: Reporter,
): string | undefined {
  const rendered = renderValueTemplate(text, scope)
  for (const { code, message, from, to, expected, hint } of rendered.problems) {
    report.error(code, origin, message, { inside: { from, to }, expected, hint })
  }
  return rendered.problems.length > 0 ? undefined : rendered.text
}

/** Where a template went wrong nothing can be said about the value. */
const UNRENDERED = Symbol('unrendered')

/**
 * Renders every text below a value. What a template gave is read as YAML would read it: `{{env 'PORT'}}` may be a number.
 * Keys whose templates went wrong are left out, and their paths added to `faults`.
 */
export function renderBelow(
  value: unknown,
  origin: Origin,
  scope: ValueTemplateScope,
  report: Reporter,
  faults: Origin['path'][],
): unknown {
  if (typeof value === 'string') {
    if (!value.includes('{{')) return value
    const text = renderText(value, origin, scope, report)
    if (text !== undefined) return asScalar(text)
    faults.push(origin.path)
    return UNRENDERED
  }
  if (Array.isArray(value))
    return value.map((item, index) => renderBelow(item, at(origin, index), scope, report, faults))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([key, item]) => [key, renderBelow(item, at(origin, key), scope, report, faults)] as const,
  )
  return Object.fromEntries(entries.filter(([, item]) => item !== UNRENDERED))
}

/** A rendered value for messages: a text that reads the environment is as it was written, since what it gave may be a secret. */
export function withoutEnvironment(rendered: unknown, written: unknown): unknown {
  if (typeof written === 'string') return environmentNames(written).length > 0 ? written : rendered
  if (typeof written !== 'object' || written === null) return rendered
  const below = written as Readonly<Record<string, unknown>>
  if (Array.isArray(rendered)) return rendered.map((item, index) => withoutEnvironment(item, below[index]))
  if (typeof rendered !== 'object' || rendered === null) return rendered
  return Object.fromEntries(
    Object.entries(rendered).map(([key, item]) => [key, withoutEnvironment(item, below[key])]),
  )
}

function asScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text
}
