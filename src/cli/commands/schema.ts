import { resolve } from 'node:path'
import { ENGINE_OPTIONS } from '../../engines/registry.js'
import { FILE_KINDS, type FileKind, jsonSchemaText } from '../../language/json-schema.js'
import { writeWhole } from '../../run/target-folder.js'
import { type CommandSpec, textOption } from '../command.js'
import { EXIT } from '../terminal.js'

export const schema: CommandSpec = {
  name: 'schema',
  summary: 'print the JSON Schema of a kind of file, for editors',
  description:
    'It is made of the definitions that validate. A file says which one is its own by its first line:\n# yaml-language-server: $schema=../schemas/models.schema.json',
  arguments: [
    {
      syntax: '[kind]',
      description:
        'models (default): models/**/*.yml; profiles: profiles.yml; connector: connectors/<name>.yml',
      choices: FILE_KINDS,
    },
  ],
  options: [
    {
      flags: '--write <dir>',
      description: 'write <kind>.schema.json into a folder instead, of all kinds unless one is named',
    },
  ],
  examples: [
    { command: 'cdp schema --write schemas', does: 'after an upgrade of cdp' },
    { command: 'cdp schema profiles', does: 'the one of profiles.yml, on standard output' },
    { command: 'cdp schema connector', does: 'the one of a connector of your own' },
  ],
  run: async (invocation) => {
    const { terminal, args } = invocation
    const named = FILE_KINDS.find((kind) => kind === args[0])
    const folder = textOption(invocation, 'write')
    if (folder === undefined) {
      terminal.out(jsonSchemaText(named ?? 'models', ENGINE_OPTIONS))
      return EXIT.ok
    }
    for (const kind of named ? [named] : FILE_KINDS) {
      writeWhole(resolve(terminal.cwd, folder), schemaFile(kind), jsonSchemaText(kind, ENGINE_OPTIONS))
      terminal.err(`wrote ${folder.replace(/\/+$/, '')}/${schemaFile(kind)}\n`)
    }
    return EXIT.ok
  },
}

function schemaFile(kind: FileKind): string {
  return `${kind}.schema.json`
}
