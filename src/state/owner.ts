import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { WarehouseError } from '../diagnostics/errors.js'
import type { Positions } from '../language/positions.js'
import type { Settings } from '../language/profiles.js'
import { sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { type StateStore, stateTable } from './store.js'
import { metaTable } from './tables.js'

/**
 * A project is known by its `name`: from another folder or machine it is the same one. Two that work in one schema would
 * drop each other's tables, and keep the ids of customers who are not theirs.
 */
export class ForeignProjectError extends WarehouseError {}

/** Throws where the schema is of another project. `owner`: undefined where nobody knows. */
export function checkOwner(store: StateStore, owner: string | undefined, project: string): void {
  if (owner === undefined || owner === project) return
  const renamed = print(sql`update ${stateTable(store, metaTable)} set project = ${project}`, store.dialect)
  throw new ForeignProjectError(
    `the schema ${store.internalSchema} is of the project ${owner}, not of ${project}`,
    `give the target another \`schema\`; if ${owner} is the former name of this project: ${renamed.trim()}`,
  )
}

/** The same at the target that names the schema. */
export function foreignProject(
  { message, remedy }: ForeignProjectError,
  { target }: Settings,
  positions: Positions,
): Diagnostic {
  return {
    code: 'CDP6007',
    severity: 'error',
    message,
    span: positions.span(target.origin),
    ...(remedy !== undefined && { hint: remedy }),
  }
}
