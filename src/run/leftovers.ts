import type { Connection } from '../engines/connection.js'
import type { Dialect } from '../sql/dialect.js'
import { print } from '../sql/printer.js'
import { relation } from '../sql/relation.js'
import { LEFTOVER } from '../state/program-relations.js'

/**
 * Drops what a run that died or failed left under construction: relations of the internal schema named `…__next`,
 * `…__scratch` or `…__view`. No reader and no later run uses them.
 */
export async function removeLeftovers(
  connection: Connection,
  dialect: Dialect,
  internalSchema: string,
): Promise<void> {
  for (const { name, kind } of await connection.relations(internalSchema)) {
    if (!LEFTOVER.test(name)) continue
    const { dropTable, dropView } = dialect.statements
    const drop = (kind === 'view' ? dropView : dropTable)(relation(internalSchema, name))
    await connection.execute(print(drop, dialect))
  }
}
