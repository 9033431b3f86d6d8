import { z } from 'zod'
import type { EngineOptions } from '../engines/options.js'
import { targetSchema } from './build-target.js'
import { connectorSchema } from './connector.js'
import { profilesSchema } from './profiles.js'
import { modelsFileSchema } from './sections.js'
import { dictionary } from './shapes.js'

export type FileKind = 'models' | 'profiles' | 'connector'
export const FILE_KINDS: readonly FileKind[] = ['models', 'profiles', 'connector']

/** Names the grammar, not a place: it is the same in every copy. */
const BASE = 'urn:cdp:language:1'

const TITLES: Readonly<Record<FileKind, string>> = {
  models: 'cdp: declarations of a project (models/**/*.yml)',
  profiles: 'cdp: the project and its targets (profiles.yml)',
  connector: 'cdp: a connector (connectors/<name>.yml)',
}

/** The JSON Schema of a kind of file, made of the definitions that validate it: for editors and for the reference. */
export function jsonSchema(
  kind: FileKind,
  engines: Readonly<Record<string, EngineOptions>>,
): Record<string, unknown> {
  const { $schema, ...body } = z.toJSONSchema(schemaOf(kind, engines), {
    io: 'input',
    unrepresentable: 'any',
    override: keepExamples,
  }) as Record<string, unknown>
  return { $schema, $id: `${BASE}:${kind}`, title: TITLES[kind], ...body }
}

/** The text of the file `schemas/<kind>.schema.json`. */
export function jsonSchemaText(kind: FileKind, engines: Readonly<Record<string, EngineOptions>>): string {
  return `${JSON.stringify(jsonSchema(kind, engines), null, 2)}\n`
}

function schemaOf(kind: FileKind, engines: Readonly<Record<string, EngineOptions>>): z.ZodType {
  switch (kind) {
    case 'models':
      return modelsFileSchema
    case 'profiles':
      return profilesOf(engines)
    case 'connector':
      return connectorSchema
  }
}

/** profiles.yml with the targets of each engine spelled out. */
function profilesOf(engines: Readonly<Record<string, EngineOptions>>): z.ZodType {
  const targets: z.ZodType[] = Object.entries(engines).map(([type, engine]) =>
    (targetSchema(engine) as z.ZodObject).extend({ type: z.literal(type) }),
  )
  const target = z.union(targets)
  return profilesSchema.extend({ targets: dictionary(z.string(), target).describe('Connections, by name.') })
}

/** zod leaves out examples of what is transformed, taking them for outputs: ours are inputs. */
function keepExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType
  jsonSchema: z.core.JSONSchema.BaseSchema
}): void {
  const examples = z.globalRegistry.get(zodSchema)?.examples
  if (Array.isArray(examples) && !jsonSchema.$ref) jsonSchema.examples = examples as z.core.util.JSONType[]
}
