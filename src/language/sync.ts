import { z } from 'zod'
import { aboutShape, type Declaration, type Scalar } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import { type LogicalType, typeSchema } from './logical-type.js'
import { entityNameSchema, nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { dictionary, flag, list, mapping, nonEmpty, oneOrMany, scalar, text, words } from './shapes.js'
import { shareSchema } from './share.js'

/** Keeps a destination equal to what is declared. */
export interface Sync extends Declaration {
  readonly from: SyncFrom
  /** Name of the destination. */
  readonly to: string
  readonly mode: SyncMode
  /** Columns that identify a row at the destination; empty: those that identify what is synced. */
  readonly key: readonly string[]
  readonly map: readonly MappedField[]
  readonly nulls: 'skip' | 'send'
  /** Absent: as the kind of the operation says, see `graph/check-syncs.ts`. */
  readonly onLeave?: OnLeave
  /** Absent: not said. */
  readonly purpose?: { readonly kind: 'none' } | { readonly kind: 'purpose'; readonly name: string }
  readonly onWithdraw?: 'nothing' | 'suppress' | 'unsubscribe' | 'remove' | 'delete'
  readonly onUnknown: 'hold' | 'resend'
  /** Of a list, with `{{segment}}` where its name is to stand. */
  readonly audience?: string
  readonly allowDelete: boolean
  readonly allowOptIn: boolean
  /** Fields of which a change alone sends nothing. */
  readonly ignore: readonly string[]
  readonly guards: Guards
  readonly log: { readonly payload: 'none' | 'hash' | 'full'; readonly keep: Duration }
}

export const SYNC_MODES = ['upsert', 'update_only', 'create_only', 'mirror', 'append', 'delete'] as const
export type SyncMode = (typeof SYNC_MODES)[number]

export type SyncFrom =
  | { readonly kind: 'segments'; readonly segments: readonly string[]; readonly several: boolean }
  | { readonly kind: 'profiles' | 'events'; readonly entity: string }
  | { readonly kind: 'model'; readonly model: string }

/** A field of the destination, and where its value comes from. */
export type MappedField = {
  readonly name: string
  readonly origin: Origin
  readonly onlyIfEmpty: boolean
} & MappedValue

export type MappedValue =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'value'; readonly value: Scalar }
  /** Text with `{{column}}` in it. */
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'sql'; readonly sql: string; readonly type: LogicalType }

export type TemplatePart = { readonly text: string } | { readonly column: string }

export type OnLeave =
  | { readonly kind: 'nothing' | 'remove' | 'delete' }
  | { readonly kind: 'update'; readonly fields: Readonly<Record<string, Scalar>> }

/** Shares of the rows that a destination has; they act beyond 100 rows and after the first run of a sync. */
export interface Guards {
  readonly maxAdded: number
  readonly maxChanged: number
  readonly maxRemoved: number
  readonly maxRejected: number
  readonly emptySource: 'stop' | 'allow'
  /** Of the run that built what is synced. */
  readonly maxAge: Duration
}

const fromSchema = mapping({
  segment: nameSchema.optional().describe('The members of a segment, with their profiles.'),
  segments: list(nameSchema, 'a list of segments')
    .optional()
    .describe('The members of several, one row for each membership; `segment` is a column.'),
  profiles: entityNameSchema.optional().describe('All profiles of an entity.'),
  model: nameSchema.optional().describe('The rows of a SQL model.'),
  events: entityNameSchema.optional().describe('All events of an entity.'),
  relation: nameSchema.optional().describe('Pairs of entities. Not built yet.'),
})

const onLeaveSchema = z.union(
  [
    words('nothing', 'remove', 'delete'),
    mapping({ update: dictionary(z.string(), scalar).describe('Fields and their new values.') }),
  ],
  { error: 'nothing, remove, delete, or { update: … }' },
)

const mappedSchema = z.union(
  [
    text,
    mapping({
      from: nonEmpty.optional().describe('A column of what is synced.'),
      value: scalar.optional().describe('The same value for every row.'),
      template: nonEmpty.optional().describe('Text with `{{column}}` in it; a null is empty text.'),
      sql: nonEmpty.optional().describe('One SQL expression over the columns of a row.'),
      type: typeSchema.optional().describe('Of `sql`: the type of its value.'),
      only_if_empty: flag.optional().describe('Set only where the destination has no value.'),
    }),
  ],
  { error: 'a column, or a mapping' },
)

export const syncSchema = mapping({
  name: nameSchema.describe('Names the sync, its ledger and its logs.'),
  from: fromSchema.describe('What is sent: a segment, several, profiles, a model or events.'),
  to: nameSchema.describe('The destination.'),
  mode: words(...SYNC_MODES)
    .optional()
    .describe(
      '`upsert` (default) updates or creates; `mirror` also takes away what left; `update_only`, `create_only`; `append` adds each row once; `delete` deletes the rows that it names.',
    ),
  key: oneOrMany(nonEmpty, 'a column, or a list of columns')
    .optional()
    .describe(
      'The columns that identify a row at the destination; the id by default, of events source and record_key.',
    ),
  map: z
    .union([list(nonEmpty), dictionary(nonEmpty, mappedSchema)], {
      error: 'a mapping of fields to columns, or a list of columns',
    })
    .optional()
    .describe(
      'Field of the destination → column; a list where the names are equal. Lists that know people by the key alone need none.',
    ),
  nulls: words('skip', 'send')
    .optional()
    .describe('Whether a field without a value is left out (default) or sent as null.'),
  on_leave: onLeaveSchema
    .optional()
    .describe(
      'Of `mirror`: what becomes of a row that left. Memberships are removed by default, for records it must be written.',
    ),
  purpose: nonEmpty
    .optional()
    .describe(
      'What the data is used for: rows without consent are not sent. `none` says that none is needed.',
    ),
  on_withdraw: words('nothing', 'suppress', 'unsubscribe', 'remove', 'delete')
    .optional()
    .describe('With a purpose: what becomes of a row that was sent and whose consent is gone.'),
  on_unknown: words('hold', 'resend')
    .optional()
    .describe(
      'Of operations that cannot be repeated: a row whose outcome is unknown is kept for review (default) or sent again.',
    ),
  audience: nonEmpty
    .optional()
    .describe(
      'The list that rows are put into; made where it is missing. `{{segment}}` stands for its name.',
    ),
  allow_delete: flag.optional().describe('Deleting may reach records that this sync did not create.'),
  allow_opt_in: flag.optional().describe('Operations and fields that subscribe somebody may be used.'),
  diff: mapping({
    ignore: list(nonEmpty, 'a list of fields')
      .optional()
      .describe('Fields of which a change alone sends nothing.'),
  })
    .optional()
    .describe('What counts as a change.'),
  guards: mapping({
    max_added: shareSchema.optional().describe('50 % by default.'),
    max_changed: shareSchema.optional().describe('80 % by default.'),
    max_removed: shareSchema.optional().describe('20 % by default.'),
    max_rejected: shareSchema.optional().describe('Of the rows sent; 10 % by default.'),
    empty_source: words('stop', 'allow')
      .optional()
      .describe('What if there is no row any more; `stop` by default.'),
    max_age: durationSchema
      .optional()
      .describe('How old the tables may be that are synced; 24 hours by default.'),
  })
    .optional()
    .describe(
      'Shares of the rows at the destination beyond which nothing is sent; they act beyond 100 rows and after the first run.',
    ),
  log: mapping({
    payload: words('none', 'hash', 'full')
      .optional()
      .describe('What of a row the log keeps: nothing, its hash (default), or its fields.'),
    keep: durationSchema.optional().describe('90 days by default.'),
  })
    .optional()
    .describe('What `sync_rows` keeps.'),
  ...aboutShape,
}).meta({
  id: 'sync',
  description: 'Keeps a destination equal to what is declared.',
  examples: [
    {
      name: 'vips_to_file',
      from: { segment: 'vip' },
      to: 'drop',
      mode: 'mirror',
      on_leave: 'delete',
      map: { email: 'email', name: 'first_name' },
    },
  ],
})

export type SyncInput = z.output<typeof syncSchema>
