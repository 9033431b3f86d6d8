import { InternalError, unreachable, WarehouseError } from '../diagnostics/errors.js'
import type { Connection, Row } from '../engines/connection.js'
import { loadDataFile } from '../engines/data-files.js'
import type { BuildMode, CheckStep, LoadStep, LoopStep, Step } from '../program/program.js'
import { relation } from '../sql/relation.js'
import type { Moment } from '../state/store.js'
import type { RunWarning } from './result.js'

/** Before every moment that an engine knows. */
const BEGINNING_OF_TIME: Moment = '0001-01-01 00:00:00'

/** How many rows of what a check found are shown. */
const SHOWN_ROWS = 10

/** Values of the program's parameters as SQL literals; `round` only within a loop, `loaded_since` after the step that asks for it. */
export type ParameterValues = Readonly<
  Record<
    'as_of' | 'previous_as_of' | 'run_id' | 'reprocess_source' | 'reprocess_from' | 'reprocess_to',
    string
  >
> & { readonly round?: string; readonly loaded_since?: string }

/** What running the steps of one node needs, and whom it tells. */
export interface StepContext {
  readonly node: string
  readonly mode: BuildMode
  readonly connection: Connection
  readonly parameters: ParameterValues
  /** A moment as a literal. */
  readonly moment: (value: Moment) => string
  /** Puts the values in the place of the parameters of a text. */
  readonly substitute: (text: string, values: ParameterValues) => string
  /** True when the run is to end: no further step is begun. */
  readonly stopped: () => boolean
  /** Whether a statement does anything; it is sent where it does. */
  readonly needs: (sql: string) => boolean
  readonly onStep: (title: string) => void
  readonly onRound: (title: string, round: number) => void
  /** Rows that a statement made. */
  readonly onRows: (sql: string, rows: number) => void
}

/** What the steps of a node found out on the way. */
export interface StepFindings {
  readonly measures: Record<string, readonly Row[]>
  readonly warnings: RunWarning[]
  rounds: number | undefined
}

/** A step that failed: an error of the warehouse, or a check that found something. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  constructor(
    readonly title: string,
    override readonly cause: unknown,
    readonly check?: { readonly step: CheckStep; readonly rows: readonly Row[] },
    /** The text that was executed. */
    readonly sql?: string,
  ) {
    super(title)
  }
}

/** Executes the steps in order; throws a `StepFailure` at the first that fails. False where a gate found that there is nothing to do. */
export async function runSteps(
  steps: readonly Step[],
  context: StepContext,
  findings: StepFindings,
  round?: number,
): Promise<boolean> {
  let parameters = round === undefined ? context.parameters : { ...context.parameters, round: String(round) }
  const text = (sql: string): string => context.substitute(sql, parameters)
  for (const step of steps) {
    const title = step.kind === 'measure' ? `Measure ${step.name}.` : step.title
    if (context.stopped()) throw new StepFailure(title, new WarehouseError('the run was interrupted'))
    context.onStep(title)
    try {
      switch (step.kind) {
        case 'statement': {
          if (!context.needs(step.sql)) break
          const rows = await context.connection.execute(text(step.sql))
          if (rows !== undefined) context.onRows(step.sql, rows)
          break
        }
        case 'load':
          await runLoad(step, context.connection)
          break
        case 'loop':
          await runLoop(step, context, findings)
          break
        case 'choice':
          if (!(await runSteps(step[context.mode], context, findings, round))) return false
          break
        case 'parameter':
          parameters = { ...parameters, [step.name]: await askMoment(text(step.sql), context) }
          break
        case 'gate':
          if (!(await givesNumber(text(step.sql), context))) return false
          break
        case 'when':
          if (!(await givesNumber(text(step.sql), context))) break
          if (!(await runSteps(step.steps, { ...context, parameters }, findings, round))) return false
          break
        case 'check':
          await runCheck(step, text(step.sql), context, findings)
          break
        case 'measure':
          findings.measures[step.name] = await context.connection.query(text(step.sql))
          break
        default:
          unreachable(step)
      }
    } catch (error) {
      if (error instanceof StepFailure) throw error
      throw new StepFailure(title, error, undefined, 'sql' in step ? text(step.sql) : undefined)
    }
  }
  return true
}

async function runLoad(step: LoadStep, { insertRows }: Connection): Promise<void> {
  const { file, columns, into, malformedInto } = step
  await loadDataFile(insertRows, {
    file,
    columns,
    into: relation(...into),
    ...(malformedInto && { malformedInto: relation(...malformedInto) }),
  })
}

async function runLoop(loop: LoopStep, context: StepContext, findings: StepFindings): Promise<void> {
  let round = 0
  while (await goesOn(loop, context, round + 1)) {
    if (round === loop.limit) {
      throw new InternalError(`the loop was not done after ${loop.limit} rounds`)
    }
    round += 1
    context.onRound(loop.title, round)
    await runSteps(loop.body, context, findings, round)
  }
  if (!loop.uncounted) findings.rounds = (findings.rounds ?? 0) + round
  for (let back = round; back >= 1; back -= 1) await runSteps(loop.unwind, context, findings, back)
}

async function goesOn(loop: LoopStep, context: StepContext, next: number): Promise<boolean> {
  const text = context.substitute(loop.until, { ...context.parameters, round: String(next) })
  return givesNumber(text, context)
}

/** Whether the first column of the first row is a number other than 0. */
async function givesNumber(text: string, context: StepContext): Promise<boolean> {
  const [row] = await context.connection.query(text, 1)
  return row !== undefined && Number(Object.values(row)[0] ?? 0) !== 0
}

/** What the first column of the only row gives, as a literal. */
async function askMoment(text: string, { connection, moment }: StepContext): Promise<string> {
  const [row] = await connection.query(text, 1)
  const [value] = Object.values(row ?? {})
  return moment(String(value ?? BEGINNING_OF_TIME))
}

async function runCheck(
  step: CheckStep,
  text: string,
  context: StepContext,
  findings: StepFindings,
): Promise<void> {
  const rows = await context.connection.query(text, SHOWN_ROWS)
  if (rows.length === 0) return
  if (step.severity === 'error') throw new StepFailure(step.title, undefined, { step, rows })
  findings.warnings.push({
    node: context.node,
    ...(step.code === undefined ? {} : { code: step.code as NonNullable<RunWarning['code']> }),
    message: step.message,
    ...(step.remedy === undefined ? {} : { remedy: step.remedy }),
    rows,
  })
}
