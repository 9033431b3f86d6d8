import { type Connection, StatementError } from '../engines/connection.js'
import type { Program } from '../program/program.js'
import type { Dialect } from '../sql/dialect.js'
import { print } from '../sql/printer.js'
import { relation } from '../sql/relation.js'
import { relationsOf } from '../state/program-relations.js'
import { StepFailure } from './run-steps.js'

/** Whether publishing failed because a view cannot be replaced by one with other columns. */
export function viewsStandInTheWay(error: unknown, dialect: Dialect): boolean {
  const { viewsKeepColumns = false } = dialect.facts
  return viewsKeepColumns && error instanceof StepFailure && error.cause instanceof StatementError
}

/**
 * Does `work` with the views of the program gone, which it makes anew; what others may do with them is granted again. A
 * view of somebody else over one of them stops it: dropping that is up to its owner.
 */
export async function withViewsAnew(
  program: Program,
  connection: Connection,
  dialect: Dialect,
  work: () => Promise<void>,
): Promise<void> {
  const views = relationsOf(program, dialect.lexicon)
    .filter(({ kind }) => kind === 'view')
    .map(({ schema, name }) => relation(schema, name))
  const { dropAll, rightsOn } = dialect.statements
  const grants = rightsOn ? await connection.query(print(rightsOn(views), dialect)) : []
  for (const drop of dropAll('view', views)) await connection.execute(print(drop, dialect))
  await work()
  for (const { statement } of grants) await connection.execute(String(statement))
}
