import { z } from 'zod'
import { nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { dictionary, flag, mapping, nonEmpty, scalar, text, words } from './shapes.js'
import { timezoneSchema } from './timezone.js'

/** A target of `profiles.yml`, templates rendered, as its engine's options define it. */
export interface Target {
  readonly name: string
  readonly type: string
  readonly origin: Origin
  readonly schema: string
  readonly internalSchema: string
  readonly createSchema: boolean
  readonly syncs: 'off' | 'live'
  /** Roles that are let read the public tables. */
  readonly readers: readonly string[]
  readonly vars: Readonly<Record<string, string | number | boolean>>
  /** Everything else that the engine's `options.ts` declares (`path`, `threads`, `memory_limit`, `url` …), validated there. */
  readonly options: Readonly<Record<string, unknown>>
}

/** The project's own settings, of the chosen target. */
export interface Settings {
  readonly name: string
  readonly timezone: string
  readonly target: Target
  readonly targetNames: readonly string[]
  /** Project vars, then the target's, then `--vars`: later ones win. */
  readonly vars: Readonly<Record<string, string | number | boolean>>
  readonly notify?: Notify
}

/** Who is told when a sync begins to fail, and when it works again. Templates are rendered when syncs are opened. */
export interface Notify {
  readonly webhook: string
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
  readonly origin: Origin
}

const varsSchema = dictionary(z.string(), scalar, 'a mapping of names to values')

/** The keys of every target, whatever its engine. */
export const targetShape = {
  type: nonEmpty.describe('The engine.'),
  schema: nonEmpty.optional().describe('Where the public tables are; `cdp` by default.'),
  internal_schema: nonEmpty.optional().describe('Where everything else is; `<schema>_internal` by default.'),
  create_schema: flag.optional().describe('Whether schemas that are missing are made; `true` by default.'),
  syncs: words('off', 'live')
    .optional()
    .describe('`live`: syncs send. `off` (default): a run with this target reaches nobody.'),
  grants: mapping({
    select: z.array(nonEmpty).optional().describe('Roles, as the engine knows them.'),
  })
    .optional()
    .describe('Who may read the public tables, on Postgres: each run lets them. Elsewhere not built yet.'),
  vars: varsSchema.optional().describe('Variables of this target; they win over those of the project.'),
}

/** A target before its engine is known: the rest is checked with the engine's own fields. */
const looseTarget = z.looseObject({ type: targetShape.type }, { error: 'a mapping' })

const notifySchema = mapping({
  webhook: nonEmpty.describe(
    'An address that takes JSON by POST, with a `text` as chats read it: `"{{ env \'NOTIFY_URL\' }}"`.',
  ),
  allow_http: flag.optional().describe('Whether it may be spoken to without encryption; `false` by default.'),
  allow_private: flag
    .optional()
    .describe('Whether it may be on this machine or in a private network; `false` by default.'),
})

export const profilesSchema = mapping({
  name: nameSchema.describe('Names the project.'),
  language: z.literal(1, { error: '1' }).describe('The version of the language: 1.'),
  description: text.optional().describe('What it is, for people.'),
  timezone: timezoneSchema.optional().describe('Of calendar days; UTC by default.'),
  default_target: nonEmpty.optional().describe('The target where none is named.'),
  vars: varsSchema.optional().describe("Variables, for `{{var 'name'}}` in SQL, files and tables."),
  notify: notifySchema
    .optional()
    .describe('Who is told when a sync begins to fail, and when it works again.'),
  targets: dictionary(z.string(), looseTarget, 'a mapping of names to targets').describe(
    'Connections, by name.',
  ),
})

export type ProfilesInput = z.output<typeof profilesSchema>
