import { createHash } from 'node:crypto'
import { unreachable } from '../diagnostics/errors.js'
import type { Entity } from '../language/entity.js'
import type { Model } from '../language/model.js'
import type { Project } from '../language/project.js'
import type { Source } from '../language/source.js'
import type { Graph, GraphNode } from './graph.js'

/** Changes when what is hashed changes its shape: then every node counts as modified once. */
const VERSION = 1

/**
 * Node id → fingerprint of everything that determines the node's data: what is declared, without descriptions, tags,
 * owners, `meta` and places, and the fingerprints of what it reads. Equal fingerprints and equal rows give equal tables.
 * 32 hex digits; kept in `target/manifest.json`.
 */
export function fingerprints(graph: Graph): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const { timezone } = graph.project.settings
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => [input, found.get(input) ?? ''])
    const content = contentOf(node, graph.project)
    found.set(node.id, hash({ version: VERSION, id: node.id, timezone, content, inputs }))
  }
  return found
}

/** Of all that is declared about how rows become customers: a run that finds another one resolves by changed rules. */
export function identityFingerprint(project: Project, entity: Entity): string {
  const sources = project.sources
    .filter((source) => source.entities.some((about) => about.entity === entity.name))
    .map(({ name, key, where, party, identity, versions, deleted, entities }) => ({
      ...{ name, key, where, party, identity, versions, deleted },
      about: entities.filter((about) => about.entity === entity.name),
    }))
  const { timezone } = project.settings
  const content = { entity: identityContent(entity), overrides: decisionsOn(entity, project), sources }
  return hash({ version: VERSION, timezone, content })
}

function contentOf(node: GraphNode, project: Project): unknown {
  switch (node.kind) {
    case 'source':
      return {
        source: node.source,
        about: node.source.entities.map((a) => readBy(node.source, project, a.entity)),
      }
    case 'model':
      return modelContent(node.model, project)
    case 'identity':
      return { entity: identityContent(node.entity), overrides: decisionsOn(node.entity, project) }
    case 'health':
      return {}
    case 'profile':
      return node.entity.attributes
    case 'traits':
      return { idColumn: node.entity.idColumn, known: node.entity.known, traits: node.traits }
    case 'segment':
      return node.segment
    case 'sync':
      return { sync: node.sync, destination: node.destination }
    default:
      return unreachable(node)
  }
}

/** What people decided, wherever it is written. */
function decisionsOn(entity: Entity, project: Project): unknown {
  return project.overrides
    .filter((override) => override.entity === entity.name)
    .map(({ kind, identifiers, expires }) => ({
      kind,
      identifiers: identifiers.map(({ type, value }) => [type, value]),
      expires,
    }))
}

/** The rows of a source are cleaned as the entity says. */
function readBy(source: Source, project: Project, name: string): unknown {
  const entity = project.entities.find((e) => e.name === name)
  if (!entity) return undefined
  const given = new Set(source.entities.flatMap((about) => about.attributes.map((field) => field.name)))
  const attributes = entity.attributes.filter((attribute) => given.has(attribute.name))
  return {
    entity: identityContent(entity),
    attributes: attributes.map(({ name: attribute, type, cleaning, pii }) => ({
      attribute,
      type,
      cleaning,
      pii,
    })),
  }
}

/** All but what is only told of who is one; of attributes, those that decide it. */
function identityContent({ attributes, known: _, ...identity }: Entity): unknown {
  const parts = [...identity.match, ...identity.proposals].flatMap(({ on }) =>
    on.map((part) => part.attribute),
  )
  const decisive = new Set([...parts, ...identity.keepApart])
  return {
    ...identity,
    attributes: attributes
      .filter(({ name }) => decisive.has(name))
      .map(({ name, type, cleaning }) => ({ name, type, cleaning })),
  }
}

/** A model's text with the macros and the values of variables that it uses, directly or through macros. */
function modelContent(model: Model, project: Project): unknown {
  const texts = new Map([[model.name, model.sql]])
  const macros = new Map(project.macros.map((macro) => [macro.name, macro.text]))
  const used: [string, string][] = []
  for (const text of texts.values()) {
    for (const [, name = ''] of text.matchAll(/\{\{~?#?>\s*([^\s}~]+)/g)) {
      const macro = macros.get(name)
      if (macro === undefined || texts.has(`> ${name}`)) continue
      texts.set(`> ${name}`, macro)
      used.push([name, macro])
    }
  }
  const vars = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/\bvar\s+(?:"([^"]*)"|'([^']*)')/g)].map((match) => match[1] ?? match[2] ?? ''),
  )
  const { sql, materialized } = model
  return {
    sql,
    materialized,
    public: model.public,
    macros: used.sort(([a], [b]) => (a < b ? -1 : 1)),
    vars: Object.fromEntries(vars.map((name) => [name, project.settings.vars[name]])),
  }
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, canonical)).digest('hex').slice(0, 32)
}

const SAID_FOR_PEOPLE = new Set(['origin', 'description', 'tags', 'owner', 'meta'])

/** Keys in order, and without what is said for people: that stands only in objects that have an origin. */
function canonical(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(hasOrigin(value) ? entries.filter(([key]) => !SAID_FOR_PEOPLE.has(key)) : entries)
}

function hasOrigin(value: object): boolean {
  const { origin } = value as { readonly origin?: { readonly file?: unknown; readonly path?: unknown } }
  return typeof origin === 'object' && origin !== null && 'file' in origin && Array.isArray(origin.path)
}
