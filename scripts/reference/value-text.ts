/** The parts of a JSON Schema that the definitions of the language make. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  /** Alternatives, one of which a key with a constant chooses. */
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly examples?: readonly unknown[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** How a definition is linked to. */
export type LinkOf = (definition: string) => string

/** What may be written at a place, in a few words of Markdown. */
export function valueText(schema: Schema, link: LinkOf): string {
  if (schema.$ref) return link(definitionOf(schema.$ref))
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum) return alternatives(schema.enum.map(code))
  if (schema.anyOf) return alternatives(withoutRepeats(schema.anyOf.map((one) => valueText(one, link))))
  switch (schema.type) {
    case 'array':
      return listText(schema, link)
    case 'object':
      return mappingText(schema, link)
    case 'boolean':
      return '`true`, `false`'
    case 'integer':
      return (schema.minimum ?? 0) > 0 ? `whole number from ${schema.minimum}` : 'whole number'
    case 'null':
      return '`null`'
    case 'string':
      return schema.pattern?.startsWith('^[a-z][a-z0-9_]') ? 'name' : 'text'
    case undefined:
      return 'anything'
    default:
      return schema.title ?? 'text'
  }
}

export function definitionOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}

function listText({ items, prefixItems }: Schema, link: LinkOf): string {
  if (prefixItems) return `[${prefixItems.map((item) => valueText(item, link)).join(', ')}]`
  const item = items ? valueText(items, link) : 'anything'
  return item === 'anything' ? 'list' : `list of ${item.includes(' or ') ? `(${item})` : item}`
}

function mappingText({ properties, additionalProperties, propertyNames }: Schema, link: LinkOf): string {
  if (properties?.column && properties.path) return `${link('field')} with keys of its own`
  if (properties || typeof additionalProperties !== 'object') return 'mapping'
  const key = propertyNames ? valueText(propertyNames, link) : 'text'
  return `mapping of ${key} → ${valueText(additionalProperties, link)}`
}

function alternatives(texts: readonly string[]): string {
  return texts.length > 1 && texts.every((text) => text.startsWith('`'))
    ? texts.join(', ')
    : texts.join(' or ')
}

function withoutRepeats(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function code(value: unknown): string {
  return `\`${String(value)}\``
}
