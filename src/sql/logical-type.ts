/** The types of the language. `number` is an exact decimal, `timestamp` is UTC with microseconds, `json` is text. */
export type LogicalType =
  | { readonly kind: 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'timestamp' | 'json' }
  | { readonly kind: 'number'; readonly precision: number; readonly scale: number }

export type TypeKind = LogicalType['kind']
