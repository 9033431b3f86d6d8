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
] as const
