import { closest } from '../diagnostics/closest.js'
import type { Span } from '../diagnostics/span.js'
import type { Model } from '../language/model.js'
import { didYouMean, oneOf } from '../language/problem.js'
import { analyseTemplate } from '../template/analyse-template.js'
import { checkStatement } from './check-statement.js'
import type { Checking } from './checking.js'
import type { Place } from './findings.js'
import { readableTables } from './graph.js'
import { ENTITY_TABLES, SHARED_TABLES } from './table-names.js'

/** Names that models may give to `ref`, computed once a project: name → id of the node that makes it. */
export interface Referable {
  readonly nodes: ReadonlyMap<string, string>
  /** Public tables that no model may read, since they are made from more than profiles. */
  readonly later: ReadonlySet<string>
}

export function referable({ declarations }: Checking): Referable {
  const nodes = new Map<string, string>()
  const later = new Set<string>(SHARED_TABLES)
  for (const name of declarations.models.keys()) nodes.set(name, `model.${name}`)
  for (const entity of declarations.entities.keys()) {
    const readable = readableTables(entity)
    for (const suffix of ENTITY_TABLES) {
      const name = `${entity}_${suffix}`
      const kind = readable.get(name)
      if (!kind) later.add(name)
      else if (!nodes.has(name)) nodes.set(name, `${kind}.${entity}`)
    }
  }
  for (const name of declarations.sources.keys()) later.add(`enriched_${name}`)
  for (const name of declarations.segments.keys()) later.add(`segment_${name}`)
  return { nodes, later }
}

/** Names that a SQL model reads: models and tables by `ref`, the rows of sources as they are by `source`, variables. */
export function checkModel(checking: Checking, model: Model, names: Referable): void {
  const { findings, edges, declarations } = checking
  const { macros, settings } = declarations.project
  const uses = analyseTemplate({ path: model.file, text: model.sql }, macros)
  findings.include(uses.diagnostics)
  if (uses.diagnostics.length === 0) checkStatement(checking, model)
  const id = `model.${model.name}`
  for (const { name, span } of uses.sources) {
    if (declarations.sources.has(name)) edges.add(id, `source.${name}`, span)
    else unknownSource(checking, name, span)
  }
  for (const { name, span } of uses.refs) {
    const target = names.nodes.get(name)
    if (target !== undefined) edges.add(id, target, span)
    else unreadable(checking, name, span, names)
  }
  for (const { name, span } of uses.vars) {
    if (name in settings.vars) continue
    const known = Object.keys(settings.vars)
    findings.error('CDP2009', span, `the variable ${JSON.stringify(name)} is not set`, {
      expected: known.length === 0 ? 'a variable of "vars" in profiles.yml; there are none' : oneOf(known),
      hint: didYouMean(closest(name, known)),
    })
  }
}

function unreadable(checking: Checking, name: string, span: Span, { nodes, later }: Referable): void {
  if (!later.has(name)) {
    unknownReference(checking, name, span, nodes)
    return
  }
  checking.findings.error('CDP3004', span, `a model cannot read ${name}, which is made after models`, {
    expected: `a model, or a table made before traits: ${readable(checking).join(', ')}`,
  })
}

function unknownReference(
  checking: Checking,
  name: string,
  place: Place,
  nodes: ReadonlyMap<string, string>,
): void {
  const { findings, declarations } = checking
  const isSource = declarations.sources.has(name)
  const candidates = [...nodes.keys()]
  const hint = isSource ? `${name} is a source: write {{source "${name}"}}` : undefined
  findings.unknown(place, { kind: 'model', name, called: 'model or table', candidates }, { hint })
}

function unknownSource(checking: Checking, name: string, place: Place): void {
  const { findings, declarations } = checking
  const candidates = [...declarations.sources.keys()]
  const hint = declarations.models.has(name) ? `${name} is a model: write {{ref "${name}"}}` : undefined
  findings.unknown(place, { kind: 'source', name, candidates }, { hint })
}

function readable({ declarations }: Checking): readonly string[] {
  return [...declarations.entities.keys()].flatMap((entity) => [...readableTables(entity).keys()])
}
