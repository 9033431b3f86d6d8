/** What a connector can be asked to do with rows. */
export const CONNECTOR_OPERATIONS = [
  'upsert',
  'update',
  'create',
  'append',
  'remove',
  'delete',
  'unsubscribe',
  'rekey',
  'merge',
  'erase',
] as const

/** What each is asked for, for the reference. */
export const OPERATION_MEANINGS: Readonly<Record<(typeof CONNECTOR_OPERATIONS)[number], string>> = {
  upsert: 'Updates or creates, or puts into the list: modes `upsert` and `mirror`.',
  update: 'Of rows that are there: mode `update_only`.',
  create: 'Of rows that are not there: mode `create_only`.',
  append: 'Adds what is not to be changed again, such as an event or a message: mode `append`.',
  remove: 'Takes out of the list: `on_leave: remove`, `on_withdraw: remove`.',
  delete: 'Mode `delete`, `on_leave: delete`, `on_withdraw: delete`.',
  unsubscribe: '`on_withdraw: unsubscribe`.',
  rekey: "The customer's row gets another key: `row.$previous.key` is the old one.",
  merge: 'Two customers became one: the row of `row.$previous` becomes part of this one.',
  erase: 'The person and their history, for good.',
}

export const CONFIG_TYPES = ['string', 'secret', 'url', 'path', 'integer', 'number', 'boolean'] as const
export const FIELD_TYPES = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'json'] as const
export const BODY_TYPES = ['json', 'form', 'ndjson', 'csv', 'none'] as const
export const MATCH_KINDS = ['position', 'key', 'index', 'all'] as const
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The roots of paths in leaves, and where they are known. */
export const LEAF_ROOTS = [
  'config',
  'row',
  'audience',
  'batch',
  'job',
  'status',
  'headers',
  'body',
  'cursor',
] as const
export type LeafRoot = (typeof LEAF_ROOTS)[number]

/** What `row` holds besides the mapped fields. */
export const ROW_NAMES = [
  '$key',
  '$fields',
  '$all',
  '$seq',
  '$destination_id',
  '$customer_id',
  '$previous',
  '$found',
  '$previous_found',
] as const
