import type { Connection } from '../engines/connection.js'
import type { BuildMode, ProgramNode } from '../program/program.js'
import type { Lexicon } from '../sql/lexer.js'
import { madeBy } from '../state/program-relations.js'
import type { RunListener } from './events.js'
import type { NodeResult } from './result.js'
import { type ParameterValues, runSteps, type StepContext, type StepFindings } from './run-steps.js'

/** What is the same for all nodes of a run. */
export interface NodeContext {
  readonly parameters: ParameterValues
  readonly moment: StepContext['moment']
  readonly substitute: (text: string, values: ParameterValues) => string
  readonly lexicon: Lexicon
  /** `unchanged`: a node that it follows has found nothing to do. */
  readonly modeOf: (node: string) => BuildMode | 'unchanged'
  /** Milliseconds, from any start. */
  readonly clock: () => number
  readonly listener: RunListener
  readonly aborted: () => boolean
  /** Whether a statement does anything; it is sent where it does. */
  readonly needs: (sql: string) => boolean
  /** What is asked of a node on its connection before its first step; the node fails where it rejects. */
  readonly beforeNode: (node: ProgramNode, connection: Connection) => Promise<void>
}

export interface NodeRun {
  readonly result: NodeResult
  /** On which it ran; absent where none could be had. */
  readonly connection?: Connection
  readonly findings: StepFindings
  /** Why it failed; absent where it succeeded or was interrupted. */
  readonly failure?: unknown
}

/** The table by whose rows the node is told; a source that is read by models alone has none. */
function countedOutput({ outputs: [first] }: ProgramNode): string | undefined {
  return first?.includes('.rejected_') ? undefined : first?.toLowerCase()
}

/** Runs the steps of one node on a connection that it gets for itself. Never rejects: what went wrong is part of the answer. */
export async function runNode(
  node: ProgramNode,
  context: NodeContext,
  connect: () => Promise<Connection>,
): Promise<NodeRun> {
  const { listener, clock } = context
  const findings: StepFindings = { measures: {}, warnings: [], rounds: undefined }
  const begin = clock()
  const firstOutput = countedOutput(node)
  let rows: number | undefined
  let connection: Connection | undefined
  listener({ kind: 'node started', node: node.id, node_kind: node.kind })
  const onRows = (sql: string, count: number): void => {
    const made = madeBy(sql, context.lexicon)
    if (made && `${made.schema}.${made.name}`.toLowerCase() === `${firstOutput}__next`) rows = count
  }
  const result = (status: NodeResult['status']): NodeResult => ({
    id: node.id,
    kind: node.kind,
    status,
    elapsed_ms: Math.round(clock() - begin),
    ...(rows === undefined ? {} : { rows }),
    ...(findings.rounds === undefined ? {} : { rounds: findings.rounds }),
  })
  try {
    connection = await connect()
    await context.beforeNode(node, connection)
    const mode = context.modeOf(node.id)
    const steps: StepContext = {
      node: node.id,
      mode: mode === 'full' ? 'full' : 'incremental',
      connection,
      parameters: context.parameters,
      moment: context.moment,
      substitute: context.substitute,
      stopped: context.aborted,
      needs: context.needs,
      onStep: (title) => listener({ kind: 'step started', node: node.id, title }),
      onRound: (title, round) => listener({ kind: 'loop round', node: node.id, title, round }),
      onRows,
    }
    const isReached = mode !== 'unchanged' && (await runSteps(node.steps, steps, findings))
    if (!isReached) await runSteps(node.unchanged ?? [], steps, findings)
    const end = result('succeeded')
    return { result: isReached ? end : { ...end, mode: 'unchanged' }, findings, connection }
  } catch (failure) {
    const on = connection ? { connection } : {}
    if (context.aborted()) return { result: result('interrupted'), findings, ...on }
    return { result: result('failed'), findings, failure, ...on }
  }
}
