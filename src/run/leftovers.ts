import type { Connection, ExistingRelation } from '../engines/connection.js'
import { LIVES_WITHIN_A_RUN } from '../program/scope.js'
import type { Dialect } from '../sql/dialect.js'
import { print } from '../sql/printer.js'
import { relation } from '../sql/relation.js'

/**
 * Drops what a run that died or failed left under construction: relations of the internal schema named `…__next`,
 * `…__scratch` or `…__view`. No reader and no later run uses them. Gives what stays.
 */
export async function removeLeftovers(
  connection: Connection,
  dialect: Dialect,
  internalSchema: string,
): Promise<readonly ExistingRelation[]> {
  const all = await connection.relations(internalSchema)
  const found = all.filter(({ name }) => LIVES_WITHIN_A_RUN.test(name))
  for (const kind of ['view', 'table'] as const) {
    const leftovers = found
      .filter((one) => one.kind === kind)
      .map(({ name }) => relation(internalSchema, name))
    for (const drop of dialect.statements.dropAll(kind, leftovers))
      await connection.execute(print(drop, dialect))
  }
  return all.filter((one) => !found.includes(one))
}
