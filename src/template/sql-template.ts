import Handlebars from 'handlebars'
import type { MacroText } from './analyse-template.js'

/** What the helpers of a SQL template write; all of it is SQL text. */
export interface SqlTemplateScope {
  readonly ref: (name: string) => string
  readonly source: (name: string) => string
  readonly vars: Readonly<Record<string, string | number | boolean>>
  /** A value as a literal of the dialect. */
  readonly literal: (value: string | number | boolean) => string
  /** The run's moment: a parameter of the program. */
  readonly asOf: string
}

/** A value that may be printed bare: only `raw` prints it, every other place makes it a literal. */
class Value {
  constructor(
    readonly value: string | number | boolean,
    readonly printed: string,
  ) {}
  toString(): string {
    return this.printed
  }
}

/**
 * Renders a SQL model. The template was analysed before, so that names exist and are text. The context is empty:
 * everything that can be written is a helper of ours, and helpers give text, never numbers that Handlebars would add up.
 */
export function renderSqlTemplate(
  text: string,
  macros: readonly MacroText[],
  scope: SqlTemplateScope,
): string {
  const partials = Object.fromEntries(macros.map((macro) => [macro.name, compiled(macro.text)]))
  return compiled(text)({}, { helpers: helpers(scope), partials })
}

/** A model is rendered over the tables of a run and over the published ones, a macro in every model: compiled once. */
const templates = new Map<string, Handlebars.TemplateDelegate>()

function compiled(text: string): Handlebars.TemplateDelegate {
  const known = templates.get(text)
  if (known) return known
  const template = handlebars.compile(text, {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: KNOWN,
    preventIndent: true,
  })
  templates.set(text, template)
  return template
}

/** An instance of our own, without the helpers that print or reach around. */
const handlebars = Handlebars.create()
handlebars.unregisterHelper('log')
handlebars.unregisterHelper('lookup')

const KNOWN = {
  ref: true,
  source: true,
  var: true,
  raw: true,
  literal: true,
  as_of: true,
  eq: true,
  log: false,
  lookup: false,
}

function helpers(scope: SqlTemplateScope): { readonly [name: string]: Handlebars.HelperDelegate } {
  return {
    ref: (name: string) => scope.ref(name),
    source: (name: string) => scope.source(name),
    var: (name: string) => variable(scope, name),
    raw: (value: Value | string) => (value instanceof Value ? String(value.value) : String(value)),
    literal: (value: Value | string) => (value instanceof Value ? value.printed : scope.literal(value)),
    as_of: () => scope.asOf,
    eq: (a: Value | string, b: Value | string) => bare(a) === bare(b),
  }
}

function variable(scope: SqlTemplateScope, name: string): Value {
  const value = scope.vars[name] ?? ''
  return new Value(value, scope.literal(value))
}

function bare(value: Value | string): string {
  return value instanceof Value ? String(value.value) : String(value)
}
