import type { Program, Step } from '../program/program.js'
import { LIVES_WITHIN_A_RUN } from '../program/scope.js'
import type { Lexicon } from '../sql/lexer.js'
import { readOwnStatement } from './own-statement.js'

/** A relation that a program leaves behind. `state` is a table that is kept over runs and never dropped. */
export interface OwnRelation {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'state'
  /** The node that makes it, or `publish` for what is made of several. */
  readonly node: string
}

/** What the program will have made when it is done, without what it drops again: read off its own statements. */
export function relationsOf(program: Program, lexicon: Lexicon): readonly OwnRelation[] {
  const nodeOf = new Map(
    program.nodes.flatMap((node) => node.outputs.map((output) => [output.toLowerCase(), node.id])),
  )
  const found = new Map<string, OwnRelation>()
  const add = (text: string, node: string | undefined): void => {
    const made = madeBy(text, lexicon)
    if (!made || LIVES_WITHIN_A_RUN.test(made.name)) return
    const key = relationKey(made)
    const known = found.get(key)
    const kind = known?.kind === 'state' ? 'state' : made.kind
    found.set(key, { ...made, kind, node: known?.node ?? nodeOf.get(key) ?? node ?? 'publish' })
  }
  for (const step of program.prepare) add(step.sql, undefined)
  for (const node of program.nodes) for (const text of statementsOf(node.steps)) add(text, node.id)
  for (const text of statementsOf(program.publish.statements)) add(text, undefined)
  return [...found.values()]
}

/** Relations are compared without regard to case, as engines do. */
export function relationKey(relation: { readonly schema: string; readonly name: string }): string {
  return `${relation.schema}.${relation.name}`.toLowerCase()
}

function statementsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'statement') return [step.sql]
    if (step.kind === 'choice') return [...statementsOf(step.full), ...statementsOf(step.incremental)]
    if (step.kind === 'when') return statementsOf(step.steps)
    return step.kind === 'loop' ? [...statementsOf(step.body), ...statementsOf(step.unwind)] : []
  })
}

/** The relation that a statement of cdp's own makes under its lasting name: by CREATE, or by renaming to it. */
export function madeBy(text: string, lexicon: Lexicon): Omit<OwnRelation, 'node'> | undefined {
  const own = readOwnStatement(text, lexicon)
  if (!own || own.does === 'drop') return undefined
  const kind = own.does === 'make' && own.isConditional ? 'state' : own.kind
  return { schema: own.schema, name: own.renamedTo ?? own.name, kind }
}
