import type {
  LoadStep,
  Program,
  ProgramNode,
  PublishChoice,
  StatementStep,
  Step,
} from '../program/program.js'

/** The SQL of a node as an analyst reads it: every step under its title, in order; what is no statement is said in comments. */
export function compiledSql(node: ProgramNode): string {
  const reads = node.inputs.length === 0 ? [] : [comment(`After: ${node.inputs.join(', ')}`)]
  const head = [comment(`${node.id}: ${node.description}`), ...reads].join('\n')
  return `${[head, ...node.steps.map(stepText)].join('\n\n')}\n`
}

/** What is executed before any node. */
export function prepareSql({ prepare }: Program): string {
  const head = comment('Kept state: made on the first run, before any node, and never dropped.')
  return `${[head, ...prepare.map(statementText)].join('\n\n')}\n`
}

/** The publishing transaction, as one would type it. */
export function publishSql({ publish }: Program): string {
  const head = comment('Everything becomes visible here, in one transaction, after every node has succeeded.')
  const clean = publish.cleanup.length === 0 ? [] : [comment('Afterwards: what lived within the run goes.')]
  return `${[head, 'begin transaction;', ...publish.statements.map(publishText), 'commit;', ...clean, ...publish.cleanup.map(statementText)].join('\n\n')}\n`
}

/** Statements in groups, each under what it is for; of what is no node of a program. */
export function groupedSql(
  head: string,
  groups: readonly { readonly when: string; readonly steps: readonly StatementStep[] }[],
): string {
  const texts = groups.flatMap(({ when, steps }) => [comment(`== ${when}`), ...steps.map(statementText)])
  return `${[comment(head), ...texts].join('\n\n')}\n`
}

function stepText(step: Step): string {
  switch (step.kind) {
    case 'statement':
      return statementText(step)
    case 'measure':
      return `${comment(`Figures for the summary: ${step.name}`)}\n${ended(step.sql)}`
    case 'check': {
      const effect = step.severity === 'error' ? 'fails the run' : 'is a warning'
      return `${comment(`Check: ${step.title}`)}\n${comment(`A row here ${effect}: ${step.message}`)}\n${ended(step.sql)}`
    }
    case 'load':
      return loadText(step)
    case 'choice':
      return choiceText(step, stepText)
    case 'parameter':
      return `${comment(step.title)}\n${comment(`What this query gives is $${step.name}:`)}\n${ended(step.sql)}`
    case 'gate':
      return `${comment(`Gate: ${step.title}`)}\n${comment('The node ends here where this query gives 0:')}\n${ended(step.sql)}`
    case 'when':
      return [
        comment(`When: ${step.title}`),
        `${comment('What follows is executed where this query gives another number than 0:')}\n${ended(step.sql)}`,
        ...step.steps.map(stepText),
        comment('End of what is executed then.'),
      ].join('\n\n')
    case 'loop':
      return [
        comment(`Loop: ${step.title}`),
        `${comment('Repeat, with $round = 1, 2, …, until this query gives 0:')}\n${ended(step.until)}`,
        ...step.body.map(stepText),
        comment(`End of the round; more than ${step.limit} rounds are an error.`),
        ...(step.unwind.length === 0
          ? []
          : [
              comment('Then, with $round counting back from the last round to 1:'),
              ...step.unwind.map(stepText),
              comment('End of the way back.'),
            ]),
      ].join('\n\n')
  }
}

function publishText(step: StatementStep | PublishChoice): string {
  return step.kind === 'choice' ? choiceText(step, statementText) : statementText(step)
}

function choiceText<S>(
  choice: { readonly title: string; readonly full: readonly S[]; readonly incremental: readonly S[] },
  text: (step: S) => string,
): string {
  const branch = (mode: string, steps: readonly S[]) =>
    steps.length === 0 ? [comment(`${mode}: nothing.`)] : [comment(`${mode}:`), ...steps.map(text)]
  return [
    comment(`Choice: ${choice.title}`),
    ...branch('In a full run', choice.full),
    ...branch('In an incremental run', choice.incremental),
    comment('End of the choice.'),
  ].join('\n\n')
}

function loadText({ title, file, into, malformedInto }: LoadStep): string {
  const lines = malformedInto === undefined ? '' : `, lines that are no rows into ${malformedInto.join('.')}`
  return `${comment(`Load: ${title}`)}\n${comment(`${file.path} goes into ${into.join('.')}${lines}.`)}`
}

function statementText(step: StatementStep): string {
  return step.title === '' ? ended(step.sql) : `${comment(step.title)}\n${ended(step.sql)}`
}

/** On a line of its own where the text ends in a comment, which would swallow it. */
function ended(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf('\n') + 1)
  return lastLine.includes('--') ? `${sql}\n;` : `${sql};`
}

function comment(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n')
}
