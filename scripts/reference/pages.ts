import { stringify } from 'yaml'
import { definitionOf, type LinkOf, type Schema, valueText } from './value-text.js'

/**
 * The reference of the language as Markdown, made of the JSON Schemas, which are made of the definitions that validate.
 * Each page holds a few definitions; what is written here is only where they stand.
 */
const PAGES: readonly {
  readonly file: string
  readonly title: string
  readonly intro: string
  readonly definitions: readonly string[]
}[] = [
  {
    file: 'sources.md',
    title: 'sources',
    intro: 'Explained in [rows](../language/rows.md).',
    definitions: ['source', 'identifier_fields', 'fields', 'field'],
  },
  {
    file: 'entities.md',
    title: 'entities',
    intro:
      'Explained in [identity](../language/identity.md) and [golden values](../language/golden-values.md).',
    definitions: ['entity', 'identifier', 'match_rule', 'attribute', 'normalizer', 'reject', 'merge_policy'],
  },
  {
    file: 'overrides.md',
    title: 'overrides',
    intro: 'Explained in [identity](../language/identity.md#overrides).',
    definitions: ['override'],
  },
  {
    file: 'models.md',
    title: 'models',
    intro: 'Explained in [SQL models](../language/models.md).',
    definitions: ['model'],
  },
  {
    file: 'traits.md',
    title: 'traits',
    intro: 'Explained in [traits](../language/traits.md).',
    definitions: ['trait'],
  },
  {
    file: 'segments.md',
    title: 'segments and conditions',
    intro: 'Explained in [segments](../language/segments.md).',
    definitions: ['segment', 'condition'],
  },
  {
    file: 'syncs.md',
    title: 'syncs and destinations',
    intro: 'Explained in [activation](../activation.md).',
    definitions: ['sync', 'destination'],
  },
  {
    file: 'consents.md',
    title: 'purposes and consents',
    intro: 'Explained in [activation](../activation.md#purposes-and-consents).',
    definitions: ['purpose', 'consent'],
  },
  {
    file: 'connectors.md',
    title: 'connectors',
    intro: 'The keys of `connectors/<name>.yml`. Explained in [connectors](../connectors.md).',
    definitions: [
      'connector',
      'config_field',
      'auth',
      'signature',
      'limits',
      'row_schema',
      'connector_field',
      'operation',
      'request',
      'response',
      'results',
      'error_rule',
      'lookup',
      'job',
      'audience',
      'retry',
      'check',
      'example',
      'path',
    ],
  },
  {
    file: 'values.md',
    title: 'types, durations, shares',
    intro: 'Values with a grammar of their own.',
    definitions: ['type', 'duration', 'share'],
  },
  {
    file: 'not-built-yet.md',
    title: 'not built yet',
    intro:
      'The grammar knows these sections, so that their words are taken and editors complete them. This version builds none of them: each is an error that says so (CDP9001).',
    definitions: ['relation', 'test'],
  },
]

const GENERATED =
  '<!-- Generated from the definitions in src/language. UPDATE_EXPECTED=1 npx vitest run test/docs writes it. -->'
const ABOUT = ['description', 'tags', 'owner', 'meta', 'enabled']

/** The JSON Schemas of all kinds of files, and what templates of connectors can call. */
export interface Described {
  readonly models: Schema
  readonly profiles: Schema
  readonly connector: Schema
  readonly helpers: Readonly<
    Record<string, { readonly takes: readonly [number, number]; readonly gives: string }>
  >
}

/** File name in `docs/reference` → its text. Throws where a definition stands on no page or on two. */
export function referencePages({
  models,
  profiles,
  connector,
  helpers,
}: Described): ReadonlyMap<string, string> {
  const definitions = { ...models.$defs, ...connector.$defs }
  const placed = PAGES.flatMap((page) => page.definitions)
  const lost = Object.keys(definitions).filter((name) => placed.filter((one) => one === name).length !== 1)
  if (lost.length > 0) throw new Error(`definitions that stand on no page, or on several: ${lost.join(', ')}`)
  const pages = new Map<string, string>()
  pages.set('README.md', index(models))
  for (const page of PAGES) {
    const link = linkFrom(page.file)
    const parts = page.definitions.map((name) => definition(name, definitions[name] ?? {}, link))
    const more =
      page.file === 'values.md'
        ? [everyDeclaration(definitions.source ?? {}, link)]
        : page.file === 'connectors.md'
          ? [helpersOfTemplates(helpers)]
          : []
    pages.set(page.file, document(page.title, page.intro, [...parts, ...more]))
  }
  pages.set('profiles.md', profilesPage(profiles))
  return pages
}

function document(title: string, intro: string, parts: readonly string[]): string {
  return `${[`# ${title}`, GENERATED, intro, ...parts].join('\n\n')}\n`
}

function index(models: Schema): string {
  const rows = Object.entries(models.properties ?? {}).map(([section, { description }]) => {
    const page =
      PAGES.find(({ file }) => file === `${section}.md`)?.file ??
      PAGES.find(({ definitions }) => definitions.some((one) => section.startsWith(one)))?.file ??
      'not-built-yet.md'
    return [`[\`${section}\`](${page})`, description ?? '']
  })
  return document(
    'Reference',
    'The keys of `models/**/*.yml`, section by section, and of `profiles.yml`. What they mean is explained in [the language](../language/README.md).',
    [
      table(
        ['section', 'says'],
        [
          ...rows,
          ['[`profiles.yml`](profiles.md)', 'The project and its targets.'],
          ['[`connectors/<name>.yml`](connectors.md)', 'A connector of your own.'],
        ],
      ),
      'The [commands](commands.md) and their options.\n\nShared by all: [conditions](segments.md#condition), [fields](sources.md#field), [types, durations and shares](values.md), [the keys of every declaration](values.md#every-declaration).\n\nThe same definitions as JSON Schema, for editors: `schemas/*.json` and `cdp schema`.',
    ],
  )
}

function profilesPage(profiles: Schema): string {
  const link = linkFrom('profiles.md')
  const engines = (targetsOf(profiles)?.anyOf ?? []).filter(
    (engine) => engine.properties?.type?.const !== undefined,
  )
  return document(
    'profiles.yml',
    'The project and its connections. Explained in [the project](../language/project.md).',
    [
      keysTable(profiles, link),
      ...engines.map(
        (engine) =>
          `## a target of type ${String(engine.properties?.type?.const)}\n\n${keysTable(engine, link)}`,
      ),
    ],
  )
}

function targetsOf(profiles: Schema): Schema | undefined {
  const { additionalProperties } = profiles.properties?.targets ?? {}
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

function linkFrom(file: string): LinkOf {
  return (name) => {
    const page = PAGES.find(({ definitions }) => definitions.includes(name))
    return `[${words(name)}](${page && page.file !== file ? page.file : ''}#${name})`
  }
}

function words(name: string): string {
  return name.replaceAll('_', ' ')
}

function definition(name: string, schema: Schema, link: LinkOf): string {
  const { description, properties, examples } = schema
  const parts = [`## ${name}`]
  if (description) parts.push(description)
  if (schema.anyOf) parts.push(`Written as ${valueText(schema, link)}.`)
  if (properties || schema.anyOf) parts.push(keysTable(schema, link))
  for (const one of schema.oneOf ?? []) parts.push(`### ${kindOf(one)}\n\n${keysTable(one, link)}`)
  if (ABOUT.every((key) => properties?.[key]) && name !== 'test')
    parts.push('And [the keys of every declaration](values.md#every-declaration).')
  if (examples && examples.length > 0) parts.push(examplesText(examples))
  return parts.filter((part) => part !== '').join('\n\n')
}

/** `type: bearer`: what tells one alternative from the others. */
function kindOf({ properties = {} }: Schema): string {
  const [key, kind] = Object.entries(properties).find(([, one]) => one.const !== undefined) ?? []
  return `${key}: ${String(kind?.const)}`
}

function helpersOfTemplates(helpers: Described['helpers']): string {
  const rows = Object.entries(helpers).map(([name, { takes, gives }]) => [
    `\`${name}\``,
    argumentsText(takes),
    gives,
  ])
  return `## helpers\n\nWhat templates can call: \`{{default row.city '?'}}\`, within each other in parentheses.\n\n${table(['helper', 'arguments', 'gives'], rows)}`
}

function argumentsText([least, most]: readonly [number, number]): string {
  if (least === most) return String(least)
  return most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} or ${most}`
}

function everyDeclaration({ properties = {} }: Schema, link: LinkOf): string {
  const rows = ABOUT.map((key) => [
    `\`${key}\``,
    valueText(properties[key] ?? {}, link),
    properties[key]?.description ?? '',
  ])
  return `## every declaration\n\nSources, entities, identifiers, match rules, attributes, models, traits and segments take these keys.\n\n${table(['key', 'value', 'meaning'], rows)}`
}

function keysTable(schema: Schema, link: LinkOf): string {
  const rows = keyRows(schema, '', link)
  return rows.length === 0 ? '' : table(['key', 'value', 'meaning'], rows)
}

/** Keys of a field: where a mapping has all of them, it is a field with keys of its own. */
const FIELD = ['column', 'path', 'sql', 'value', 'timezone']

/** A row a key; the keys of a mapping inside follow it, with a dot. */
function keyRows(schema: Schema, prefix: string, link: LinkOf): readonly (readonly string[])[] {
  const { properties = {}, required = [], anyOf = [], additionalProperties } = schema
  const known = knownKeys(schema, prefix)
  const own = Object.entries(properties)
    .filter(([key]) => !known.has(key))
    .flatMap(([key, value]) => {
      const meaning = value.description ?? referred(value) ?? ''
      return [
        [
          `\`${prefix}${key}\``,
          valueText(value, link),
          `${required.includes(key) ? '**Required.** ' : ''}${meaning}`,
        ],
        ...keyRows(value, `${prefix}${key}.`, link),
      ]
    })
  const items = prefix !== '' && typeof additionalProperties === 'object' ? additionalProperties : undefined
  // Targets differ by engine, and each engine has a table of its own.
  const below = items && !items.anyOf ? keyRows(items, `${prefix}<name>.`, link) : []
  return [...own, ...below, ...anyOf.flatMap((one) => keyRows(one, prefix, link))]
}

function knownKeys({ properties = {} }: Schema, prefix: string): ReadonlySet<string> {
  const has = (keys: readonly string[]) => keys.every((key) => properties[key])
  if (prefix === '' && has(ABOUT)) return new Set(ABOUT)
  if (prefix === '' || !has(FIELD)) return new Set()
  return new Set([...FIELD, 'type', 'format', 'region_column', 'description', 'pii'])
}

/** A key that only refers is explained at the definition. */
function referred({ $ref }: Schema): string | undefined {
  return $ref && `See ${words(definitionOf($ref))}.`
}

function examplesText(examples: readonly unknown[]): string {
  const lines = examples.map((example) =>
    stringify(example, { collectionStyle: 'flow', lineWidth: 0 }).trim(),
  )
  return `For example:\n\n\`\`\`yaml\n${lines.join('\n')}\n\`\`\``
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}
